import { isConnectionString, withoutPassword } from "@sotto/wire";
import type { Segment } from "../source/segment.ts";

/** What the queue holds of a segment: which one it is, and where. Never a key, nor a password. */
export interface SegmentJob {
  /** SHA-256 of the whole file, hexadecimal. */
  readonly sha256: string;
  /** Unix seconds. */
  readonly start: number;
  readonly end: number;
  /** Number of frames. */
  readonly count: number;
  /** A folder's whole path, a collector's address, or a database's connection string without its password. */
  readonly place: string;
  /** Its name there. */
  readonly name: string;
}

/** @param place where the segment was listed, as the person named it. */
export function jobOf({ start, end, count, name }: Segment, sha256: string, place: string): SegmentJob {
  return { sha256, start, end, count, place: isConnectionString(place) ? withoutPassword(place) : place, name };
}
