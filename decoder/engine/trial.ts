import { FRAME_OCTETS, generateKeyPair } from "@sotto/wire";
import { rateOfBestCall } from "../batch/bestcall.ts";
import type { Engine } from "./engine.ts";

/** How long an engine is tried for, in milliseconds: its share of a scan's start. */
const TRIAL_MILLISECONDS = 50;

/** Frames of the first call, and of the longest: slow engines would take seconds for as many as suit a fast one. */
const FIRST_FRAMES = 16;
const MOST_FRAMES = 512;

/**
 * How many foreign frames an engine tries in a second on this machine, in the best of its calls.
 *
 * @param now milliseconds of a clock that does not step.
 * @returns frames a second.
 */
export function tryRate(engine: Engine, now: () => number = () => performance.now()): number {
  const keys = [generateKeyPair()];
  const frames = crypto.getRandomValues(new Uint8Array(MOST_FRAMES * FRAME_OCTETS));
  let next = FIRST_FRAMES;
  const attempt = () => {
    const count = next;
    next = Math.min(2 * count, MOST_FRAMES);
    engine.open(frames.subarray(0, count * FRAME_OCTETS), keys);
    return count;
  };
  return rateOfBestCall(attempt, TRIAL_MILLISECONDS, now);
}
