import { Worker } from "node:worker_threads";
import { StoreError } from "../errors.ts";
import { type SealingJob, type SealingResult, sealBucket } from "./sealing.ts";

/** Slots that are sealed without a thread: sorted in some 3 ms, in less time than a thread starts. */
const INLINE_SLOTS = 4096;

/** Memory for objects in the thread, in MB; frames lie outside of it. */
const THREAD_LIMITS = { maxOldGenerationSizeMb: 48, maxYoungGenerationSizeMb: 4 };

/** Seals where it does not disturb: a small bucket at once, a large one in a thread. */
export class Sealer {
  #thread: Worker | null = null;
  #closed = false;

  /** @param slots frames that there are to be read. */
  async seal(job: SealingJob, slots: number): Promise<SealingResult> {
    return await (slots <= INLINE_SLOTS ? sealBucket(job) : this.#sealInThread(job));
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.#closed = true;
    const thread = this.#thread;
    if (thread === null) return;
    const ended = new Promise<void>((resolve) => thread.once("exit", () => resolve()));
    thread.postMessage("stop");
    await ended;
  }

  async #sealInThread(job: SealingJob): Promise<SealingResult> {
    const thread = startThread(job);
    this.#thread = thread;
    try {
      return await new Promise<SealingResult>((resolve, reject) => {
        thread.once("message", resolve);
        thread.once("error", (error) => reject(this.#closed ? closedWhileSealing() : error));
        thread.once("exit", () => reject(closedWhileSealing()));
      });
    } finally {
      this.#thread = null;
    }
  }
}

function closedWhileSealing(): StoreError {
  return new StoreError("SOTTO_STORE_CLOSED", "the log was closed while sealing");
}

/** Sources run as they are, with the condition that leads to the other packages' sources; packed code is JavaScript. */
function startThread(job: SealingJob): Worker {
  const isSource = import.meta.url.endsWith(".ts");
  return new Worker(new URL(`./sealer.thread.${isSource ? "ts" : "js"}`, import.meta.url), {
    workerData: job,
    execArgv: isSource ? ["--conditions=sotto-source"] : [],
    resourceLimits: THREAD_LIMITS,
  });
}
