import { createReadStream } from "node:fs";
import { type SegmentEntry, SegmentReader, SottoError, type Span, verifySegment } from "@sotto/wire";
import { SourceError } from "../errors.ts";
import type { SegmentFacts } from "../store/contract.ts";

/** Pieces of 256 kB: reading a file in small ones costs more than what they are read for. */
const READING = { highWaterMark: 1 << 18 };

/** A segment that can be read, from a folder or a collector. */
export interface Segment extends Span {
  /** Where it is, for messages. */
  readonly name: string;
  /** The folder or address that it was listed in. */
  readonly place: string;
  readonly count: number;
  /** SHA-256 of the whole file in hexadecimal, as a list says; null where it is known only once it was read. */
  readonly sha256: string | null;
  /**
   * Reads all of it, and checks it.
   *
   * @throws SegmentError when it is damaged, SourceError `SOTTO_SOURCE_GONE` when the collector purged it meanwhile,
   *   `SOTTO_SOURCE_READ` otherwise.
   */
  open(): Promise<CheckedSegment>;
  /**
   * Its frames, given only once all of it was checked.
   *
   * @throws as {@link Segment.open}.
   */
  frames(): AsyncGenerator<Uint8Array>;
}

/** A segment that was read once and is whole. */
export interface CheckedSegment {
  readonly facts: SegmentFacts;
  /**
   * Its frames, in runs of whole frames. Each run's memory is the caller's.
   *
   * @throws SegmentError, SourceError when the file was changed since.
   */
  frames(): AsyncGenerator<Uint8Array>;
  /** Lets go of what was fetched. */
  close(): Promise<void>;
}

/** What a list says of a segment. */
export interface Expected {
  readonly entry: SegmentEntry;
  readonly zone: string;
}

/** A segment of which is known where it is and how it is opened. */
export function segmentOf(listed: Omit<Segment, "frames">): Segment {
  return { ...listed, frames: () => framesOf(listed) };
}

async function* framesOf({ open }: Pick<Segment, "open">): AsyncGenerator<Uint8Array> {
  const checked = await open();
  try {
    yield* checked.frames();
  } finally {
    await checked.close();
  }
}

/**
 * Checks a segment file. It is read twice: a segment is provisional until its sum was seen.
 *
 * @throws SegmentError, SourceError.
 */
export async function openFile(path: string, expected?: Expected): Promise<CheckedSegment> {
  const { entry, header } = await verifySegment(createReadStream(path, READING)).catch((error) => {
    throw readError(error);
  });
  if (expected !== undefined && (entry.sha256 !== expected.entry.sha256 || header.zone !== expected.zone)) {
    throw new SourceError("SOTTO_SOURCE_READ", "the segment is not the one that the list names");
  }
  const { zone, start, end, count } = header;
  return {
    facts: { sha256: entry.sha256, zone, start, end, count },
    frames: () => readAgain(path, entry.sha256),
    close: async () => {},
  };
}

/** The file system's error as ours; a segment's own error stays as it is. */
export function readError(error: NodeJS.ErrnoException | SottoError): SottoError {
  if (error instanceof SottoError) return error;
  const code = error.code === "ENOENT" ? "SOTTO_SOURCE_GONE" : "SOTTO_SOURCE_READ";
  return new SourceError(code, `cannot be read: ${error.message}`);
}

async function* readAgain(path: string, sha256: string): AsyncGenerator<Uint8Array> {
  try {
    const reader = await SegmentReader.open(createReadStream(path, READING));
    yield* reader.frames();
    if (reader.entry.sha256 !== sha256) {
      throw new SourceError("SOTTO_SOURCE_READ", "the file was changed while it was read");
    }
  } catch (error) {
    throw readError(error as Error);
  }
}
