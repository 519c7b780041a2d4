import { constants, setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { type SealingJob, sealBucket } from "./sealing.ts";

// On Linux a priority is a thread's own: name service goes first.
if (process.platform === "linux") setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);

const job: SealingJob = workerData;
const stopping = new AbortController();
// Any message means stop: files are closed before the thread ends.
parentPort?.once("message", () => stopping.abort());
try {
  parentPort?.postMessage(await sealBucket(job, stopping.signal));
} finally {
  parentPort?.close();
}
