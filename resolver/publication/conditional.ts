import type { FastifyReply, FastifyRequest } from "fastify";
import parseRange from "range-parser";

/** First and last octet to send, both inclusive. */
export interface OctetRange {
  readonly start: number;
  readonly end: number;
}

/** If-None-Match (RFC 9110 section 13.1.2) against the ETag that the reply has, compared weakly as it says. */
export function isUnchanged(request: FastifyRequest, reply: FastifyReply): boolean {
  const condition = request.headers["if-none-match"];
  if (condition === undefined) return false;
  const tags = condition.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes("*") || tags.includes(String(reply.getHeader("etag")));
}

/**
 * The one range asked for (RFC 9110 section 14); null to send everything: no range, several, a malformed one, or
 * If-Range of another file.
 */
export function rangeOf(
  request: FastifyRequest,
  reply: FastifyReply,
  size: number,
): OctetRange | null | "unsatisfiable" {
  const { range, "if-range": ifRange } = request.headers;
  if (range === undefined || (ifRange !== undefined && ifRange !== reply.getHeader("etag"))) return null;
  const ranges = parseRange(size, range, { combine: true });
  if (ranges === -1) return "unsatisfiable";
  const [first] = ranges === -2 || ranges.type !== "bytes" || ranges.length !== 1 ? [] : ranges;
  return first ?? null;
}
