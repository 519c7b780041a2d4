import type { Span } from "@sotto/wire";
import { firstFree } from "./bucket.ts";
import type { Candidate } from "./candidate.ts";
import type { Capacity } from "./capacity.ts";
import { type FaultHook, noFault } from "./fault.ts";
import { Journal } from "./journal.ts";
import type { Course } from "./timeline.ts";

/** Frames that may wait for storage at once; beyond it the answer is nak. About 20 MB. */
const MAX_WAITING = 50_000;

/** Frames of one commit: enough that the cost of a sync vanishes, few enough that nobody waits long. */
const MAX_BATCH = 4096;

/** Seconds since 1970-01-01 UTC. */
export type Clock = () => number;

interface Waiting {
  readonly candidate: Candidate;
  readonly done: (stored: boolean) => void;
}

/** What intake counts. None tells anything of a single report. */
export interface IntakeCounters {
  stored: number;
  /** Refused because storage failed or could not follow. */
  failed: number;
  /** Refused because the bucket or the disk budget is full. */
  dropped: number;
}

export interface IntakeOptions {
  /** Where journals are made. */
  readonly folder: string;
  /** Seconds. */
  readonly bucketLength: number;
  readonly clock: Clock;
  /** As `Log.follow` gave it. */
  readonly course: Course;
  /** As `Log.capacity` gave it. */
  readonly capacity: Capacity;
  readonly faultPoint?: FaultHook;
}

/**
 * Takes frames to stable storage by group commit: while one batch is being synced the next gathers. A frame is reported
 * as stored only after the sync that covers it (protocol.md section 4 rule 1).
 *
 * Several processes may each have one on the same folder: each writes files of its own. One process owns the log, and
 * runs, one round at a time: `course = await log.follow(now)`; `closeEnded(course)` of every intake; `log.maintain` with
 * the earliest bucket of their answers; `capacity = log.capacity(workers)` to every intake. An intake moves to a later
 * bucket by its own clock at any time, and to an earlier one only by a course. A round must have the answer of every
 * intake that lives; files of one whose process died are as good as closed.
 */
export class Intake {
  readonly counters: IntakeCounters = { stored: 0, failed: 0, dropped: 0 };
  /** May be changed at any time; holds from the next commit on. */
  capacity: Capacity;
  readonly #folder: string;
  readonly #bucketLength: number;
  readonly #clock: Clock;
  readonly #fault: FaultHook;
  #waiting: Waiting[] = [];
  #journal: Journal | null = null;
  #course: Course;
  #current: Span | null = null;
  /** Frames stored in the bucket that begins at `#takenStart`. */
  #taken = 0;
  #takenStart = -1;
  #running: Promise<void> | null = null;
  #exclusive: Promise<void> = Promise.resolve();

  constructor({ folder, bucketLength, clock, course, capacity, faultPoint = noFault }: IntakeOptions) {
    this.#folder = folder;
    this.#bucketLength = bucketLength;
    this.#clock = clock;
    this.#course = course;
    this.capacity = capacity;
    this.#fault = faultPoint;
  }

  /**
   * Hands in a frame.
   *
   * @param done called once: true when the frame is on stable storage, false when it is not and the sender should come
   *   back later.
   */
  submit(candidate: Candidate, done: (stored: boolean) => void): void {
    if (this.#waiting.length >= MAX_WAITING) {
      this.counters.failed++;
      done(false);
      return;
    }
    this.#waiting.push({ candidate, done });
    this.#running ??= this.#run();
  }

  /** The bucket being filled now. Follows the clock forward, never into a bucket that was left, and back only by a course. */
  current(): Span {
    const bucket = firstFree(this.#clock(), this.#bucketLength, this.#course.closed);
    if (this.#current === null || bucket.start > this.#current.start) this.#current = bucket;
    return this.#current;
  }

  /**
   * Takes in a course and closes the journals that it, or the clock, leaves behind.
   *
   * @returns the bucket being filled now. Of this intake's journals that were there before the call, only one of this
   *   bucket may still be open, and none of a bucket later than the course's.
   */
  async closeEnded(course?: Course): Promise<Span> {
    return await this.#alone(async () => {
      if (course !== undefined) {
        this.#course = course;
        this.#current = null;
      }
      const current = this.current();
      const start = this.#journal?.span.start;
      const behind = course !== undefined && start !== course.open.start;
      if (start !== current.start || behind) await this.#closeJournal();
      return current;
    });
  }

  /** Waits until everything handed in is decided, then closes the journal. */
  async close(): Promise<void> {
    while (this.#running !== null) await this.#running;
    await this.#alone(() => this.#closeJournal());
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, MAX_BATCH);
      const stored = await this.#alone(() => this.#commit(batch.map(({ candidate }) => candidate)));
      for (const [index, { done }] of batch.entries()) done(index < stored);
    }
    this.#running = null;
  }

  /**
   * Stores as many of the frames as there is capacity for, the first ones. Never throws: whatever goes wrong with
   * storage, the answer is nak and the next batch begins a new file.
   *
   * @returns how many were stored.
   */
  async #commit(candidates: readonly Candidate[]): Promise<number> {
    let wanted = candidates.length;
    try {
      const bucket = this.current();
      wanted = Math.min(wanted, this.#room(bucket));
      this.counters.dropped += candidates.length - wanted;
      if (wanted === 0) return 0;
      if (this.#journal?.span.start !== bucket.start) await this.#closeJournal();
      this.#journal ??= await Journal.create(this.#folder, bucket, this.#fault);
      await this.#journal.append(wanted === candidates.length ? candidates : candidates.slice(0, wanted));
      this.#taken += wanted;
      this.capacity = { ...this.capacity, disk: this.capacity.disk - wanted };
      this.counters.stored += wanted;
      return wanted;
    } catch {
      this.counters.failed += wanted;
      const journal = this.#journal;
      this.#journal = null;
      await journal?.abandon();
      return 0;
    }
  }

  /** Frames that may still be stored in a bucket. */
  #room({ start }: Span): number {
    const { bucket, disk, earlier } = this.capacity;
    if (start !== this.#takenStart) {
      this.#taken = 0;
      this.#takenStart = start;
    }
    const before = earlier !== null && earlier.start === start ? earlier.frames : 0;
    return Math.max(0, Math.min(bucket - before - this.#taken, disk));
  }

  async #closeJournal(): Promise<void> {
    const journal = this.#journal;
    this.#journal = null;
    await journal?.close();
  }

  /** One at a time: commits, and the closing of journals. */
  async #alone<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#exclusive;
    let release = () => {};
    this.#exclusive = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    try {
      return await work();
    } finally {
      release();
    }
  }
}
