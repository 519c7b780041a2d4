import { Readable } from "node:stream";
import {
  encodeSegment,
  FRAME_OCTETS,
  SEGMENT_HEADER_OCTETS,
  SEGMENT_SUM_OCTETS,
  type SegmentEntry,
  SegmentError,
} from "@sotto/wire";
import type { OpenSegment } from "../log/contract.ts";
import type { Database } from "./database.ts";
import { CHUNK_FRAMES, CHUNKS_AT_ONCE } from "./sealing.ts";

const CHUNK_OCTETS = CHUNK_FRAMES * FRAME_OCTETS;

/**
 * Opens a published segment; null when there is none. It is read by short queries, so that whoever reads slowly keeps
 * neither a connection nor a lock; what is purged meanwhile ends the reading.
 */
export async function openSegmentTable(
  database: Database,
  zone: string,
  entry: SegmentEntry,
): Promise<OpenSegment | null> {
  const [row] = await database.rows<{ segment: number; sum: Buffer }>(
    "SELECT segment, sum FROM sotto.published_segments WHERE zone = $1 AND name = $2 AND sha256 = $3",
    [zone, entry.id, entry.sha256],
  );
  if (row === undefined) return null;
  const parts = octetsOf(database, zone, entry, row);
  return {
    octets: (start, end) => Readable.from(parts(start, end), { objectMode: false }),
    close: async () => {},
  };
}

/** The header, the frames and the sum, as if they were one file. */
function octetsOf(database: Database, zone: string, entry: SegmentEntry, row: { segment: number; sum: Buffer }) {
  return async function* (start: number, end: number): AsyncGenerator<Uint8Array> {
    const sumAt = entry.bytes - SEGMENT_SUM_OCTETS;
    if (start < SEGMENT_HEADER_OCTETS) {
      const { value: header } = await encodeSegment({ ...entry, zone }, []).next();
      yield (header as Uint8Array).subarray(start, end + 1);
    }
    const first = Math.max(0, start - SEGMENT_HEADER_OCTETS);
    const last = Math.min(end, sumAt - 1) - SEGMENT_HEADER_OCTETS;
    if (first <= last) yield* framesBetween(database, row.segment, first, last);
    if (end >= sumAt) yield row.sum.subarray(Math.max(0, start - sumAt), end - sumAt + 1);
  };
}

/** Octets of a segment's frames, from `first` to `last`, both included. */
async function* framesBetween(
  database: Database,
  segment: number,
  first: number,
  last: number,
): AsyncGenerator<Uint8Array> {
  const lastChunk = Math.floor(last / CHUNK_OCTETS);
  for (let chunk = Math.floor(first / CHUNK_OCTETS); chunk <= lastChunk; ) {
    const rows = await database.rows<{ frames: Buffer }>(
      "SELECT frames FROM sotto.published WHERE segment = $1 AND chunk >= $2 AND chunk < $3 ORDER BY chunk",
      [segment, chunk, Math.min(chunk + CHUNKS_AT_ONCE, lastChunk + 1)],
    );
    if (rows.length === 0) throw new SegmentError("SOTTO_SEGMENT_CUT", "the segment was purged while it was read");
    for (const { frames } of rows) {
      const at = chunk++ * CHUNK_OCTETS;
      yield frames.subarray(Math.max(0, first - at), last - at + 1);
    }
  }
}
