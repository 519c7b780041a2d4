import { createReadStream } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  compareSegments,
  encodeSegment,
  FRAME_OCTETS,
  type SegmentEntry,
  SegmentReader,
  type Span,
  verifySegment,
} from "@sotto/wire";
import { StoreError } from "../errors.ts";
import { heldTooLong, isExpired, isPublished, type Keeping, mayJoin } from "./bucket.ts";
import { deleteAll, writeWhole } from "./durable.ts";
import { FrameSorter, type SortedFrames } from "./framesort.ts";
import { journalSpan, readJournal } from "./journal.ts";

const SEGMENT_SUFFIX = ".seg";
const TEMPORARY_SUFFIX = ".part";

/** What became of stored frames; totals only. */
export interface LogCounters {
  /** Frames in segments released so far by this process. */
  released: number;
  /** Frames deleted because the minimum batch was not reached in time. */
  unreleased: number;
  /** Frames deleted at the end of the retention. */
  expired: number;
  /** Journal slots whose writing never finished. */
  damagedSlots: number;
}

/** A sealed file with where it lies. */
interface Sealed {
  readonly entry: SegmentEntry;
  readonly path: string;
}

/**
 * The data folder: `journal/` of open buckets, `held/` with sealed frames below the minimum batch, `segments/` with
 * what is, or will be, published.
 *
 * Every change is made so that a crash between two steps leaves the inputs of the step in place: what is merged twice
 * gives the same segment, and frames found in a segment already are never released again.
 */
export class Log {
  readonly counters: LogCounters = { released: 0, unreleased: 0, expired: 0, damagedSlots: 0 };
  /** Files in the folder that could not be read as what their name says; left where they are. */
  readonly damagedFiles: readonly string[];
  readonly journalFolder: string;
  readonly #zone: string;
  readonly #keeping: Keeping;
  readonly #heldFolder: string;
  readonly #segmentFolder: string;
  #held: Sealed[];
  #segments: Sealed[];

  private constructor(folders: Folders, zone: string, keeping: Keeping, held: Loaded, segments: Loaded) {
    this.journalFolder = folders.journal;
    this.#heldFolder = folders.held;
    this.#segmentFolder = folders.segments;
    this.#zone = zone;
    this.#keeping = keeping;
    this.#held = held.sealed;
    this.#segments = segments.sealed;
    this.damagedFiles = [...held.damaged, ...segments.damaged];
  }

  /**
   * Opens a data folder, making it where it is missing, and checks every sealed file in it.
   *
   * @throws StoreError `SOTTO_STORE` when the folder cannot be used.
   */
  static async open(folder: string, zone: string, keeping: Keeping): Promise<Log> {
    const folders = {
      journal: join(folder, "journal"),
      held: join(folder, "held"),
      segments: join(folder, "segments"),
    };
    try {
      for (const path of Object.values(folders)) {
        await mkdir(path, { recursive: true, mode: 0o700 });
        await removeTemporary(path);
      }
      const held = await loadSealed(folders.held, zone);
      return new Log(folders, zone, keeping, held, await loadSealed(folders.segments, zone));
    } catch (error) {
      throw new StoreError("SOTTO_STORE", `the data folder cannot be used: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }

  /** The end of the last bucket whose sealing has begun, or the start of the last one written to: none before it opens again. */
  async earliestBucket(): Promise<number> {
    const journals = await this.#journals();
    return Math.max(
      0,
      ...journals.map(({ span }) => span.start),
      ...[...this.#held, ...this.#segments].map(({ entry }) => entry.end),
    );
  }

  /** The segments to be seen at this moment, sorted as a segment list is. */
  published(unixSeconds: number): SegmentEntry[] {
    return this.#segments
      .map(({ entry }) => entry)
      .filter((entry) => isPublished(entry, unixSeconds, this.#keeping))
      .sort(compareSegments);
  }

  /** Where a segment's file lies. */
  pathOf(id: string): string {
    return join(this.#segmentFolder, id + SEGMENT_SUFFIX);
  }

  /**
   * Seals every bucket that has ended, and deletes what has been kept for long enough.
   *
   * @param current the bucket being filled: its journals are left alone.
   */
  async maintain(current: Span, unixSeconds: number): Promise<void> {
    await this.#purge(unixSeconds);
    const ended = (await this.#journals()).filter(({ span }) => span.start < current.start);
    const spans = new Map(ended.map(({ span }) => [`${span.start}-${span.end}`, span]));
    for (const span of [...spans.values()].sort((a, b) => a.start - b.start)) {
      const paths = ended.filter((file) => file.span.start === span.start && file.span.end === span.end);
      await this.#seal(
        span,
        paths.map(({ path }) => path),
        unixSeconds,
      );
    }
  }

  async #journals(): Promise<{ span: Span; path: string }[]> {
    return (await readdir(this.journalFolder)).flatMap((name) => {
      const span = journalSpan(name);
      return span === null ? [] : [{ span, path: join(this.journalFolder, name) }];
    });
  }

  async #seal(bucket: Span, journals: string[], unixSeconds: number): Promise<void> {
    const { minBatch, retention } = this.#keeping;
    await this.#dropHeld((held) => !mayJoin(held, bucket.end, retention));
    const joined = this.#held.filter(({ entry }) => entry.start <= bucket.start);
    const span = { start: Math.min(bucket.start, ...joined.map(({ entry }) => entry.start)), end: bucket.end };
    const frames = await this.#gather(journals, joined, span);
    if (isExpired(span, unixSeconds, retention)) {
      this.counters.expired += frames.count;
    } else if (frames.count >= Math.max(minBatch, 1)) {
      this.#segments.push(await this.#write(this.#segmentFolder, span, frames));
      this.counters.released += frames.count;
    } else if (frames.count > 0) {
      this.#held.push(await this.#write(this.#heldFolder, span, frames));
    }
    await this.#forget(joined);
    await deleteAll(journals);
  }

  async #gather(journals: readonly string[], held: readonly Sealed[], span: Span): Promise<SortedFrames> {
    const sorter = new FrameSorter();
    for (const path of journals) {
      for await (const { frames, damaged } of readJournal(path)) {
        for (const frame of frames) sorter.add(frame);
        this.counters.damagedSlots += damaged;
      }
    }
    for (const { path } of held) await eachFrame(path, (frame) => sorter.add(frame));
    // Only after a crash between writing a segment and deleting its inputs is there one that overlaps.
    for (const { entry, path } of this.#segments) {
      if (entry.start < span.end && entry.end > span.start) await eachFrame(path, (frame) => sorter.exclude(frame));
    }
    return await sorter.sort();
  }

  async #write(folder: string, span: Span, { count, runs }: SortedFrames): Promise<Sealed> {
    const temporary = join(folder, `${span.start}-${span.end}${TEMPORARY_SUFFIX}`);
    const octets = encodeSegment({ zone: this.#zone, ...span, count }, runs);
    const entry = await writeWhole(temporary, octets, ({ id }) => join(folder, id + SEGMENT_SUFFIX));
    return { entry, path: join(folder, entry.id + SEGMENT_SUFFIX) };
  }

  async #purge(unixSeconds: number): Promise<void> {
    const { retention } = this.#keeping;
    await this.#dropHeld((held) => heldTooLong(held, unixSeconds, retention));
    const expired = this.#segments.filter(({ entry }) => isExpired(entry, unixSeconds, retention));
    this.#segments = this.#segments.filter((segment) => !expired.includes(segment));
    await deleteAll(expired.map(({ path }) => path));
    for (const { entry } of expired) this.counters.expired += entry.count;
  }

  async #dropHeld(condition: (held: Span) => boolean): Promise<void> {
    const dropped = this.#held.filter(({ entry }) => condition(entry));
    await this.#forget(dropped);
    for (const { entry } of dropped) this.counters.unreleased += entry.count;
  }

  async #forget(held: readonly Sealed[]): Promise<void> {
    this.#held = this.#held.filter((one) => !held.includes(one));
    const stillThere = new Set(this.#held.map(({ path }) => path));
    await deleteAll(held.map(({ path }) => path).filter((path) => !stillThere.has(path)));
  }
}

interface Folders {
  readonly journal: string;
  readonly held: string;
  readonly segments: string;
}

interface Loaded {
  readonly sealed: Sealed[];
  readonly damaged: string[];
}

async function loadSealed(folder: string, zone: string): Promise<Loaded> {
  const loaded: Loaded = { sealed: [], damaged: [] };
  for (const name of (await readdir(folder)).filter((file) => file.endsWith(SEGMENT_SUFFIX)).sort()) {
    const path = join(folder, name);
    try {
      const { header, entry } = await verifySegment(createReadStream(path));
      if (header.zone !== zone || name !== entry.id + SEGMENT_SUFFIX) throw new Error("another zone's, or renamed");
      loaded.sealed.push({ entry, path });
    } catch {
      loaded.damaged.push(path);
    }
  }
  return loaded;
}

/** What a crash left half-written. */
async function removeTemporary(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(TEMPORARY_SUFFIX));
  for (const name of names) await rm(join(folder, name), { force: true });
}

async function eachFrame(path: string, use: (frame: Uint8Array) => void): Promise<void> {
  const reader = await SegmentReader.open(createReadStream(path));
  for await (const run of reader.frames()) {
    for (let at = 0; at < run.length; at += FRAME_OCTETS) use(run.subarray(at, at + FRAME_OCTETS));
  }
}
