/** What runs in a thread that opens frames: a chunk comes, what its keys made of it goes back. */
import { parentPort, workerData } from "node:worker_threads";
import { makeEngine } from "../engine/loaders.ts";
import { ScanKeys } from "../scankeys.ts";
import { openChunk } from "./opener.ts";
import { wipeKeys } from "./threadkeys.ts";
import type { ThreadAnswer, ThreadData, ThreadRequest } from "./threadmessage.ts";

const { engine: recipe, keys, cancelled }: ThreadData = workerData;
// Whether it was asked to end or broke off: no secret outlives the thread.
process.once("exit", () => wipeKeys(keys));

const engine = await makeEngine(recipe);
const scanKeys = new ScanKeys(keys);

parentPort?.on("message", (request: ThreadRequest) => {
  if (request === "stop") {
    parentPort?.close();
    return;
  }
  const { number, frames, segmentEnd } = request;
  const isWanted = number >= Atomics.load(cancelled, 0);
  const opened = isWanted ? openChunk(frames, segmentEnd, engine, scanKeys) : null;
  const answer: ThreadAnswer = { opened, memory: frames.buffer };
  parentPort?.postMessage(answer, [frames.buffer]);
});
