import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Settings } from "./scenario.ts";
import type { Share } from "./shard.ts";

/**
 * Lets lots live in as many threads as there are cores, the next one whenever a thread has none.
 *
 * @param lots how many there are.
 * @param done is told of each as it comes, in no order.
 */
export async function runInThreads(settings: Settings, lots: number, done: (share: Share) => void): Promise<void> {
  let next = 0;
  const work = async () => {
    const worker = new Worker(new URL("./lotthread.ts", import.meta.url), { workerData: settings });
    try {
      await new Promise<void>((resolve, reject) => {
        const give = () => {
          if (next < lots) worker.postMessage(next++);
          else resolve();
        };
        worker.on("message", (share: Share) => {
          done(share);
          give();
        });
        worker.once("error", reject);
        worker.once("exit", () => reject(new Error("a thread ended")));
        give();
      });
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), lots) }, work));
}
