import type { StoreError } from "../errors.ts";
import { WeekTally } from "../ledger/counts.ts";
import { Progress } from "../progress.ts";
import type { SegmentJob } from "../queue/job.ts";
import type { WorkerListener } from "../queue/worker.ts";
import { expireStore } from "../scanning/expire.ts";
import type { ProjectResult } from "../scanning/projectscan.ts";
import { FRAME_FATES, type FrameCounts, type RecordStore } from "../store/contract.ts";
import { formatPendingKey } from "../summary.ts";
import type { Context } from "./context.ts";
import { count } from "./option.ts";
import { formatMoment } from "./sources.ts";

/** What is deleted because its time is over when a worker has nothing else to do. */
export interface Expiring {
  readonly store: RecordStore;
  /** How long records are kept; null keeps them. */
  readonly keepDays: number | null;
  readonly retired: ReadonlySet<string>;
}

/** Tells a person what a worker does, a line a segment, and has old records deleted while there is nothing to do. */
export class WorkReport implements WorkerListener {
  readonly #context: Context;
  readonly #expiring: Expiring;
  readonly #total = new WeekTally();
  #progress: Progress;
  #scanned = 0;
  #left = 0;
  #troubles = 0;
  /** Whether something was committed since old records were deleted. */
  #isExpiryDue = false;

  constructor(context: Context, expiring: Expiring) {
    this.#context = context;
    this.#expiring = expiring;
    this.#progress = new Progress(context.progress, 0);
  }

  /** Whether a segment could not be read. */
  get hasTroubles(): boolean {
    return this.#troubles > 0;
  }

  began({ count: frames }: SegmentJob): void {
    this.#progress = new Progress(this.#context.progress, frames);
  }

  passed(frames: number): void {
    this.#progress.add(frames);
  }

  committed(job: SegmentJob, { frames, pendingKeys }: ProjectResult): void {
    this.#scanned++;
    this.#isExpiryDue = true;
    this.#total.addAll(null, frames);
    this.#note(job, formatFrames(frames));
    for (const key of pendingKeys) this.#context.note(`sotto-decoder: ${formatPendingKey(key)}`);
  }

  left(job: SegmentJob): void {
    this.#left++;
    this.#note(job, "nothing new");
  }

  failed(job: SegmentJob, reason: string): void {
    this.#troubles++;
    this.#note(job, reason);
  }

  gone(job: SegmentJob): void {
    this.#note(job, "purged meanwhile, skipped");
  }

  gaveUp(job: SegmentJob, why: string): void {
    this.#note(job, why);
  }

  async idle(): Promise<void> {
    if (!this.#isExpiryDue) return;
    this.#isExpiryDue = false;
    const { store, keepDays, retired } = this.#expiring;
    try {
      const messages = await expireStore(store, { keepDays, retired });
      if (messages > 0) this.#context.note(`deleted as too old: ${count(messages, "message")}`);
    } catch (error) {
      // Another worker is busy; it, or this one the next time, deletes what is due.
      if ((error as StoreError).code !== "SOTTO_STORE_BUSY") throw error;
      this.#isExpiryDue = true;
    }
  }

  /** Says what became of everything. */
  finish(engine: string): void {
    this.#progress.clear();
    this.#context.note(
      [
        `segments scanned: ${this.#scanned}`,
        `segments without anything new: ${this.#left}`,
        `segments that could not be scanned: ${this.#troubles}`,
        `frames: ${formatFrames(this.#total.total())}`,
        `engine: ${engine}`,
      ].join("\n"),
    );
  }

  #note({ name, start, count: frames }: SegmentJob, what: string): void {
    this.#progress.clear();
    this.#context.note(`sotto-decoder: ${name}, ${formatMoment(start)}, ${count(frames, "frame")}: ${what}`);
  }
}

function formatFrames(frames: FrameCounts): string {
  const met = FRAME_FATES.filter((fate) => frames[fate] > 0);
  return met.length === 0 ? "none" : met.map((fate) => `${frames[fate].toLocaleString("en-US")} ${fate}`).join(", ");
}
