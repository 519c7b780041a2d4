import type { ReportCheck } from "../checking/reportcheck.ts";
import { WeekTally } from "../ledger/counts.ts";
import { Ledger } from "../ledger/ledger.ts";
import type { OpenedChunk, OpenedFrame } from "../opening/openedchunk.ts";
import { shareOf } from "../opening/share.ts";
import { PendingFrames, type PendingKey } from "../pending.ts";
import type { ScanKeys } from "../scankeys.ts";
import type { FrameCounts, RecordStore, SegmentFacts, SegmentScan } from "../store/contract.ts";
import { type Plan, planScan } from "./plan.ts";

/** Opened frames that are put into the store at once: some of its work is the same for one as for many. */
const BATCH_FRAMES = 2000;

/** A project whose reports are looked for, and where they go. */
export interface Project {
  readonly store: RecordStore;
  readonly keys: ScanKeys;
  /** Null: every text is a record. */
  readonly check: ReportCheck | null;
}

/** What a scan found for a project. */
export interface ProjectResult {
  /** Segments that were scanned and committed. */
  readonly scanned: number;
  /** Segments in which nothing was new. */
  readonly left: number;
  /** What became of the frames of those that were scanned. */
  readonly frames: FrameCounts;
  readonly pendingKeys: readonly PendingKey[];
}

/** A segment that frames are taken of. */
interface Current {
  readonly facts: SegmentFacts;
  readonly plan: Plan;
  readonly tally: WeekTally;
  /** Null as long as the store has not heard of it. */
  begun: Begun | null;
}

interface Begun {
  readonly scan: SegmentScan;
  readonly ledger: Ledger;
}

/**
 * A scan of segments, one after the other, into the store of one project. The store hears of a segment only when so many
 * frames of it opened, or at its end: till then others may write to it.
 */
export class ProjectScan {
  readonly #project: Project;
  readonly #gatheredFrames: number;
  /** Segments of which is known where in time they are, by SHA-256. */
  readonly #known = new Map<string, SegmentFacts>();
  /** Of the segments that are to be scanned, by SHA-256. */
  readonly #plans = new Map<string, Plan>();
  readonly #total = new WeekTally();
  readonly #pending = new PendingFrames();
  #current: Current | null = null;
  #batch: OpenedFrame[] = [];
  #scanned = 0;
  #left = 0;

  /** @param gatheredFrames how many opened frames of a segment are kept in memory before the store's scan is begun. */
  constructor(project: Project, gatheredFrames: number = BATCH_FRAMES) {
    this.#project = project;
    this.#gatheredFrames = gatheredFrames;
  }

  /** What of a segment is new to this project; null when nothing is. */
  async plan(facts: SegmentFacts): Promise<Plan | null> {
    const { store, keys } = this.#project;
    return planScan(facts, await store.segment(facts.sha256), keys);
  }

  /** Takes note of what was planned for a segment. */
  settle({ sha256 }: SegmentFacts, plan: Plan | null): void {
    if (plan === null) this.#left++;
    else this.#plans.set(sha256, plan);
  }

  /** Takes what all keys of the scan made of frames of a segment, as long as its plan wants any. */
  async take(facts: SegmentFacts, chunk: OpenedChunk): Promise<void> {
    const current = this.#open(facts);
    if (current === null) return;
    const { plan, tally } = current;
    const { weeks, frames, waiting } = shareOf(chunk, this.#project.keys, plan.weeks);
    for (const { week, foreign, pending, noKey } of weeks) {
      tally.add(week, "foreign", foreign);
      tally.add(week, "pending", pending);
      tally.add(week, "no-key", noKey);
    }
    for (const { key, frames } of waiting) this.#pending.add(key, frames, facts);
    this.#batch.push(...frames);
    if (this.#batch.length >= (current.begun === null ? this.#gatheredFrames : BATCH_FRAMES))
      await this.#flush(current);
  }

  /**
   * Ends a segment.
   *
   * @param isWhole whether it was read to its end; nothing of it is kept otherwise.
   */
  async end(facts: SegmentFacts, isWhole: boolean): Promise<void> {
    const current = this.#open(facts);
    if (current === null) return;
    if (!isWhole) {
      await this.#leave(current);
      return;
    }
    const { plan, tally } = current;
    const { scan } = await this.#flush(current);
    await scan.commit(plan.tried, tally.weeks());
    this.#forget(current);
    this.#scanned++;
    for (const { week, counts } of tally.weeks()) this.#total.addAll(week, counts);
  }

  /** Gives up the segment in hand, if there is one. */
  async abandon(): Promise<void> {
    await this.#current?.begun?.scan.abandon();
  }

  result(): ProjectResult {
    return {
      scanned: this.#scanned,
      left: this.#left,
      frames: this.#total.total(),
      pendingKeys: this.#pending.keys(),
    };
  }

  /** The segment in hand, which may be the next one; null when it is not to be scanned. */
  #open(facts: SegmentFacts): Current | null {
    if (this.#current?.facts === facts) return this.#current;
    const plan = this.#plans.get(facts.sha256);
    if (plan === undefined) return null;
    this.#known.set(facts.sha256, facts);
    this.#current = { facts, plan, tally: new WeekTally(), begun: null };
    return this.#current;
  }

  /** Has the ledger take what was gathered. */
  async #flush(current: Current): Promise<Begun> {
    current.begun ??= await this.#begin(current);
    const frames = this.#batch;
    this.#batch = [];
    for (let at = 0; at < frames.length; at += BATCH_FRAMES) {
      await current.begun.ledger.take(frames.slice(at, at + BATCH_FRAMES));
    }
    return current.begun;
  }

  async #begin({ facts, tally }: Current): Promise<Begun> {
    const { store, check } = this.#project;
    const scan = await store.scan(facts);
    const ledger = new Ledger({
      ...{ segment: facts, scan, check, tally },
      learn: (segments) => this.#learn(segments),
      later: (a, b) => this.#later(a, b),
    });
    return { scan, ledger };
  }

  async #leave(current: Current): Promise<void> {
    this.#forget(current);
    await current.begun?.scan.abandon();
  }

  #forget({ facts }: Current): void {
    this.#plans.delete(facts.sha256);
    this.#batch = [];
    this.#current = null;
  }

  /** Looks up when segments were that another scan, or another process, has committed. */
  async #learn(segments: readonly string[]): Promise<void> {
    for (const sha256 of new Set(segments)) {
      if (this.#known.has(sha256)) continue;
      const facts = await this.#project.store.segment(sha256);
      if (facts !== null) this.#known.set(sha256, facts);
    }
  }

  #later(a: string, b: string): string {
    const [first, second] = [this.#known.get(a), this.#known.get(b)];
    if (first === undefined || second === undefined) return first === undefined ? b : a;
    const order = first.end - second.end || first.start - second.start || (a < b ? -1 : 1);
    return order > 0 ? a : b;
  }
}
