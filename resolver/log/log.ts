import { join } from "node:path";
import { compareSegments, type SegmentEntry, type Span } from "@sotto/wire";
import { StoreError } from "../errors.ts";
import { inOwnTime, isExpired, isPublished, type Keeping } from "./bucket.ts";
import { type Capacity, DEFAULT_DISK_BUDGET_OCTETS, framesOfBucket, framesOfDisk, shareOf } from "./capacity.ts";
import type { Chronicle } from "./chronicle.ts";
import { type Clock, systemClock } from "./clock.ts";
import { type Base, type Contents, readContents } from "./contents.ts";
import type { FrameLog, LogCounters, LogUsage, OpenSegment, SinkTarget } from "./contract.ts";
import { deleteAll, place, syncFolder } from "./durable.ts";
import { type FaultHook, noFault } from "./fault.ts";
import {
  byBucket,
  type Folders,
  type JournalFile,
  journalsIn,
  makeFolders,
  octetsOf,
  removeTemporary,
} from "./folders.ts";
import { moveJournal, takenSlots } from "./journal.ts";
import { FolderLock } from "./lock.ts";
import { Retry } from "./retry.ts";
import { ageOf, emptyFolder, framesOf, octetsOfSealed, pathsOf, SEGMENT_SUFFIX, type Sealed } from "./sealed.ts";
import { Sealer } from "./sealer.ts";
import { RUN_FRAMES, type SealingJob, type SealingResult } from "./sealing.ts";
import { openSegmentFile } from "./segmentfile.ts";
import type { Shelf } from "./shelf.ts";
import { SLOT_OCTETS } from "./slot.ts";
import type { Course } from "./timeline.ts";
import { isWritable } from "./writable.ts";

/** What a log may be opened with beside its zone and times. */
export interface LogOptions {
  /** Octets; beyond it intake refuses. Nothing that was released goes before its time. */
  readonly diskBudget?: number;
  /** Is told of damage, one line each. */
  readonly warn?: (line: string) => void;
  readonly faultPoint?: FaultHook;
  /** Frames sorted in memory at once. */
  readonly runFrames?: number;
  /** The system's unless given. */
  readonly clock?: Clock;
}

/**
 * The data folder of a zone, owned by one process: `journal/` of open buckets, `held/` with sealed frames below the
 * minimum batch, `segments/` with what is, or will be, published, `sealing/` with what is under way, `time.json`.
 *
 * Every change is made so that a crash between two steps leaves the inputs of the step in place: what is merged twice
 * gives the same segment, and frames found in a segment already are never released again. How time is counted, and what
 * whoever fills journals has to keep to, is told with {@link Timeline} and {@link Intake}.
 */
export class Log implements FrameLog {
  /** Files in the folder that could not be read as what their name says; left where they are. */
  readonly damagedFiles: readonly string[];
  readonly #zone: string;
  readonly #keeping: Keeping;
  readonly #options: Base["options"];
  readonly #clock: Clock;
  /** As the operator set it, if at all. */
  readonly #setBudget: number | undefined;
  readonly #folders: Folders;
  readonly #lock: FolderLock;
  readonly #chronicle: Chronicle;
  readonly #shelf: Shelf;
  /** Frames that earlier runs left in journals, by their buckets' starts. */
  readonly #earlier: ReadonlyMap<number, number>;
  readonly #sealer = new Sealer();
  readonly #retry = new Retry();
  #journalOctets: number;
  /** Journals beyond the next bucket, closed as soon as every intake has taken in the last course. */
  #stranded: JournalFile[] = [];

  private constructor(base: Base, found: Contents, { diskBudget, clock = systemClock }: LogOptions) {
    this.#folders = base.folders;
    this.#lock = base.lock;
    this.#zone = base.zone;
    this.#keeping = base.keeping;
    this.#options = base.options;
    this.#setBudget = diskBudget;
    this.#clock = clock;
    this.#chronicle = found.chronicle;
    this.#shelf = found.shelf;
    this.#earlier = found.earlier;
    this.#journalOctets = found.journalOctets;
    this.damagedFiles = found.damagedFiles;
    this.counters.damagedFiles = found.damagedFiles.length;
  }

  /**
   * Opens a data folder, making it where it is missing, and checks every sealed file in it.
   *
   * @throws StoreError `SOTTO_STORE_LOCKED` when another server has it, `SOTTO_STORE` when it cannot be used.
   */
  static async open(folder: string, zone: string, keeping: Keeping, options: LogOptions = {}): Promise<Log> {
    let lock: FolderLock | null = null;
    try {
      const folders = await makeFolders(folder);
      lock = await FolderLock.acquire(folder);
      await removeTemporary(folders);
      const base = { folders, lock, zone, keeping, options: { ...STANDARD_OPTIONS, ...options } };
      return new Log(base, await readContents(base), options);
    } catch (error) {
      await lock?.release();
      if (error instanceof StoreError) throw error;
      const why = (error as Error).message;
      throw new StoreError("SOTTO_STORE", `the data folder cannot be used: ${why}`, { cause: error });
    }
  }

  get counters(): LogCounters {
    return this.#shelf.counters;
  }

  get journalFolder(): string {
    return this.#folders.journal;
  }

  get target(): SinkTarget {
    return { kind: "folder", folder: this.#folders.journal };
  }

  async time(): Promise<number> {
    return this.#clock();
  }

  published(unixSeconds: number): SegmentEntry[] {
    const time = unixSeconds + this.#chronicle.ahead;
    return this.#shelf.segments
      .filter((segment) => isPublished(ageOf(segment), time, this.#keeping))
      .map(({ entry }) => entry)
      .sort(compareSegments);
  }

  /** Where a segment's file lies. */
  pathOf(id: string): string {
    return join(this.#folders.segments, id + SEGMENT_SUFFIX);
  }

  async openSegment({ id, bytes }: SegmentEntry): Promise<OpenSegment | null> {
    return await openSegmentFile(this.pathOf(id), bytes);
  }

  async follow(unixSeconds: number): Promise<Course> {
    const course = this.#chronicle.follow(unixSeconds);
    await this.#retry.note(() => this.#chronicle.save());
    const journals = await journalsIn(this.#folders.journal);
    this.#stranded = journals.filter(({ span }) => span.start > course.open.end);
    return course;
  }

  capacity(workers: number): Capacity {
    const { diskBudget } = this.#options;
    const start = this.#chronicle.open?.start ?? 0;
    const frames = this.#earlier.get(start);
    const whole: Capacity = {
      bucket: framesOfBucket(this.#setBudget, this.#keeping),
      disk: framesOfDisk(diskBudget, this.#shelf.octets, this.#journalOctets),
      earlier: frames === undefined ? null : { start, frames },
    };
    return shareOf(whole, workers);
  }

  get usage(): LogUsage {
    const { held, segments } = this.#shelf;
    const [segmentOctets, heldOctets] = [octetsOfSealed(segments), octetsOfSealed(held)];
    return {
      segments: segments.length,
      segmentOctets,
      heldFrames: framesOf(held),
      heldOctets,
      journalOctets: this.#journalOctets,
      octets: segmentOctets + heldOctets + this.#journalOctets,
      diskBudget: this.#options.diskBudget,
    };
  }

  async maintain(current: Span, unixSeconds: number): Promise<void> {
    const { open } = this.#chronicle.follow(unixSeconds);
    const time = unixSeconds + this.#chronicle.ahead;
    await this.#retry.note(() => this.#chronicle.save());
    await this.#retry.note(() => this.#foldStranded());
    await this.#retry.note(() => this.#shelf.noticeDeleted());
    await this.#retry.note(() => this.#shelf.purge(time));
    const journals = await journalsIn(this.#folders.journal);
    const limit = Math.min(current.start, open.start);
    for (const { span, paths } of byBucket(journals.filter(({ span }) => span.start < limit))) {
      if (isExpired(inOwnTime(this.#chronicle.age(span)), time, this.#keeping.retention)) {
        await this.#retry.note(() => this.#expire(paths));
      } else {
        await this.#retry.attempt(`${span.start}-${span.end}`, time, () => this.#seal(span, paths));
      }
    }
    const left = await journalsIn(this.#folders.journal);
    this.#chronicle.forgetSealed(left.map(({ span }) => span));
    this.#journalOctets = await octetsOf(left.map(({ path }) => path));
    this.#retry.throwFirst();
  }

  async isWritable(): Promise<boolean> {
    return await isWritable(this.#folders.root);
  }

  async close(): Promise<void> {
    await this.#sealer.close();
    await this.#lock.release();
  }

  /** What lies in the future after the clock was set back is sealed with the bucket being filled. */
  async #foldStranded(): Promise<void> {
    const { open } = this.#chronicle;
    const stranded = this.#stranded.splice(0);
    if (open === null || stranded.length === 0) return;
    for (const { span } of stranded) this.#chronicle.adopt(this.#chronicle.age(span));
    await this.#chronicle.save();
    for (const { path } of stranded) {
      await moveJournal(path, open);
      await this.#options.faultPoint("journal-renamed");
    }
    await syncFolder(this.#folders.journal);
  }

  async #seal(bucket: Span, journals: readonly string[]): Promise<void> {
    const fault = this.#options.faultPoint;
    const aged = this.#chronicle.age(bucket);
    const held = await this.#shelf.heldFor(bucket, inOwnTime(aged));
    const span = { start: Math.min(bucket.start, ...held.map(({ entry }) => entry.start)), end: bucket.end };
    const since = Math.min(aged.since, ...held.map((one) => one.since));
    const { entry, path, damaged } = await this.#merge(span, since, journals, held);
    if (entry !== null) {
      const release = entry.count >= this.#keeping.minBatch;
      const target = join(release ? this.#folders.segments : this.#folders.held, entry.id + SEGMENT_SUFFIX);
      await fault("sealed-written");
      await place(path, target, fault);
      const sealed = { entry, path: target, since };
      if (release) this.#shelf.addSegment(sealed);
      else this.#shelf.addHeld(sealed);
    }
    await emptyFolder(this.#folders.sealing);
    await fault("sealed-placed");
    await this.#shelf.forget(held, "held-deleted");
    await deleteAll(journals, { fault, point: "journal-deleted" });
    this.counters.damagedSlots += damaged;
    if (damaged > 0) this.#options.warn(`damaged, left out: ${damaged} journal slots of ${bucket.start}-${bucket.end}`);
  }

  async #merge(
    span: Span,
    since: number,
    journals: readonly string[],
    held: readonly Sealed[],
  ): Promise<SealingResult> {
    const excluded = this.#shelf.overlapping(span);
    const slots = Math.ceil((await octetsOf(journals)) / SLOT_OCTETS);
    const job: SealingJob = {
      ...{ zone: this.#zone, span, since, journals, held: pathsOf(held), excluded: pathsOf(excluded) },
      scratch: this.#folders.sealing,
      runFrames: Math.max(1, Math.min(this.#options.runFrames, slots)),
    };
    try {
      return await this.#sealer.seal(job, slots + framesOf(held) + framesOf(excluded));
    } catch (error) {
      await emptyFolder(this.#folders.sealing).catch(() => {});
      throw error;
    }
  }

  async #expire(journals: readonly string[]): Promise<void> {
    for (const path of journals) this.counters.expired += await takenSlots(path);
    await deleteAll(journals, { fault: this.#options.faultPoint, point: "expired-deleted" });
  }
}

const STANDARD_OPTIONS: Base["options"] = {
  diskBudget: DEFAULT_DISK_BUDGET_OCTETS,
  warn: () => {},
  faultPoint: noFault,
  runFrames: RUN_FRAMES,
};
