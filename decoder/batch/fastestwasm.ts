import { FRAME_OCTETS, KEY_OCTETS, type KeyPair } from "@sotto/wire";
import type { Batch } from "./batch.ts";
import { rateOfBestCall } from "./bestcall.ts";
import type { LaneCount } from "./field/lanes.ts";
import { mayPair, whilePairing } from "./pairing.ts";
import { wasmBatch } from "./wasmbatch.ts";
import { compileBatch, type WasmCode } from "./wasmcode.ts";

/** Frames that are tried at a time: some 2 ms of work. */
const TRIAL_FRAMES = 64;

/** How long each is tried: V8 has optimised what is busy after some 20 ms, of which the best of these times shows. */
const TRIAL_MILLISECONDS = 45;

/** How much faster four lanes have to be for an experiment of V8's to be worth it. */
const WORTHWHILE = 1.1;

/** How many lanes to take on a machine where they reached these rates. */
export function lanesFor(rates: Readonly<Record<LaneCount, number>>): LaneCount {
  return rates[4] > WORTHWHILE * rates[2] ? 4 : 2;
}

/**
 * The batch in WebAssembly that is fastest on this machine: two lanes; or four, where V8 makes instructions on 256 bits
 * of them (they are slower than two where it does not), which a trial shows. Where there was one, V8 has optimised the
 * code.
 *
 * @param now milliseconds of a clock that does not go back.
 * @throws EngineError `SOTTO_ENGINE_ABSENT` as `compileBatch`.
 */
export function fastestWasm(now: () => number = () => performance.now()): WasmCode {
  const two = compileBatch(2);
  if (!mayPair()) return two;
  const rateOfTwo = bestRate(wasmBatch(two), now);
  const { four, rateOfFour } = whilePairing(() => {
    const compiled = compileBatch(4);
    return { four: compiled, rateOfFour: bestRate(wasmBatch(compiled), now) };
  });
  return lanesFor({ 2: rateOfTwo, 4: rateOfFour }) === 4 ? four : two;
}

/** Frames a second in the best moment of a trial: what the batch can do, however busy the machine is besides. */
export function bestRate(batch: Batch, now: () => number): number {
  const key: KeyPair = { publicKey: new Uint8Array(KEY_OCTETS), secretKey: new Uint8Array(KEY_OCTETS).fill(1) };
  const frames = Uint8Array.from({ length: TRIAL_FRAMES * FRAME_OCTETS }, (_, at) => at);
  const attempt = () => {
    batch.match(frames, [key]);
    return TRIAL_FRAMES;
  };
  return rateOfBestCall(attempt, TRIAL_MILLISECONDS, now);
}
