/** A thread of the test beside: does the same over and over, and tells of whatever came out otherwise. */
import { parentPort, workerData } from "node:worker_threads";
import { loadBatch } from "../../../native/index.ts";

const { rounds, path, frames, keys, matches, scalar, points, products } = workerData;
const batch = loadBatch(path);
let wrong = 0;
for (let round = 0; round < rounds; round++) {
  if (JSON.stringify(batch.match(frames, keys)) !== JSON.stringify(matches)) wrong++;
  if (Buffer.compare(batch.x25519(scalar, points), products) !== 0) wrong++;
}
parentPort?.postMessage(wrong);
