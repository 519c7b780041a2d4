import { createReadStream } from "node:fs";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { join } from "node:path";
import {
  encodeSegment,
  FRAME_OCTETS,
  SEGMENT_HEADER_OCTETS,
  type SegmentEntry,
  SegmentReader,
  type Span,
} from "@sotto/wire";
import { writeAll } from "./durable.ts";
import { FrameBuffer } from "./framesort.ts";
import { readJournal } from "./journal.ts";
import { mergeFrames } from "./merge.ts";

/** Frames sorted in memory at once: 31 MB and 2 MB of keys. */
export const RUN_FRAMES = 2 ** 18;

/** Octets of a run read at once: a hundred runs, 26 million frames, take 12 MB. */
const RUN_READ_OCTETS = 1000 * FRAME_OCTETS;

/** What to make one sealed file of; plain data, a thread may do it. */
export interface SealingJob {
  readonly zone: string;
  readonly span: Span;
  readonly journals: readonly string[];
  /** Held files: ascending, checked while they are read. */
  readonly held: readonly string[];
  /** Sealed files whose frames are left out. */
  readonly excluded: readonly string[];
  /** Folder for sorted runs and the result, on the file system of the log; whoever asks empties it after a failure. */
  readonly scratch: string;
  /** Modification time of the result, Unix seconds. */
  readonly since: number;
  /** Frames sorted in memory at once. */
  readonly runFrames: number;
}

export interface SealingResult {
  /** Null when there is no frame: then there is no file. */
  readonly entry: SegmentEntry | null;
  /** Where the synced file is. */
  readonly path: string;
  /** Journal slots whose check sum does not fit. */
  readonly damaged: number;
}

/**
 * Sorts journals in pieces that fit in memory, merges the sorted runs and what is held, and writes a segment file.
 *
 * The frames are written first, behind a place for the header; when they are counted, the file is read back for its
 * header and sum.
 *
 * @param stop ends it between two pieces, with the signal's reason.
 */
export async function sealBucket(job: SealingJob, stop?: AbortSignal): Promise<SealingResult> {
  const sorting = new RunSorter(job);
  try {
    await sorting.read(stop);
    return await writeSealed(job, sorting, stop);
  } finally {
    await sorting.removeRuns();
  }
}

async function writeSealed(job: SealingJob, sorting: RunSorter, stop?: AbortSignal): Promise<SealingResult> {
  const path = join(job.scratch, "sealed.part");
  const file = await open(path, "w+", 0o600);
  try {
    const sources = [...sorting.sources(), ...(await Promise.all(job.held.map(segmentFrames)))];
    const excluded = await Promise.all(job.excluded.map(segmentFrames));
    let end = SEGMENT_HEADER_OCTETS;
    for await (const block of mergeFrames(sources, excluded)) {
      stop?.throwIfAborted();
      await writeAll(file, block, end);
      end += block.length;
    }
    const count = (end - SEGMENT_HEADER_OCTETS) / FRAME_OCTETS;
    const entry = count === 0 ? null : await complete(file, end, { zone: job.zone, ...job.span, count });
    await file.utimes(job.since, job.since);
    await file.sync();
    return { entry, path, damaged: sorting.damaged };
  } finally {
    await file.close();
  }
}

/** Reads the frames of a file back for its header and sum, and writes both. */
async function complete(
  file: FileHandle,
  end: number,
  header: Parameters<typeof encodeSegment>[0],
): Promise<SegmentEntry> {
  const octets = encodeSegment(header, fileBlocks(file, SEGMENT_HEADER_OCTETS, end));
  for (let at = 0; ; ) {
    const step = await octets.next();
    if (step.done) return step.value;
    // What lies between is there already.
    if (at < SEGMENT_HEADER_OCTETS || at >= end) await writeAll(file, step.value, at);
    at += step.value.length;
  }
}

/** Sorts journals piece by piece; all but a last piece that is alone goes to files. */
class RunSorter {
  damaged = 0;
  readonly #job: SealingJob;
  readonly #buffer: FrameBuffer;
  readonly #runs: { readonly file: FileHandle; readonly path: string; readonly octets: number }[] = [];

  constructor(job: SealingJob) {
    this.#job = job;
    this.#buffer = new FrameBuffer(job.runFrames);
  }

  async read(stop?: AbortSignal): Promise<void> {
    for (const path of this.#job.journals) {
      for await (const { frames, damaged } of readJournal(path)) {
        stop?.throwIfAborted();
        this.damaged += damaged;
        for (const frame of frames) {
          if (this.#buffer.count === this.#buffer.capacity) await this.#spill();
          this.#buffer.add(frame);
        }
      }
    }
  }

  sources(): (Iterable<Uint8Array> | AsyncIterable<Uint8Array>)[] {
    return [this.#buffer.drain(), ...this.#runs.map(({ file, octets }) => fileBlocks(file, 0, octets))];
  }

  async removeRuns(): Promise<void> {
    for (const { file, path } of this.#runs.splice(0)) {
      await file.close();
      await unlink(path);
    }
  }

  async #spill(): Promise<void> {
    const path = join(this.#job.scratch, `run-${this.#runs.length}.part`);
    const file = await open(path, "w+", 0o600);
    let octets = 0;
    try {
      for (const block of this.#buffer.drain()) {
        await writeAll(file, block, octets);
        octets += block.length;
      }
    } catch (error) {
      await file.close();
      throw error;
    }
    this.#runs.push({ file, path, octets });
  }
}

async function* fileBlocks(file: FileHandle, from: number, to: number): AsyncGenerator<Uint8Array> {
  const block = Buffer.allocUnsafeSlow(Math.min(RUN_READ_OCTETS, Math.max(1, to - from)));
  for (let at = from; at < to; ) {
    const wanted = Math.min(block.length, to - at);
    let have = 0;
    while (have < wanted) {
      const { bytesRead } = await file.read(block, have, wanted - have, at + have);
      if (bytesRead === 0) throw new Error("a file ends before what was written to it");
      have += bytesRead;
    }
    yield block.subarray(0, wanted);
    at += wanted;
  }
}

/** The frames of a sealed file; reading them to their end checks its sum. */
export async function segmentFrames(path: string): Promise<AsyncGenerator<Uint8Array>> {
  return (await SegmentReader.open(createReadStream(path))).frames();
}
