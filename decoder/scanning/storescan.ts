import type { SottoError } from "@sotto/wire";
import type { ReportCheck } from "../checking/reportcheck.ts";
import { WeekTally } from "../ledger/counts.ts";
import { Ledger } from "../ledger/ledger.ts";
import type { OpenedFrame } from "../opening/opener.ts";
import type { OpenerPool } from "../opening/pool.ts";
import { PendingFrames, type PendingKey } from "../pending.ts";
import type { ScanKeys } from "../scankeys.ts";
import type { Segment } from "../source/segment.ts";
import type { FrameCounts, RecordStore, SegmentFacts, SegmentScan } from "../store/contract.ts";
import { Feed, type Reading } from "./feed.ts";
import { planScan } from "./plan.ts";

/** Opened frames that are put into the store at once: some of its work is the same for one as for many. */
const BATCH_FRAMES = 2000;

/** What a scan into a store works with. */
export interface StoreScanContext {
  readonly store: RecordStore;
  readonly pool: OpenerPool;
  readonly keys: ScanKeys;
  /** Null: every text is a record. */
  readonly check: ReportCheck | null;
  /** Ends it after what is committed. */
  readonly signal?: AbortSignal;
  passed(frames: number): void;
  trouble(name: string, error: SottoError): void;
  gone(error: SottoError): void;
}

/** What a scan did. */
export interface StoreScanResult {
  /** Segments that were scanned and committed. */
  readonly scanned: number;
  /** Segments in which nothing was new. */
  readonly left: number;
  /** Segments that another place had brought in this run. */
  readonly repeated: number;
  /** What became of the frames of those that were scanned. */
  readonly frames: FrameCounts;
  readonly pendingKeys: readonly PendingKey[];
}

/**
 * Scans what is new of segments into a store. Each segment is committed by itself, with everything that was found in it:
 * whenever this ends, and however, the next run goes on behind the last one that was.
 *
 * @param segments in the order of time, of one place or several.
 * @throws the signal's reason; StoreError, EngineError.
 */
export async function scanIntoStore(segments: readonly Segment[], context: StoreScanContext): Promise<StoreScanResult> {
  const run = new StoreScan(context, new Map((await context.store.segments()).map((one) => [one.sha256, one])));
  return await run.scan(segments);
}

class StoreScan {
  readonly #context: StoreScanContext;
  /** All segments that the store has or gets, by SHA-256. */
  readonly #known: Map<string, SegmentFacts>;
  readonly #seen = new Set<string>();
  readonly #total = new WeekTally();
  readonly #pending = new PendingFrames();
  readonly #feed: Feed;
  #current: { reading: Reading; scan: SegmentScan; ledger: Ledger; tally: WeekTally } | null = null;
  #batch: OpenedFrame[] = [];
  #scanned = 0;
  #left = 0;
  #repeated = 0;

  constructor(context: StoreScanContext, known: Map<string, SegmentFacts>) {
    this.#context = context;
    this.#known = known;
    this.#feed = new Feed({ ...context, plan: (facts) => this.#plan(facts) });
  }

  async scan(segments: readonly Segment[]): Promise<StoreScanResult> {
    const { pool, signal } = this.#context;
    try {
      for await (const { opened, tag } of pool.open(this.#feed.runs(segments, signal), signal)) {
        for (const reading of this.#feed.finished(tag)) await this.#end(reading);
        const { tally } = await this.#begin(tag);
        for (const { week, foreign, pending, noKey } of opened.weeks) {
          tally.add(week, "foreign", foreign);
          tally.add(week, "pending", pending);
          tally.add(week, "no-key", noKey);
        }
        for (const { key, frames } of opened.waiting) this.#pending.add(key, frames, tag.facts);
        this.#batch.push(...opened.frames);
        if (this.#batch.length >= BATCH_FRAMES) await this.#flush();
      }
      for (const reading of this.#feed.finished(null)) await this.#end(reading);
    } finally {
      await this.#current?.scan.abandon();
    }
    return {
      scanned: this.#scanned,
      left: this.#left,
      repeated: this.#repeated,
      frames: this.#total.total(),
      pendingKeys: this.#pending.keys(),
    };
  }

  async #plan(facts: SegmentFacts) {
    const { store, keys } = this.#context;
    const isRepeated = this.#seen.has(facts.sha256);
    const plan = isRepeated ? null : planScan(facts, await store.segment(facts.sha256), keys);
    // A list's word on a segment, without its zone, is asked before the segment itself is.
    const isFinal = plan === null || facts.zone !== "";
    if (isFinal) this.#seen.add(facts.sha256);
    if (isRepeated) this.#repeated++;
    else if (plan === null) this.#left++;
    return plan;
  }

  async #begin(reading: Reading) {
    if (this.#current?.reading === reading) return this.#current;
    const { store, check } = this.#context;
    const { facts } = reading;
    const scan = await store.scan(facts);
    const tally = new WeekTally();
    this.#known.set(facts.sha256, facts);
    const ledger = new Ledger({ segment: facts, scan, check, tally, later: (a, b) => this.#later(a, b) });
    this.#current = { reading, scan, ledger, tally };
    return this.#current;
  }

  async #end(reading: Reading): Promise<void> {
    const { scan, tally } = await this.#begin(reading);
    if (reading.error === null) {
      await this.#flush();
      await scan.commit(reading.plan.tried, tally.weeks());
      this.#scanned++;
      for (const { week, counts } of tally.weeks()) this.#total.addAll(week, counts);
    } else {
      this.#batch = [];
      await scan.abandon();
    }
    this.#current = null;
  }

  async #flush(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    await this.#current?.ledger.take(batch);
  }

  #later(a: string, b: string): string {
    const [first, second] = [this.#known.get(a), this.#known.get(b)];
    if (first === undefined || second === undefined) return first === undefined ? b : a;
    const order = first.end - second.end || first.start - second.start || (a < b ? -1 : 1);
    return order > 0 ? a : b;
  }
}
