import { Worker } from "node:worker_threads";
import type { StartThread } from "../../../decoder/opening/openerthread.ts";

/** What an odd thread does, by the end of the segment that a chunk is of. Other chunks it opens as it should. */
export const ODD = {
  throws: 1,
  exits: 2,
  /** Waits until the chunk after this one is done, which only another thread can do. */
  waitsForNext: 3,
  /** Waits until the test says so, in {@link Traces.released}. */
  waitsForRelease: 4,
  /** Finds that its engine computes wrongly. */
  isWrong: 5,
} as const;

/** What threads and their test see of each other, in memory that outlives them. */
export interface Traces {
  /** 1 at the numbers of chunks that are done. */
  readonly done: Int32Array<SharedArrayBuffer>;
  /** Not 0 once those that wait may go on. */
  readonly released: Int32Array<SharedArrayBuffer>;
  /** For each thread that ended by itself: octets of secrets that were not zero at its start, and at its end. */
  readonly secrets: Int32Array<SharedArrayBuffer>;
}

/** Starts threads that can be made to fail or dawdle, and keeps them to be looked at. */
export function oddThreads(): { readonly start: StartThread; readonly workers: Worker[]; readonly traces: Traces } {
  const traces = {
    done: new Int32Array(new SharedArrayBuffer(4 * 1000)),
    released: new Int32Array(new SharedArrayBuffer(4)),
    secrets: new Int32Array(new SharedArrayBuffer(4 * 16)),
  };
  const workers: Worker[] = [];
  const start: StartThread = (data) => {
    const worker = new Worker(new URL("./odd.thread.ts", import.meta.url), {
      workerData: { ...data, traces, place: workers.length },
      transferList: [data.keys.secrets],
      execArgv: ["--conditions=sotto-source"],
    });
    workers.push(worker);
    return worker;
  };
  return { start, workers, traces };
}
