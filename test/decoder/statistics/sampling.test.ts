import { describe, expect, it } from "vitest";
import { counted, margin95, sumOf } from "../../../decoder/statistics/estimate.ts";
import { scaledUp, scaledUpSum, shareTold } from "../../../decoder/statistics/sampling.ts";

describe("scaling up", () => {
  it("of one in L fields is by L, of variance c L (L - 1)", () => {
    const { value, variance } = scaledUp(counted(30), shareTold(5, 1));
    expect(value).toBeCloseTo(150, 10);
    expect(variance).toBeCloseTo(600, 10);
  });

  it("of one in 16 CI jobs is by 16, of variance c (1 - s) / s^2", () => {
    const { value, variance } = scaledUp(counted(10), shareTold(1, 1 / 16));
    expect(value).toBe(160);
    expect(variance).toBe(2400);
    expect(margin95({ value, variance })).toBeCloseTo(96.02, 2);
  });

  it("of both at once is the same as one after the other", () => {
    const atOnce = scaledUp(counted(10), shareTold(4, 1 / 16));
    const inTurn = scaledUp(scaledUp(counted(10), shareTold(4, 1)), shareTold(1, 1 / 16));
    // 10 * 63 / 64 * 64^2.
    expect(atOnce).toEqual({ value: 640, variance: 40_320 });
    expect(inTurn).toEqual(atOnce);
  });

  it("changes nothing where all tell", () => {
    expect(scaledUp(counted(12), 1)).toEqual(counted(12));
    expect(scaledUp(counted(0), 1)).toEqual(counted(0));
  });

  it("adds the variance of what was drawn, scaled", () => {
    // (75 + 70 * 1/2) * 4.
    expect(scaledUp({ value: 70, variance: 75 }, 0.5)).toEqual({ value: 140, variance: 440 });
  });

  it("is not sure that there is none where none was drawn", () => {
    expect(scaledUp(counted(0), 1 / 16)).toEqual({ value: 0, variance: 240 });
    expect(scaledUp({ value: -5, variance: 80 }, 0.5).variance).toBe(322);
  });

  it("of counters counts reports by the square of what they add", () => {
    // Three reports of 1, 2 and 10 times.
    expect(scaledUpSum(counted(13), 105, 0.5)).toEqual({ value: 26, variance: 210 });
  });

  it("is by a share", () => {
    for (const share of [0, -1, 1.1, Number.NaN]) {
      expect(() => scaledUp(counted(1), share)).toThrow(RangeError);
      expect(() => shareTold(1, share)).toThrow(RangeError);
    }
    for (const rotating of [0, 1.5]) expect(() => shareTold(rotating, 1)).toThrow(RangeError);
  });
});

describe("estimates of different reports", () => {
  it("add up, and so do their variances", () => {
    expect(sumOf([counted(5), { value: 160, variance: 2400 }, { value: -2, variance: 10 }])).toEqual({
      value: 163,
      variance: 2410,
    });
  });
});
