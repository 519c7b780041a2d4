import { setTimeout as sleep } from "node:timers/promises";
import { SottoError } from "@sotto/wire";
import { StoreError } from "../errors.ts";
import type { OpenerPool } from "../opening/pool.ts";
import type { Project, ProjectResult } from "../scanning/projectscan.ts";
import { scanIntoStores } from "../scanning/storescan.ts";
import type { Segment } from "../source/segment.ts";
import type { SegmentJob } from "./job.ts";
import type { SegmentQueue } from "./queue.ts";
import type { Taken } from "./taken.ts";

/**
 * Opened frames that are kept in memory, some hundred octets each, before the store's lock is taken. Till then other workers
 * may hold it; a segment of which more opens holds them up while the rest of it is opened.
 */
const GATHERED_FRAMES = 20_000;

/** How often an idle worker looks for segments. */
const PAUSE_MILLISECONDS = 2000;

/** What a store says that another process keeps busy, or that changed the segment's scan meanwhile: trying again helps. */
const PASSING = ["SOTTO_STORE_BUSY", "SOTTO_STORE_LOCKED", "SOTTO_STORE_CHANGED"];

/** Who wants to know what a worker does. */
export interface WorkerListener {
  /** A segment was taken. */
  began(job: SegmentJob): void;
  /** Frames of it were read, or left. */
  passed(frames: number): void;
  /** It is committed. */
  committed(job: SegmentJob, result: ProjectResult): void;
  /** Nothing in it was new: somebody else had scanned it. */
  left(job: SegmentJob): void;
  /** It cannot be opened now, and is tried again later. */
  failed(job: SegmentJob, reason: string): void;
  /** The collector purged it. */
  gone(job: SegmentJob): void;
  /** Another worker has it now, or will: nothing of it is kept here. */
  gaveUp(job: SegmentJob, why: string): void;
  /** The queue is empty. */
  idle(): Promise<void>;
}

/** What a worker works with. */
export interface WorkerContext {
  readonly queue: Pick<SegmentQueue, "take" | "supervise">;
  /** Where jobs' segments are. */
  readonly places: { find(job: SegmentJob): Promise<Segment | null> };
  readonly project: Project;
  readonly pool: OpenerPool;
  /** Ends it; the segment in hand is handed back. */
  readonly stop: AbortSignal;
  readonly listener: WorkerListener;
}

/**
 * Takes segments out of the queue, opens each and commits what is in it, until it is stopped.
 *
 * @param once ends when no segment is ready.
 * @throws StoreError, EngineError: the segment in hand is handed back, for another worker may do better.
 */
export async function work(context: WorkerContext, { once }: { readonly once: boolean }): Promise<void> {
  const { queue, stop, listener } = context;
  await queue.supervise();
  while (!stop.aborted) {
    const taken = await queue.take();
    if (taken !== null) {
      await workOn(taken, context);
      continue;
    }
    await listener.idle();
    if (once) return;
    await sleep(PAUSE_MILLISECONDS, undefined, { signal: stop }).catch(() => {});
  }
}

async function workOn(taken: Taken, context: WorkerContext): Promise<void> {
  const { listener, stop } = context;
  const { segment: job, lost } = taken;
  listener.began(job);
  try {
    const outcome = await scan(job, AbortSignal.any([stop, lost]), context);
    await settle(taken, outcome, listener);
  } catch (error) {
    if (lost.aborted) {
      listener.gaveUp(job, "no heartbeat came through, and another worker was given it");
      await taken.handBack();
    } else if (stop.aborted) {
      await taken.handBack();
      listener.gaveUp(job, "handed back");
    } else if (error instanceof StoreError && PASSING.includes(error.code)) {
      await taken.failed(error.message);
      listener.failed(job, error.message);
    } else {
      // What ended this worker is the error to tell.
      await taken.handBack().catch(() => {});
      throw error;
    }
  }
}

type Outcome =
  | { readonly type: "scanned"; readonly result: ProjectResult }
  | { readonly type: "gone" }
  | { readonly type: "unreadable"; readonly reason: string };

async function scan(job: SegmentJob, signal: AbortSignal, context: WorkerContext): Promise<Outcome> {
  const { project, pool, listener } = context;
  const segment = await find(job, context);
  if (segment === null) return { type: "gone" };
  if (segment instanceof SottoError) return { type: "unreadable", reason: segment.message };
  let unreadable: string | null = null;
  let isGone = false;
  const { projects } = await scanIntoStores([segment], {
    ...{ projects: [project], pool, signal, gatheredFrames: GATHERED_FRAMES },
    passed: (frames) => listener.passed(frames),
    trouble: (_name, error) => {
      unreadable = error.message;
    },
    gone: () => {
      isGone = true;
    },
  });
  if (unreadable !== null) return { type: "unreadable", reason: unreadable };
  return isGone ? { type: "gone" } : { type: "scanned", result: projects[0] as ProjectResult };
}

async function find(job: SegmentJob, { places }: WorkerContext): Promise<Segment | SottoError | null> {
  try {
    return await places.find(job);
  } catch (error) {
    if (error instanceof SottoError) return error;
    throw error;
  }
}

async function settle(taken: Taken, outcome: Outcome, listener: WorkerListener): Promise<void> {
  const { segment: job } = taken;
  if (outcome.type === "unreadable") {
    await taken.failed(outcome.reason);
    listener.failed(job, outcome.reason);
    return;
  }
  await taken.done();
  if (outcome.type === "gone") listener.gone(job);
  else if (outcome.result.scanned === 0) listener.left(job);
  else listener.committed(job, outcome.result);
}
