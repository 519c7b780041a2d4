import { encodeSegmentList, SEGMENT_LIST_PATH, SEGMENT_LIST_SIGNATURE_PATH, type SegmentEntry } from "@sotto/wire";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isUnchanged, type OctetRange, rangeOf } from "./conditional.ts";
import { ZoneDocument } from "./document.ts";
import { SEGMENT_CACHING } from "./headers.ts";
import type { PublishedZone } from "./publishedzone.ts";
import { LIST_SCHEMA, SEGMENT_SCHEMA, SIGNATURE_SCHEMA } from "./schema.ts";
import { notFound } from "./troubles.ts";

type SegmentRoute = { Params: { file: string } };

/** The list, its signature and the segments of one zone (protocol.md section 13), relative to the scope they are added to. */
export function addSegmentRoutes(app: FastifyInstance, zone: PublishedZone): void {
  const list = new ZoneDocument(zone, (facts, segments) => encodeSegmentList({ zone: facts.zone, segments }));
  app.get(SEGMENT_LIST_PATH, { schema: LIST_SCHEMA }, (request, reply) =>
    list.send(request, reply, "application/json"),
  );
  const { signature } = zone;
  if (signature !== undefined) {
    const signed = new ZoneDocument(zone, () => signature(list.current().text));
    app.get(SEGMENT_LIST_SIGNATURE_PATH, { schema: SIGNATURE_SCHEMA }, (request, reply) =>
      signed.send(request, reply, "text/plain"),
    );
  }
  app.route<SegmentRoute>({
    method: ["GET", "HEAD"],
    url: "/v1/segments/:file",
    // Fastify's own HEAD routes would call the length of a file 0.
    exposeHeadRoute: false,
    schema: SEGMENT_SCHEMA,
    handler: (request, reply) => sendSegment(request, reply, zone),
  });
}

async function sendSegment(
  request: FastifyRequest<SegmentRoute>,
  reply: FastifyReply,
  zone: PublishedZone,
): Promise<FastifyReply> {
  const id = request.params.file.slice(0, -".seg".length);
  const entry = zone.list().find((listed) => listed.id === id);
  if (entry === undefined) return notFound(reply);
  const segment = await zone.open(entry);
  if (segment === null) return notFound(reply);
  try {
    reply.headers({ "cache-control": SEGMENT_CACHING, "accept-ranges": "bytes", etag: `"${entry.sha256}"` });
    const range = isUnchanged(request, reply) ? "unchanged" : rangeOf(request, reply, entry.bytes);
    if (range !== "unchanged" && range !== "unsatisfiable" && request.method === "GET") {
      const { start, end } = describeOctets(reply, entry, range);
      return reply.send(segment.octets(start, end));
    }
    await segment.close();
    return sendWithoutOctets(reply, entry, range);
  } catch (error) {
    await segment.close();
    throw error;
  }
}

function sendWithoutOctets(
  reply: FastifyReply,
  entry: SegmentEntry,
  range: OctetRange | null | "unchanged" | "unsatisfiable",
): FastifyReply {
  if (range === "unchanged") return reply.code(304).send();
  if (range === "unsatisfiable") return reply.code(416).header("content-range", `bytes */${entry.bytes}`).send();
  describeOctets(reply, entry, range);
  return reply.send();
}

function describeOctets(reply: FastifyReply, { bytes }: SegmentEntry, range: OctetRange | null): OctetRange {
  const { start, end } = range ?? { start: 0, end: bytes - 1 };
  if (range !== null) reply.code(206).header("content-range", `bytes ${start}-${end}/${bytes}`);
  reply.type("application/octet-stream").header("content-length", end - start + 1);
  return { start, end };
}
