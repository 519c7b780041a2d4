import { KEY_OCTETS } from "@sotto/wire";
import type { Batch } from "./batch.ts";
import type { LaneCount } from "./field/lanes.ts";
import { mayPair } from "./optimised.ts";
import { wasmBatch } from "./wasmbatch.ts";
import { compileBatch, type WasmCode } from "./wasmcode.ts";

/** Points of a trial: some 2 ms of work. */
const TRIAL_POINTS = 64;

/** Trials of each; what a machine can do shows in the best of them, however busy it is besides. */
const TRIALS = 6;

/** How much faster four lanes have to be for an experiment of V8's to be worth it. */
const WORTHWHILE = 1.1;

/** Points a second. */
export type Rates = Readonly<Record<LaneCount, number>>;

/** How many lanes to take on a machine where they reached these rates. */
export function lanesFor(rates: Rates): LaneCount {
  return rates[4] > WORTHWHILE * rates[2] ? 4 : 2;
}

/**
 * The batch in WebAssembly that is fastest on this machine, compiled: two lanes; or four, where V8 makes instructions on 256
 * bits of them, and they are slower than two where it does not, which a short trial shows.
 *
 * @param now milliseconds of a clock that does not go back.
 * @throws EngineError `SOTTO_ENGINE_ABSENT` as `compileBatch`.
 */
export function fastestWasm(now: () => number = () => performance.now()): WasmCode {
  const two = compileBatch(2);
  if (!mayPair()) return two;
  const four = compileBatch(4);
  return lanesFor(measureRates({ 2: wasmBatch(two), 4: wasmBatch(four) }, now)) === 4 ? four : two;
}

/** What both reach, in turns. */
export function measureRates(batches: Readonly<Record<LaneCount, Batch>>, now: () => number): Rates {
  const best = { 2: 0, 4: 0 };
  const scalar = new Uint8Array(KEY_OCTETS).fill(1);
  const points = Uint8Array.from({ length: TRIAL_POINTS * KEY_OCTETS }, (_, at) => at);
  for (let trial = 0; trial < TRIALS; trial++) {
    for (const lanes of [2, 4] as const) {
      const begin = now();
      batches[lanes].x25519(scalar, points);
      best[lanes] = Math.max(best[lanes], (TRIAL_POINTS / (now() - begin)) * 1000);
    }
  }
  return best;
}
