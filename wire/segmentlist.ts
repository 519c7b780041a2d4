import { SegmentError } from "./errors.ts";
import { FRAME_OCTETS } from "./frame.ts";
import { SEGMENT_HEADER_OCTETS, SEGMENT_SUM_OCTETS, type SegmentEntry } from "./segment.ts";
import { isZone } from "./zone.ts";

const ID = /^(\d{1,15})-(\d{1,15})-[0-9a-f]{16}$/;
const VERSION = 1;

/** What a collector publishes at `/v1/segments.json`. */
export interface SegmentList {
  readonly zone: string;
  /** Sorted by start, end, id. */
  readonly segments: readonly SegmentEntry[];
}

/** Where a collector publishes its list, below its base address. */
export const SEGMENT_LIST_PATH = "/v1/segments.json";

/** Where a collector publishes a segment, below its base address. */
export function segmentPath(id: string): string {
  return `/v1/segments/${id}.seg`;
}

/** Whether a text has the form of a segment's id; what has not must not reach a file name. */
export function isSegmentId(text: string): boolean {
  return ID.test(text);
}

/** The order of a list: by start, then end, then id. */
export function compareSegments(a: SegmentEntry, b: SegmentEntry): number {
  return a.start - b.start || a.end - b.end || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** Writes a segment list (protocol.md section 5). */
export function encodeSegmentList({ zone, segments }: SegmentList): string {
  const rows = [...segments].sort(compareSegments);
  return JSON.stringify({
    version: VERSION,
    zone,
    segments: rows.map(({ id, start, end, count, bytes, sha256 }) => ({ id, start, end, count, bytes, sha256 })),
  });
}

/**
 * Reads a segment list from somebody else's server.
 *
 * @throws SegmentError `SOTTO_SEGMENT_LIST` when it is not one; ids, numbers and sums of a list that is returned have
 *   their form and agree with each other.
 */
export function parseSegmentList(text: string): SegmentList {
  const refuse = (why: string) => new SegmentError("SOTTO_SEGMENT_LIST", `not a segment list: ${why}`);
  let list: { version?: unknown; zone?: unknown; segments?: unknown } | null;
  try {
    list = JSON.parse(text);
  } catch {
    throw refuse("it is not JSON");
  }
  if (typeof list !== "object" || list === null || list.version !== VERSION)
    throw refuse(`its version is not ${VERSION}`);
  if (typeof list.zone !== "string" || !isZone(list.zone)) throw refuse("its zone is not a zone name");
  if (!Array.isArray(list.segments) || !list.segments.every(isEntry)) throw refuse("an entry does not have its form");
  return { zone: list.zone, segments: [...list.segments].sort(compareSegments) };
}

function isEntry(value: unknown): value is SegmentEntry {
  if (typeof value !== "object" || value === null) return false;
  const { id, start, end, count, bytes, sha256 } = value as { [key in keyof SegmentEntry]?: unknown };
  const [, idStart, idEnd] = typeof id === "string" ? (ID.exec(id) ?? []) : [];
  if (![start, end, count, bytes].every((number) => Number.isSafeInteger(number) && (number as number) >= 0))
    return false;
  const agrees = String(start) === idStart && String(end) === idEnd && (start as number) < (end as number);
  if (bytes !== SEGMENT_HEADER_OCTETS + (count as number) * FRAME_OCTETS + SEGMENT_SUM_OCTETS) return false;
  return agrees && typeof sha256 === "string" && /^[0-9a-f]{64}$/.test(sha256);
}
