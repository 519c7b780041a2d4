import type { SottoError } from "@sotto/wire";
import type { OpenerPool } from "../opening/pool.ts";
import type { Segment } from "../source/segment.ts";
import type { SegmentFacts } from "../store/contract.ts";
import { Feed, type Reading } from "./feed.ts";
import { mergePlans, type Plan, type Wanted } from "./plan.ts";
import { type Project, type ProjectResult, ProjectScan } from "./projectscan.ts";

/** What a scan into stores works with. */
export interface StoreScanContext {
  /** At least one. */
  readonly projects: readonly Project[];
  /** Of the keys of all projects. */
  readonly pool: OpenerPool;
  /** How many frames of a segment that opened are gathered before a store is written to; a batch by default. */
  readonly gatheredFrames?: number;
  /** Ends it after what is committed. */
  readonly signal?: AbortSignal;
  passed(frames: number): void;
  trouble(name: string, error: SottoError): void;
  gone(error: SottoError): void;
}

/** What a scan did. */
export interface StoreScanResult {
  /** For each project, in order. */
  readonly projects: readonly ProjectResult[];
  /** Segments that another place had brought in this run. */
  readonly repeated: number;
}

/**
 * Scans what is new of segments into the stores of projects, reading and opening each only once for all of them. Each
 * segment is committed by itself, with everything that was found in it: whenever this ends, and however, the next run
 * goes on behind the last one that was.
 *
 * @param segments in the order of time, of one place or several.
 * @throws the signal's reason; StoreError, EngineError.
 */
export async function scanIntoStores(
  segments: readonly Segment[],
  context: StoreScanContext,
): Promise<StoreScanResult> {
  const projects = context.projects.map((project) => new ProjectScan(project, context.gatheredFrames));
  return await new StoreScan(context, projects).scan(segments);
}

class StoreScan {
  readonly #context: StoreScanContext;
  readonly #projects: readonly ProjectScan[];
  readonly #seen = new Set<string>();
  readonly #feed: Feed;
  #repeated = 0;

  constructor(context: StoreScanContext, projects: readonly ProjectScan[]) {
    this.#context = context;
    this.#projects = projects;
    this.#feed = new Feed({ ...context, plan: (facts) => this.#plan(facts) });
  }

  async scan(segments: readonly Segment[]): Promise<StoreScanResult> {
    const { pool, signal } = this.#context;
    try {
      for await (const { opened, tag } of pool.open(this.#feed.runs(segments, signal), signal)) {
        await this.#end(this.#feed.finished(tag));
        for (const project of this.#projects) await project.take(tag.facts, opened);
      }
      await this.#end(this.#feed.finished(null));
    } finally {
      for (const project of this.#projects) await project.abandon();
    }
    return { projects: this.#projects.map((project) => project.result()), repeated: this.#repeated };
  }

  async #plan(facts: SegmentFacts): Promise<Wanted | null> {
    if (this.#seen.has(facts.sha256)) {
      this.#repeated++;
      return null;
    }
    const plans: (Plan | null)[] = [];
    for (const project of this.#projects) plans.push(await project.plan(facts));
    const merged = mergePlans(plans);
    // A list's word on a segment, without its zone, is asked before the segment itself is.
    const isFinal = merged === null || facts.zone !== "";
    if (isFinal) {
      this.#seen.add(facts.sha256);
      for (const [at, project] of this.#projects.entries()) project.settle(facts, plans[at] ?? null);
    }
    return merged;
  }

  async #end(readings: readonly Reading[]): Promise<void> {
    for (const { facts, error } of readings) {
      for (const project of this.#projects) await project.end(facts, error === null);
    }
  }
}
