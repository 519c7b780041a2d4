import { Worker } from "node:worker_threads";
import type { StartThread } from "../../../decoder/opening/openerthread.ts";

/** What an odd thread does, by the end of the segment that a chunk is of. Other chunks it opens as it should. */
export const ODD = {
  /** Sleeps for this many milliseconds before it opens the chunk, up to 9,999. */
  sleep: (milliseconds: number) => 10_000 + milliseconds,
  throws: 1,
  exits: 2,
} as const;

/** What threads leave behind for their test, in memory that outlives them. */
export interface Traces {
  /** Numbers of chunks in the order in which they were done; the first entry says how many. */
  readonly done: Int32Array<SharedArrayBuffer>;
  /** For each thread that ended by itself: octets of secrets that were not zero at its start, and at its end. */
  readonly secrets: Int32Array<SharedArrayBuffer>;
}

/** Starts threads that can be made to fail or dawdle, and keeps them to be looked at. */
export function oddThreads(): { readonly start: StartThread; readonly workers: Worker[]; readonly traces: Traces } {
  const traces = {
    done: new Int32Array(new SharedArrayBuffer(4 * 1000)),
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
