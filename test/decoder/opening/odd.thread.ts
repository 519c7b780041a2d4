/** The thread of a pool, with what a test makes it do before. See oddthread.ts. */
import { parentPort, workerData } from "node:worker_threads";
import { WrongEngineError } from "../../../decoder/errors.ts";
import type { ThreadData, ThreadRequest } from "../../../decoder/opening/threadmessage.ts";
import { ODD, type Traces } from "./oddthread.ts";

const { keys, traces, place }: ThreadData & { traces: Traces; place: number } = workerData;
const unwiped = () => new Uint8Array(keys.secrets).filter((octet) => octet !== 0).length;
traces.secrets[2 * place] = unwiped();

// Listeners run in the order in which they were added: this one before the thread's own.
parentPort?.addEventListener("message", (event) => {
  const request: ThreadRequest = (event as MessageEvent).data;
  if (request === "stop") return;
  const { segmentEnd } = request;
  if (segmentEnd === ODD.exits) process.exit(3);
  if (segmentEnd === ODD.throws) {
    event.stopImmediatePropagation();
    throw new Error("a mistake\nwith details");
  }
  if (segmentEnd === ODD.isWrong) {
    event.stopImmediatePropagation();
    throw new WrongEngineError("the engine disagrees");
  }
  if (segmentEnd === ODD.waitsForNext) Atomics.wait(traces.done, request.number + 1, 0);
  if (segmentEnd === ODD.waitsForRelease) Atomics.wait(traces.released, 0, 0);
});

await import("../../../decoder/opening/thread.ts");

// And these after it.
parentPort?.on("message", (request: ThreadRequest) => {
  if (request === "stop") return;
  Atomics.store(traces.done, request.number, 1);
  Atomics.notify(traces.done, request.number);
});
process.once("exit", () => {
  traces.secrets[2 * place + 1] = unwiped();
});
