import { describe, expect, it } from "vitest";
import { findJumps } from "../../../decoder/statistics/jumps.ts";
import { poisson, seededNumbers } from "./draws.ts";

/** Segments of two weeks. */
const SEGMENTS = 336;

function series(expected: (at: number) => number, seed: number): number[] {
  const next = seededNumbers(seed);
  return Array.from({ length: SEGMENTS }, (_, at) => poisson(expected(at), next));
}

describe("a quiet series", () => {
  it("is never flagged: 24,192 segments, of 0.05 to 1,000 expected", () => {
    for (const expected of [0.05, 0.5, 1, 2, 5, 8, 12, 100, 1000]) {
      for (let seed = 1; seed <= 8; seed++) expect(findJumps(series(() => expected, seed))).toEqual([]);
    }
  });

  it("may be five times as busy by day as by night", () => {
    const byDay = (at: number) => 90 + 60 * Math.sin((at / 24) * 2 * Math.PI);
    for (let seed = 1; seed <= 8; seed++)
      expect(findJumps(series(byDay, seed)).filter(({ at }) => at >= 24)).toEqual([]);
  });

  it("may double, fall, and come from nothing to less than 20", () => {
    expect(findJumps([...new Array(50).fill(100), 200, 0, 0, 299])).toEqual([]);
    expect(findJumps([...new Array(50).fill(0), 19])).toEqual([]);
  });

  it("is not judged before there are eight segments", () => {
    expect(findJumps([1, 1, 1, 1, 1, 1, 1, 1000])).toEqual([]);
    expect(findJumps([1, 1, 1, 1, 1, 1, 1, 1, 1000])).toEqual([{ at: 8, count: 1000, usual: 1 }]);
    expect(findJumps([])).toEqual([]);
  });
});

describe("a tenfold wave", () => {
  it.each([8, 50, 1000])("is flagged in each of its segments where %d are usual", (expected) => {
    for (let seed = 1; seed <= 8; seed++) {
      const wave = series((at) => (at >= 200 && at < 230 ? 10 * expected : expected), seed);
      expect(findJumps(wave).map(({ at }) => at)).toEqual(Array.from({ length: 30 }, (_, i) => 200 + i));
    }
  });

  it("ceases to be one when it is what is usual", () => {
    const jumps = findJumps([...new Array(168).fill(50), ...new Array(168).fill(500)]);
    expect(jumps[0]).toEqual({ at: 168, count: 500, usual: 50 });
    // Of the 168 segments before number 168 + 84 half are as many.
    expect(jumps.at(-1)?.at).toBe(168 + 83);
  });

  it("is not hidden by one before it", () => {
    const counts = new Array(100).fill(20);
    counts[50] = 10_000;
    counts[51] = 200;
    expect(findJumps(counts).map(({ at }) => at)).toEqual([50, 51]);
  });
});

describe("rates", () => {
  it("are compared where segments differ", () => {
    const exposures = [...new Array(20).fill(1000), 10_000, 1000, 0, 10];
    expect(findJumps([...new Array(20).fill(10), 100, 100, 50, 0], exposures)).toEqual([
      { at: 21, count: 100, usual: 10 },
    ]);
  });
});
