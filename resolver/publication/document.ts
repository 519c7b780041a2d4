import { type SegmentEntry, sha256, toHex } from "@sotto/wire";
import type { FastifyReply, FastifyRequest } from "fastify";
import { isUnchanged } from "./conditional.ts";
import { LIST_CACHING } from "./headers.ts";
import type { PublishedZone, ZoneFacts } from "./publishedzone.ts";

/**
 * A text made of a zone's facts and segments. Made again only when one of them has changed, so that asking for it over
 * and over costs the server next to nothing.
 */
export class ZoneDocument {
  readonly #zone: PublishedZone;
  readonly #make: (facts: ZoneFacts, segments: readonly SegmentEntry[]) => string;
  #made: { facts: ZoneFacts; segments: readonly SegmentEntry[]; text: string; etag: string } | null = null;

  constructor(zone: PublishedZone, make: (facts: ZoneFacts, segments: readonly SegmentEntry[]) => string) {
    this.#zone = zone;
    this.#make = make;
  }

  /** Answers with the text as it is now, or that the asker has it. */
  send(request: FastifyRequest, reply: FastifyReply, type: string): FastifyReply {
    const { text, etag } = this.current();
    return sendText(request, reply, { text, etag, type });
  }

  /** The text as it is now, with its strong validator. */
  current(): { readonly text: string; readonly etag: string } {
    const { facts } = this.#zone;
    const segments = this.#zone.list();
    if (this.#made === null || this.#made.facts !== facts || !sameSegments(this.#made.segments, segments)) {
      const text = this.#make(facts, segments);
      this.#made = { facts, segments: [...segments], text, etag: etagOf(text) };
    }
    return this.#made;
  }
}

/** Answers with a text that changes now and then, or that the asker has it. */
export function sendText(
  request: FastifyRequest,
  reply: FastifyReply,
  { text, etag, type }: { text: string; etag: string; type: string },
): FastifyReply {
  reply.headers({ "cache-control": LIST_CACHING, etag });
  if (isUnchanged(request, reply)) return reply.code(304).send();
  return reply.type(`${type}; charset=utf-8`).send(text);
}

/** A strong validator of a text: quoted SHA-256. */
export function etagOf(text: string): string {
  return `"${toHex(sha256(Buffer.from(text)))}"`;
}

function sameSegments(a: readonly SegmentEntry[], b: readonly SegmentEntry[]): boolean {
  return a.length === b.length && a.every((entry, index) => entry.id === b[index]?.id);
}
