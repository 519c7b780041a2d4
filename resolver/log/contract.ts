import type { Readable } from "node:stream";
import type { SegmentEntry, Span } from "@sotto/wire";
import type { Candidate } from "./candidate.ts";
import type { Capacity } from "./capacity.ts";
import type { Course } from "./timeline.ts";

/**
 * The frames of a zone from their acknowledgment to their purge, as one process sees them. Whatever keeps them, the same
 * frames give the same segments, octet for octet.
 *
 * A process runs one round at a time: `course = await log.follow(await log.time())`; `closeEnded(course)` of each of its
 * intakes; `log.maintain` with the earliest bucket of their answers; `capacity = log.capacity(workers)` to each intake.
 */
export interface FrameLog {
  /** What was found damaged when the log was opened, and was left as it is. */
  readonly damagedFiles: readonly string[];
  readonly counters: LogCounters;
  /** As of the last round. */
  readonly usage: LogUsage;
  /** Where intakes of this log store: plain data, an owner process sends it to its workers. */
  readonly target: SinkTarget;
  /** The clock that the log goes by, in Unix seconds. */
  time(): Promise<number>;
  /** The segments to be seen at this moment, sorted as a segment list is. */
  published(unixSeconds: number): SegmentEntry[];
  /** Opens a published segment; null when it is not there any more, or not as its entry says. */
  openSegment(entry: SegmentEntry): Promise<OpenSegment | null>;
  /** Takes in a reading of the clock, and gives the course that every intake has to be told before {@link maintain}. */
  follow(unixSeconds: number): Promise<Course>;
  /** What one of so many intakes may store, as of the last {@link maintain}. */
  capacity(workers: number): Capacity;
  /**
   * Seals every bucket that has ended, and deletes what has been kept for long enough. Not to be called again before it
   * is done.
   *
   * @param current the earliest bucket that an intake of this process is filling: it, and later ones, are left alone.
   * @throws the first trouble, after all that could be done was done; a bucket that could not be sealed is tried again
   *   by later calls, after a while that doubles.
   */
  maintain(current: Span, unixSeconds: number): Promise<void>;
  /** Whether storage takes writes now. */
  isWritable(): Promise<boolean>;
  /** Ends what is under way, which is taken up by the next that opens the log, and lets go of it. */
  close(): Promise<void>;
}

/** The octets of a segment's file. What was opened can be read to its end, or fails; never are other octets given. */
export interface OpenSegment {
  /** The octets from `start` to `end`, both included; the segment is closed with the stream. To be called once. */
  octets(start: number, end: number): Readable;
  /** Lets go of a segment that is not read. */
  close(): Promise<void>;
}

/** What became of stored frames; totals only. */
export interface LogCounters {
  /** Frames in segments released so far by this process. */
  released: number;
  /** Frames deleted because the minimum batch was not reached in time. */
  unreleased: number;
  /** Frames deleted at the end of the retention. */
  expired: number;
  /** Journal slots whose check sum does not fit: writing never finished, or the disk damaged them. */
  damagedSlots: number;
  /** Sealed files that could not be read when the log was opened. */
  damagedFiles: number;
}

/** What a log holds at the moment; the open bucket as of the last {@link FrameLog.maintain}. */
export interface LogUsage {
  readonly segments: number;
  readonly segmentOctets: number;
  readonly heldFrames: number;
  readonly heldOctets: number;
  /** Of buckets that are not sealed. */
  readonly journalOctets: number;
  /** All of it. */
  readonly octets: number;
  readonly diskBudget: number;
}

/** Where intakes store, as plain data: a folder for journals, or a zone's tables in a database. */
export type SinkTarget =
  | { readonly kind: "folder"; readonly folder: string }
  | { readonly kind: "postgres"; readonly store: string; readonly zone: string };

/** Where one intake stores. */
export interface FrameSink {
  /**
   * Begins to fill a bucket.
   *
   * @throws BucketLeftError
   */
  begin(bucket: Span): Promise<BucketWriter>;
  /** Lets go of what it holds. */
  close(): Promise<void>;
}

/** A bucket that is being filled by one intake. */
export interface BucketWriter {
  readonly span: Span;
  /**
   * Stores frames. They are on stable storage on return; after an error none may be acknowledged and the writer must not
   * be used again, since what became of a failed write is unknown.
   *
   * @throws BucketLeftError when none of them was stored and none ever will be, in this bucket.
   */
  append(candidates: readonly Candidate[]): Promise<void>;
  /** What was stored stays for sealing. */
  close(): Promise<void>;
  /** Closes it after a failure. */
  abandon(): Promise<void>;
}
