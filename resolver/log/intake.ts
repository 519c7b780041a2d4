import type { Span } from "@sotto/wire";
import type { Candidate } from "../dns/zone.ts";
import { bucketOf } from "./bucket.ts";
import { Journal } from "./journal.ts";

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

/** What intake counts. Neither tells anything of a single report. */
export interface IntakeCounters {
  stored: number;
  failed: number;
}

/**
 * Takes frames to stable storage by group commit: while one batch is being synced the next gathers. A frame is reported
 * as stored only after the sync that covers it (protocol.md section 4 rule 1).
 */
export class Intake {
  readonly counters: IntakeCounters = { stored: 0, failed: 0 };
  readonly #folder: string;
  readonly #bucketLength: number;
  readonly #clock: Clock;
  #waiting: Waiting[] = [];
  #journal: Journal | null = null;
  /** No bucket before this one is ever written to again, whatever the clock says. */
  #earliest: number;
  #running: Promise<void> | null = null;
  #exclusive: Promise<void> = Promise.resolve();

  /**
   * @param folder where journals are made.
   * @param earliest end of the last bucket known to have begun its sealing, Unix seconds.
   */
  constructor(folder: string, bucketLength: number, clock: Clock, earliest: number) {
    this.#folder = folder;
    this.#bucketLength = bucketLength;
    this.#clock = clock;
    this.#earliest = earliest;
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

  /**
   * The bucket being filled now. Follows the clock forward and never back, so a bucket that was left is closed for good.
   */
  current(): Span {
    const bucket = bucketOf(this.#clock(), this.#bucketLength);
    if (bucket.start >= this.#earliest) {
      this.#earliest = bucket.start;
      return bucket;
    }
    return { start: this.#earliest, end: this.#earliest + this.#bucketLength };
  }

  /** Closes the journal of a bucket that is over, so that it can be sealed; returns the bucket being filled now. */
  async closeEnded(): Promise<Span> {
    return await this.#alone(async () => {
      const current = this.current();
      if (this.#journal !== null && this.#journal.span.start < current.start) await this.#closeJournal();
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
      this.counters[stored ? "stored" : "failed"] += batch.length;
      for (const { done } of batch) done(stored);
    }
    this.#running = null;
  }

  /** Never throws: whatever goes wrong with storage, the answer is nak and the next batch begins a new file. */
  async #commit(candidates: readonly Candidate[]): Promise<boolean> {
    try {
      const bucket = this.current();
      if (this.#journal?.span.start !== bucket.start) await this.#closeJournal();
      this.#journal ??= await Journal.create(this.#folder, bucket);
      await this.#journal.append(candidates);
      return true;
    } catch {
      await this.#closeJournal().catch(() => {});
      return false;
    }
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
