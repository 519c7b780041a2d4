/** Runs the lots that it is told the numbers of, in a thread of its own. */
import { parentPort, workerData } from "node:worker_threads";
import type { Settings } from "./scenario.ts";
import { runLot } from "./shard.ts";
import { lotsOf } from "./year.ts";

const settings = workerData as Settings;
const lots = lotsOf(settings);
parentPort?.on("message", (number: number) => {
  const lot = lots[number];
  if (lot === undefined) throw new RangeError(`there is no lot ${number}`);
  void runLot(lot, settings).then((share) => parentPort?.postMessage(share));
});
