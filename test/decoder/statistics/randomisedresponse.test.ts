import { describe, expect, it } from "vitest";
import { margin95 } from "../../../decoder/statistics/estimate.ts";
import {
  estimateAnswers,
  falseReportInfluence,
  hasNormalNoise,
  mostLikelyHistogram,
  responseOdds,
} from "../../../decoder/statistics/randomisedresponse.ts";
import { below, seededNumbers } from "./draws.ts";

/** With epsilon ln 3 and two answers, three of four are true: p = 3/4, q = 1/4. */
const LN_3 = Math.log(3);

const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);

/** The most likely histogram by expectation maximisation (Dempster, Laird, Rubin 1977), which only comes near it. */
function expectationMaximisation(counts: readonly number[], epsilon: number, rounds: number): number[] {
  const { truth, other } = responseOdds(counts.length, epsilon);
  const reports = sumOf(counts);
  let bars = counts.map(() => reports / counts.length);
  for (let round = 0; round < rounds; round++) {
    const expected = bars.map((bar) => reports * other + (truth - other) * bar);
    const weights = counts.map((count, at) => count / (expected[at] ?? 1));
    const all = other * sumOf(weights);
    bars = bars.map((bar, at) => bar * (all + (truth - other) * (weights[at] ?? 0)));
  }
  return bars;
}

function logLikelihood(counts: readonly number[], bars: readonly number[], epsilon: number): number {
  const { truth, other } = responseOdds(counts.length, epsilon);
  const reports = sumOf(counts);
  return sumOf(
    counts.map((count, at) => count * Math.log((other * reports + (truth - other) * (bars[at] ?? 0)) / reports)),
  );
}

describe("the odds of randomised response", () => {
  it("are those of the paper", () => {
    expect(responseOdds(2, LN_3).truth).toBeCloseTo(0.75, 15);
    expect(responseOdds(4, LN_3).truth).toBeCloseTo(1 / 2, 15);
    expect(responseOdds(4, LN_3).other).toBeCloseTo(1 / 6, 15);
    // e^2 = 7.389056: 7.389056 / 14.389056 and 1 / 14.389056.
    expect(responseOdds(8, 2).truth).toBeCloseTo(0.5135192, 7);
    expect(responseOdds(8, 2).other).toBeCloseTo(0.0694973, 7);
  });

  it("are of two answers or more, and of an epsilon", () => {
    for (const answers of [0, 1, 2.5]) expect(() => responseOdds(answers, 1)).toThrow(RangeError);
    for (const epsilon of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => responseOdds(2, epsilon)).toThrow(RangeError);
    }
  });
});

describe("the estimate of true answers", () => {
  it("is worked out by hand for 100 reports, 60 of which say yes", () => {
    // (60 - 25) / (1/2) = 70, and 100 * 3/16 / (1/4) = 75 whatever is true, since p + q = 1.
    const [yes, no] = estimateAnswers([60, 40], LN_3);
    expect(yes?.value).toBeCloseTo(70, 10);
    expect(no?.value).toBeCloseTo(30, 10);
    expect(yes?.variance).toBeCloseTo(75, 10);
    expect(yes && margin95(yes)).toBeCloseTo(1.96 * 8.660254, 5);
  });

  it("has the standard errors of the design: 8 values, epsilon 2, 10,000 reports", () => {
    const { truth, other } = responseOdds(8, 2);
    const errorAt = (share: number) => {
      const count = 10_000 * (share * truth + (1 - share) * other);
      const [estimate] = estimateAnswers([count, ...new Array(7).fill((10_000 - count) / 7)], 2);
      expect(estimate?.value).toBeCloseTo(10_000 * share, 6);
      return Math.sqrt(estimate?.variance ?? 0) / 10_000;
    };
    expect(errorAt(0.125)).toBeCloseTo(0.0067, 4);
    expect(errorAt(0.5)).toBeCloseTo(0.0089, 4);
  });

  it("goes below 0, with the interval of an answer that nobody has", () => {
    // q = 1/6, p - q = 1/3: (0 - 10) * 3 = -30; 60 * 5/36 * 9 = 75.
    const [none, all] = estimateAnswers([0, 60, 0, 0], LN_3);
    expect(none?.value).toBeCloseTo(-30, 10);
    expect(none?.variance).toBeCloseTo(75, 10);
    // (60 - 10) * 3 = 150 of 60 reports; 60 * 1/4 * 9 = 135.
    expect(all?.value).toBeCloseTo(150, 10);
    expect(all?.variance).toBeCloseTo(135, 10);
  });

  it("is 0 for no reports", () => {
    expect(estimateAnswers([0, 0], 1)).toEqual([
      { value: 0, variance: 0 },
      { value: 0, variance: 0 },
    ]);
  });

  it("has an interval from a number of reports on", () => {
    // q (1 - q) = 0.0646674 for 8 answers at epsilon 2: 774 reports have 50.05.
    expect(hasNormalNoise(774, 8, 2)).toBe(true);
    expect(hasNormalNoise(773, 8, 2)).toBe(false);
  });
});

describe("the most likely histogram", () => {
  it("is the unbiased estimate where that is nowhere below 0", () => {
    const counts = [60, 40, 36, 50];
    const unbiased = estimateAnswers(counts, 1).map(({ value }) => value);
    expect(unbiased.every((value) => value > 0)).toBe(true);
    for (const [at, bar] of mostLikelyHistogram(counts, 1).entries()) expect(bar).toBeCloseTo(unbiased[at] ?? 0, 9);
  });

  it("is worked out by hand where an answer is too rare", () => {
    // Two answers, q = 1/4: the 10 of 100 lie at the bound of 25, so all 100 have the other.
    expect(mostLikelyHistogram([10, 90], LN_3)[0]).toBe(0);
    expect(mostLikelyHistogram([10, 90], LN_3)[1]).toBeCloseTo(100, 10);
    // Four, q = 1/6 of 120 = 20: 0 lies at it; 100 for 20 + 40 + 60 gives 16.7, below 20; 80 for 40 + 60 gives 32 and
    // 48; (32 - 20) * 3 = 36 and (48 - 20) * 3 = 84.
    const bars = mostLikelyHistogram([40, 0, 60, 20], LN_3);
    for (const [at, expected] of [36, 0, 84, 0].entries()) expect(bars[at]).toBeCloseTo(expected, 10);
  });

  it("is what expectation maximisation comes near, and never less likely", () => {
    const next = seededNumbers(11);
    for (let round = 0; round < 200; round++) {
      const counts = Array.from({ length: 2 + below(9, next) }, () => below([3, 30, 3000][below(3, next)] ?? 1, next));
      if (sumOf(counts) === 0) continue;
      const epsilon = 0.2 + 4 * next();
      const bars = mostLikelyHistogram(counts, epsilon);
      const near = expectationMaximisation(counts, epsilon, 2000);
      expect(Math.min(...bars)).toBeGreaterThanOrEqual(0);
      expect(sumOf(bars)).toBeCloseTo(sumOf(counts), 6);
      const [exact, iterated] = [logLikelihood(counts, bars, epsilon), logLikelihood(counts, near, epsilon)];
      expect(exact - iterated).toBeGreaterThan(-1e-9 * Math.abs(exact));
      expect(exact - iterated).toBeLessThan(0.05);
    }
  });

  it("is the best of all histograms of 3 answers on a grid", () => {
    for (const counts of [
      [12, 3, 5],
      [0, 0, 20],
      [7, 7, 6],
      [1, 9, 10],
    ]) {
      const best = logLikelihood(counts, mostLikelyHistogram(counts, 1), 1);
      for (let first = 0; first <= 20; first += 0.25) {
        for (let second = 0; first + second <= 20; second += 0.25) {
          expect(logLikelihood(counts, [first, second, 20 - first - second], 1)).toBeLessThanOrEqual(best + 1e-9);
        }
      }
    }
  });

  it("is empty for no reports", () => {
    expect(mostLikelyHistogram([0, 0, 0], 1)).toEqual([0, 0, 0]);
  });
});

describe("a false report", () => {
  it("weighs as much as some honest ones", () => {
    expect(falseReportInfluence(2, LN_3)).toBeCloseTo(2, 10);
    expect(falseReportInfluence(4, LN_3)).toBeCloseTo(3, 10);
    // 14.389056 / 6.389056.
    expect(falseReportInfluence(8, 2)).toBeCloseTo(2.2521411, 6);
  });

  it("moves the estimates by that much, when it gives another answer than an honest one would", () => {
    const [before] = estimateAnswers([300, 200, 500], 1);
    const [after] = estimateAnswers([301, 199, 500], 1);
    expect((after?.value ?? 0) - (before?.value ?? 0)).toBeCloseTo(falseReportInfluence(3, 1), 9);
  });
});
