import { describe, expect, it } from "vitest";
import { keepNumerator, randomisedResponse } from "../../../client/report/noise.ts";
import { drawnField } from "../../../client/report/rotate.ts";
import { counted, type Estimate, margin95, sumOf } from "../../../decoder/statistics/estimate.ts";
import { estimateAnswers, hasNormalNoise, responseOdds } from "../../../decoder/statistics/randomisedresponse.ts";
import { scaledUp, shareTold } from "../../../decoder/statistics/sampling.ts";
import { below, binomial, seededNumbers, seededOctets } from "./draws.ts";

const POPULATIONS = 1000;

/** The probability with which the client keeps a true answer. */
const kept = (answers: number, epsilon: number) => Number(keepNumerator(epsilon, answers)) / 2 ** 64;

/** What a population answers, given how many truly have each answer: quicker than the client, with its probability. */
function answersOf(truths: readonly number[], epsilon: number, next: () => number): number[] {
  const keep = kept(truths.length, epsilon);
  const counts = truths.map(() => 0);
  for (const [truth, reports] of truths.entries()) {
    for (let report = 0; report < reports; report++) {
      const answer = next() < keep ? truth : otherThan(truth, truths.length, next);
      counts[answer] = (counts[answer] ?? 0) + 1;
    }
  }
  return counts;
}

function otherThan(truth: number, answers: number, next: () => number): number {
  const other = below(answers - 1, next);
  return other < truth ? other : other + 1;
}

/** For each answer, the share of populations whose true number lies within the 95 % interval. */
function coverage(truths: readonly number[], estimate: () => readonly Estimate[]): number[] {
  const within = truths.map(() => 0);
  for (let population = 0; population < POPULATIONS; population++) {
    for (const [at, estimated] of estimate().entries()) {
      const isWithin = Math.abs(estimated.value - (truths[at] ?? 0)) <= margin95(estimated);
      within[at] = (within[at] ?? 0) + (isWithin ? 1 : 0);
    }
  }
  return within.map((count) => count / POPULATIONS);
}

/** 93 to 97 % over all answers; 92 to 98 % for each of some 60, since a share of 1,000 populations errs by 0.7 %. */
function expectCoverage(shares: readonly number[]): void {
  const all = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  expect(all).toBeGreaterThanOrEqual(0.93);
  expect(all).toBeLessThanOrEqual(0.97);
  expect(Math.min(...shares)).toBeGreaterThanOrEqual(0.92);
  expect(Math.max(...shares)).toBeLessThanOrEqual(0.98);
}

describe("client and decoder", () => {
  it("keep the true answer with the same probability", () => {
    for (const answers of [2, 3, 8, 17, 64, 256]) {
      for (const epsilon of [0.05, 0.5, 1, 2, 4, 16]) {
        expect(responseOdds(answers, epsilon).truth / kept(answers, epsilon)).toBeCloseTo(1, 13);
      }
    }
  });
});

describe("the 95 % interval, over 1,000 simulated populations", () => {
  it("holds for what the client itself answers: 4 answers, epsilon 1, 120 reports", () => {
    const random = seededOctets(1);
    const truths = [70, 40, 10, 0];
    const honest = truths.flatMap((reports, truth) => new Array<number>(reports).fill(truth));
    const shares = coverage(truths, () => {
      const counts = truths.map(() => 0);
      for (const truth of honest) {
        const answer = randomisedResponse(truth, truths.length, 1, random);
        counts[answer] = (counts[answer] ?? 0) + 1;
      }
      return estimateAnswers(counts, 1);
    });
    expectCoverage(shares);
  });

  it.each([
    { epsilon: 1, truths: [700, 300] },
    { epsilon: 4, truths: [0, 4000] },
    { epsilon: 0.5, truths: [15, 285, 0] },
    { epsilon: 2, truths: [1250, 1250, 1250, 1250, 1250, 1250, 1250, 1250] },
    { epsilon: 2, truths: [5000, 2500, 1250, 625, 313, 156, 78, 78] },
    { epsilon: 4, truths: [3800, 160, 30, 8, 2, 0, 0, 0] },
    { epsilon: 1, truths: [3000, 800, 200, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
  ])("holds for epsilon $epsilon and $truths", ({ epsilon, truths }) => {
    const next = seededNumbers(truths.length + epsilon * 1000);
    const reports = truths.reduce((sum, number) => sum + number, 0);
    expect(hasNormalNoise(reports, truths.length, epsilon)).toBe(true);
    expectCoverage(coverage(truths, () => estimateAnswers(answersOf(truths, epsilon, next), epsilon)));
  });

  it("holds for fields of which the client tells one in five", () => {
    const rotate = ["a", "b", "c", "d", "e"];
    const random = seededOctets(2);
    const share = coverage([400], () => {
      let told = 0;
      for (let report = 0; report < 400; report++) told += drawnField(null, rotate, random) === "c" ? 1 : 0;
      return [scaledUp(counted(told), shareTold(rotate.length, 1))];
    });
    expectCoverage(share);
  });

  it("holds for a private field that rotates, where both variances count", () => {
    const next = seededNumbers(3);
    const truths = [1500, 400, 100, 0];
    const share = shareTold(4, 1);
    const estimate = () => {
      const told = truths.map((reports) => binomial(reports, share, next));
      return estimateAnswers(answersOf(told, 2, next), 2).map((blurred) => scaledUp(blurred, share));
    };
    expectCoverage(coverage(truths, estimate));
  });

  it("holds for a private field of CI jobs, one in sixteen, and of all others together", () => {
    const next = seededNumbers(4);
    const jobs = [9000, 6000, 1000];
    const others = [500, 100, 900];
    const share = shareTold(1, 1 / 16);
    const truths = [9500, 6100, 1900];
    const estimate = () => {
      const told = jobs.map((reports) => binomial(reports, share, next));
      const sampled = estimateAnswers(answersOf(told, 2, next), 2).map((blurred) => scaledUp(blurred, share));
      const exact = estimateAnswers(answersOf(others, 2, next), 2);
      return sampled.map((estimated, at) => sumOf([estimated, exact[at] ?? counted(0)]));
    };
    expectCoverage(coverage(truths, estimate));
  });
});

describe("the estimate", () => {
  it("has the mean and the variance that it states, for a private field that rotates", () => {
    const next = seededNumbers(5);
    const truths = [600, 200, 0];
    const [share, epsilon] = [1 / 3, 1.5];
    const { truth: p, other: q } = responseOdds(3, epsilon);
    const values: number[] = [];
    const stated: number[] = [];
    for (let population = 0; population < 2000; population++) {
      const told = truths.map((reports) => binomial(reports, share, next));
      const [first] = estimateAnswers(answersOf(told, epsilon, next), epsilon);
      const { value, variance } = scaledUp(first ?? counted(0), share);
      values.push(value);
      stated.push(variance);
    }
    const mean = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    const variance = mean(values.map((value) => (value - mean(values)) ** 2));
    // Report by report: who has it adds (p (1 - p) / (p - q)^2 + 1 - s) / s, any other q (1 - q) / (p - q)^2 / s.
    const expected = (600 * ((p * (1 - p)) / (p - q) ** 2 + 1 - share) + 200 * ((q * (1 - q)) / (p - q) ** 2)) / share;
    expect(Math.abs(mean(values) - 600)).toBeLessThan(4 * Math.sqrt(expected / 2000));
    expect(variance / expected).toBeGreaterThan(0.9);
    expect(variance / expected).toBeLessThan(1.1);
    expect(mean(stated) / expected).toBeGreaterThan(0.98);
    expect(mean(stated) / expected).toBeLessThan(1.02);
  });
});
