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

/** A scan of segments, one after the other, into the store of one project. */
export class ProjectScan {
  readonly #project: Project;
  /** All segments that the store has or gets, by SHA-256. */
  readonly #known: Map<string, SegmentFacts>;
  /** Of the segments that are to be scanned, by SHA-256. */
  readonly #plans = new Map<string, Plan>();
  readonly #total = new WeekTally();
  readonly #pending = new PendingFrames();
  #current: { facts: SegmentFacts; scan: SegmentScan; ledger: Ledger; tally: WeekTally } | null = null;
  #batch: OpenedFrame[] = [];
  #scanned = 0;
  #left = 0;

  private constructor(project: Project, known: Map<string, SegmentFacts>) {
    this.#project = project;
    this.#known = known;
  }

  static async start(project: Project): Promise<ProjectScan> {
    return new ProjectScan(project, new Map((await project.store.segments()).map((one) => [one.sha256, one])));
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
    const plan = this.#plans.get(facts.sha256);
    if (plan === undefined) return;
    const { tally } = await this.#begin(facts);
    const { weeks, frames, waiting } = shareOf(chunk, this.#project.keys, plan.weeks);
    for (const { week, foreign, pending, noKey } of weeks) {
      tally.add(week, "foreign", foreign);
      tally.add(week, "pending", pending);
      tally.add(week, "no-key", noKey);
    }
    for (const { key, frames } of waiting) this.#pending.add(key, frames, facts);
    this.#batch.push(...frames);
    if (this.#batch.length >= BATCH_FRAMES) await this.#flush();
  }

  /**
   * Ends a segment.
   *
   * @param isWhole whether it was read to its end; nothing of it is kept otherwise.
   */
  async end(facts: SegmentFacts, isWhole: boolean): Promise<void> {
    const plan = this.#plans.get(facts.sha256);
    if (plan === undefined) return;
    this.#plans.delete(facts.sha256);
    const { scan, tally } = await this.#begin(facts);
    if (isWhole) {
      await this.#flush();
      await scan.commit(plan.tried, tally.weeks());
      this.#scanned++;
      for (const { week, counts } of tally.weeks()) this.#total.addAll(week, counts);
    } else {
      this.#batch = [];
      await scan.abandon();
    }
    this.#current = null;
  }

  /** Gives up the segment in hand, if there is one. */
  async abandon(): Promise<void> {
    await this.#current?.scan.abandon();
  }

  result(): ProjectResult {
    return {
      scanned: this.#scanned,
      left: this.#left,
      frames: this.#total.total(),
      pendingKeys: this.#pending.keys(),
    };
  }

  async #begin(facts: SegmentFacts) {
    if (this.#current?.facts === facts) return this.#current;
    const { store, check } = this.#project;
    const scan = await store.scan(facts);
    const tally = new WeekTally();
    this.#known.set(facts.sha256, facts);
    const ledger = new Ledger({
      ...{ segment: facts, scan, check, tally },
      learn: (segments) => this.#learn(segments),
      later: (a, b) => this.#later(a, b),
    });
    this.#current = { facts, scan, ledger, tally };
    return this.#current;
  }

  async #flush(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    await this.#current?.ledger.take(batch);
  }

  /** Other processes may have scanned segments since this scan began. */
  async #learn(segments: readonly string[]): Promise<void> {
    for (const sha256 of new Set(segments)) {
      if (this.#known.has(sha256)) continue;
      const segment = await this.#project.store.segment(sha256);
      if (segment !== null) this.#known.set(sha256, segment);
    }
  }

  #later(a: string, b: string): string {
    const [first, second] = [this.#known.get(a), this.#known.get(b)];
    if (first === undefined || second === undefined) return first === undefined ? b : a;
    const order = first.end - second.end || first.start - second.start || (a < b ? -1 : 1);
    return order > 0 ? a : b;
  }
}
