import type { Span } from "@sotto/wire";
import { BucketLeftError } from "../errors.ts";
import { firstFree, withClosed } from "./bucket.ts";
import type { Candidate } from "./candidate.ts";
import type { Capacity } from "./capacity.ts";
import type { Clock } from "./clock.ts";
import type { BucketWriter, FrameSink } from "./contract.ts";
import type { Course } from "./timeline.ts";

/** Frames that may wait for storage at once; beyond it the answer is nak. About 20 MB. */
const MAX_WAITING = 50_000;

/** Frames of one commit: enough that the cost of a sync vanishes, few enough that nobody waits long. */
const MAX_BATCH = 4096;

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
  readonly sink: FrameSink;
  /** Seconds. */
  readonly bucketLength: number;
  /** Null where courses alone say which bucket is filled: what several machines fill, none of their clocks decides. */
  readonly clock: Clock | null;
  /** As `FrameLog.follow` gave it. */
  readonly course: Course;
  /** As `FrameLog.capacity` gave it. */
  readonly capacity: Capacity;
}

/** Buckets that others may leave between two courses before a commit is given up: none does so twice in half a second. */
const MAX_BUCKETS_LEFT = 3;

/**
 * Takes frames to stable storage by group commit: while one batch is being synced the next gathers. A frame is reported
 * as stored only after the sync that covers it (protocol.md section 4 rule 1).
 *
 * Several processes may each have one for the same log; {@link FrameLog} says what a round of a log is. An intake moves
 * to a later bucket by its own clock, where it has one, at any time, and to an earlier one only by a course. In a folder
 * a round must have the answer of every intake that lives; files of one whose process died are as good as closed.
 */
export class Intake {
  readonly counters: IntakeCounters = { stored: 0, failed: 0, dropped: 0 };
  /** May be changed at any time; holds from the next commit on. */
  capacity: Capacity;
  readonly #sink: FrameSink;
  readonly #bucketLength: number;
  readonly #clock: Clock | null;
  #waiting: Waiting[] = [];
  #writer: BucketWriter | null = null;
  #course: Course;
  #current: Span | null = null;
  /** Frames stored in the bucket that begins at `#takenStart`. */
  #taken = 0;
  #takenStart = -1;
  #running: Promise<void> | null = null;
  #exclusive: Promise<void> = Promise.resolve();

  constructor({ sink, bucketLength, clock, course, capacity }: IntakeOptions) {
    this.#sink = sink;
    this.#bucketLength = bucketLength;
    this.#clock = clock;
    this.#course = course;
    this.capacity = capacity;
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
    const { open, closed } = this.#course;
    const bucket = firstFree(this.#clock?.() ?? open.start, this.#bucketLength, closed);
    if (this.#current === null || bucket.start > this.#current.start) this.#current = bucket;
    return this.#current;
  }

  /**
   * Takes in a course and closes what it, or the clock, leaves behind.
   *
   * @returns the bucket being filled now. Of what this intake was writing before the call, only this bucket may still be
   *   open, and none later than the course's.
   */
  async closeEnded(course?: Course): Promise<Span> {
    return await this.#alone(async () => {
      if (course !== undefined) {
        this.#course = course;
        this.#current = null;
      }
      const current = this.current();
      const start = this.#writer?.span.start;
      const behind = course !== undefined && start !== course.open.start;
      if (start !== current.start || behind) await this.#closeWriter();
      return current;
    });
  }

  /** Waits until everything handed in is decided, then closes what it writes to. */
  async close(): Promise<void> {
    while (this.#running !== null) await this.#running;
    await this.#alone(() => this.#closeWriter());
    await this.#sink.close();
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
    for (let left = 0; ; left++) {
      let wanted = candidates.length;
      try {
        const bucket = this.current();
        wanted = Math.min(wanted, this.#room(bucket));
        if (wanted > 0)
          await this.#append(bucket, wanted === candidates.length ? candidates : candidates.slice(0, wanted));
        this.counters.dropped += candidates.length - wanted;
        this.counters.stored += wanted;
        return wanted;
      } catch (error) {
        const writer = this.#writer;
        this.#writer = null;
        await writer?.abandon();
        if (error instanceof BucketLeftError && left < MAX_BUCKETS_LEFT) {
          this.#leave(error.bucket);
          continue;
        }
        this.counters.dropped += candidates.length - wanted;
        this.counters.failed += wanted;
        return 0;
      }
    }
  }

  async #append(bucket: Span, candidates: readonly Candidate[]): Promise<void> {
    if (this.#writer?.span.start !== bucket.start) await this.#closeWriter();
    this.#writer ??= await this.#sink.begin(bucket);
    await this.#writer.append(candidates);
    this.#taken += candidates.length;
    this.capacity = { ...this.capacity, disk: this.capacity.disk - candidates.length };
  }

  /** Somebody else has left a bucket that the last course did not know of. */
  #leave(bucket: Span): void {
    this.#course = { ...this.#course, closed: withClosed(this.#course.closed, bucket) };
    this.#current = null;
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

  async #closeWriter(): Promise<void> {
    const writer = this.#writer;
    this.#writer = null;
    await writer?.close();
  }

  /** One at a time: commits, and the closing of what they wrote to. */
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
