import { boxOf, decodeLabels, frameId, LABEL_DIGITS, NAME_DIGITS, parseZone, toHex } from "@sotto/wire";
import type { Entry } from "./entry.ts";
import { provePart } from "./proof.ts";

/** What a name that a person found in a log turned out to be. */
export type Opening<E extends Entry = Entry> =
  /** It was sealed here, and this is what was inside: proved by opening its box again. */
  | {
      readonly type: "ours";
      readonly entry: E;
      /** 1 to `parts`. */
      readonly part: number;
      readonly parts: number;
      /** The octets of text in this frame. A character may span two parts. */
      readonly inside: Uint8Array;
      /** The name's own zone, as it was given: that of the entry, another, or none at all. */
      readonly zone: "same" | "other" | "none";
    }
  /** An entry names this box, but its text, day, key or secret is not what the box was sealed from. */
  | { readonly type: "unproved"; readonly entry: E }
  /** Not of this machine's history: of another machine, older than 90 days, or of a program that keeps none. */
  | { readonly type: "not-ours" }
  /** No name of a report at all. */
  | { readonly type: "no-name" };

/** Three full labels and the two dots between them. */
const LABELS_LENGTH = NAME_DIGITS + 2;

/** A name in DNS has at most 253 characters; what is far longer is no line of a log, and not worth looking at. */
const MAX_CHARACTERS = 1000;

/**
 * Finds out what is inside a name from the log of a resolver or a filter (Pi-hole): in any letter case, with or without
 * a trailing dot, with the zone, another one, or only the three labels. A copy of the frame with another salt is still
 * recognised: its box is the same. Pure, and never throws.
 */
export function openName<E extends Entry>(name: string, entries: Iterable<E>): Opening<E> {
  const found = readName(name);
  if (found === null) return { type: "no-name" };
  const box = boxOf(found.frame);
  const id = toHex(frameId(found.frame));
  let unproved: E | null = null;
  for (const entry of entries) {
    const part = entry.frames.findIndex((frame) => frame.box === id);
    if (part < 0) continue;
    const inside = tryProof(entry, part, box);
    if (inside !== null) {
      const zone = zoneOf(found.rest, entry.zone);
      return { type: "ours", entry, part: part + 1, parts: entry.frames.length, inside, zone };
    }
    unproved ??= entry;
  }
  return unproved === null ? { type: "not-ours" } : { type: "unproved", entry: unproved };
}

function tryProof(entry: Entry, part: number, box: Uint8Array): Uint8Array | null {
  try {
    return provePart(entry, part, box);
  } catch {
    // An entry that was made by hand may hold anything; what fails proves nothing.
    return null;
  }
}

function readName(text: string): { frame: Uint8Array; rest: string } | null {
  if (text.length > MAX_CHARACTERS) return null;
  const name = text.trim();
  const octets = Buffer.from(name, "utf8");
  if (octets[LABEL_DIGITS] !== 0x2e || octets[2 * LABEL_DIGITS + 1] !== 0x2e) return null;
  const frame = decodeLabels(octets, 0);
  // All digits are ASCII here, so characters and octets are counted alike.
  const rest = name.slice(LABELS_LENGTH);
  return frame === null || (rest !== "" && !rest.startsWith(".")) ? null : { frame, rest };
}

function zoneOf(rest: string, own: string): "same" | "other" | "none" {
  if (rest === "" || rest === ".") return "none";
  try {
    return parseZone(rest.slice(1)) === own ? "same" : "other";
  } catch {
    return "other";
  }
}
