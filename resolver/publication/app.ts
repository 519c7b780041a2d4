import { createReadStream } from "node:fs";
import { encodeSegmentList, isSegmentId, SEGMENT_LIST_PATH, type SegmentEntry, sha256, toHex } from "@sotto/wire";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import parseRange from "range-parser";

/** A published segment never changes: caches may keep it for as long as anybody holds it. */
const SEGMENT_CACHING = "public, max-age=604800, immutable";

/** The list changes with every bucket. */
const LIST_CACHING = "public, max-age=60";

/** A request that is not complete by then is dropped. */
const REQUEST_MILLISECONDS = 10_000;

/** What publication needs to know of the log. */
export interface PublishedLog {
  readonly zone: string;
  /** Segments to be seen now. */
  list(): readonly SegmentEntry[];
  pathOf(id: string): string;
}

/**
 * The HTTP side: the list of segments and the segments, with ranges and validators (RFC 9110). It logs nothing, since
 * who reads the log is nobody's business either.
 */
export function createPublication(log: PublishedLog): FastifyInstance {
  const app = Fastify({
    logger: false,
    requestTimeout: REQUEST_MILLISECONDS,
    connectionTimeout: 2 * REQUEST_MILLISECONDS,
    bodyLimit: 1024,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 64 },
  });
  app.setNotFoundHandler((_request, reply) => notFound(reply));
  app.setErrorHandler((error: { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500;
    return reply.code(status).send({ error: status < 500 ? "bad request" : "internal error" });
  });
  app.get(SEGMENT_LIST_PATH, (request, reply) => {
    const body = encodeSegmentList({ zone: log.zone, segments: log.list() });
    reply.headers({ "cache-control": LIST_CACHING, etag: `"${toHex(sha256(Buffer.from(body)))}"` });
    if (isUnchanged(request, reply)) return reply.code(304).send();
    return reply.type("application/json; charset=utf-8").send(body);
  });
  // Fastify's own HEAD routes would call the length of a file 0.
  const url = "/v1/segments/:file";
  app.route<{ Params: { file: string } }>({ method: ["GET", "HEAD"], url, exposeHeadRoute: false, handler: segment });
  return app;

  function segment(request: FastifyRequest<{ Params: { file: string } }>, reply: FastifyReply): FastifyReply {
    const id = request.params.file.replace(/\.seg$/, "");
    const entry = log.list().find((segment) => segment.id === id);
    if (!isSegmentId(id) || entry === undefined || id === request.params.file) return notFound(reply);
    return sendSegment(request, reply, entry, log.pathOf(id));
  }
}

function notFound(reply: FastifyReply): FastifyReply {
  return reply.code(404).send({ error: "not found" });
}

function sendSegment(request: FastifyRequest, reply: FastifyReply, entry: SegmentEntry, path: string): FastifyReply {
  reply.headers({ "cache-control": SEGMENT_CACHING, "accept-ranges": "bytes", etag: `"${entry.sha256}"` });
  if (isUnchanged(request, reply)) return reply.code(304).send();
  const range = rangeOf(request, reply, entry.bytes);
  if (range === "unsatisfiable") return reply.code(416).header("content-range", `bytes */${entry.bytes}`).send();
  const { start, end } = range ?? { start: 0, end: entry.bytes - 1 };
  if (range !== null) reply.code(206).header("content-range", `bytes ${start}-${end}/${entry.bytes}`);
  reply.type("application/octet-stream").header("content-length", end - start + 1);
  return request.method === "HEAD" ? reply.send() : reply.send(createReadStream(path, { start, end }));
}

/** If-None-Match (RFC 9110 section 13.1.2), compared weakly as it says. */
function isUnchanged(request: FastifyRequest, reply: FastifyReply): boolean {
  const condition = request.headers["if-none-match"];
  if (condition === undefined) return false;
  const tags = condition.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes("*") || tags.includes(String(reply.getHeader("etag")));
}

/** The one range asked for; null to send everything: no range, several, a malformed one, or If-Range of another file. */
function rangeOf(
  request: FastifyRequest,
  reply: FastifyReply,
  size: number,
): { start: number; end: number } | null | "unsatisfiable" {
  const { range, "if-range": ifRange } = request.headers;
  if (range === undefined || (ifRange !== undefined && ifRange !== reply.getHeader("etag"))) return null;
  const ranges = parseRange(size, range, { combine: true });
  if (ranges === -1) return "unsatisfiable";
  const [first] = ranges === -2 || ranges.type !== "bytes" || ranges.length !== 1 ? [] : ranges;
  return first ?? null;
}
