import { FRAME_OCTETS } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import type { Engine } from "../../../decoder/engine/engine.ts";
import { tryRate } from "../../../decoder/engine/trial.ts";

/** An engine on a clock of its own, in milliseconds: a frame takes it so long, and its first call this much more. */
function timed(perFrame: number, firstCall = 0) {
  let time = 5000;
  const calls: number[] = [];
  const open: Engine["open"] = (frames, keys) => {
    expect(keys).toHaveLength(1);
    const count = frames.length / FRAME_OCTETS;
    time += count * perFrame + (calls.length === 0 ? firstCall : 0);
    calls.push(count);
    return [];
  };
  return { engine: { name: "wasm", path: "timed", open } as const, now: () => time, calls, begin: time };
}

describe("a trial of an engine", () => {
  it.each([
    ["fast", 0.003],
    ["ordinary", 0.04],
    ["slow", 1],
  ])("finds how many frames a second one that is %s tries, in about 50 ms", (_, perFrame) => {
    const { engine, now, begin, calls } = timed(perFrame);
    expect(tryRate(engine, now)).toBeCloseTo(1000 / perFrame, 3);
    expect(now() - begin).toBeGreaterThanOrEqual(50);
    expect(now() - begin).toBeLessThan(150);
    expect(Math.max(...calls)).toBeLessThanOrEqual(512);
  });

  it("is not about the time that the engine takes to get going", () => {
    const { engine, now } = timed(0.01, 30);
    expect(tryRate(engine, now)).toBeCloseTo(100_000, 3);
  });
});
