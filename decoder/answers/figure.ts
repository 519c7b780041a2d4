import { counted, type Estimate, margin95, sumOf } from "../statistics/estimate.ts";
import { estimateAnswers, mostLikelyHistogram } from "../statistics/randomisedresponse.ts";
import { scaledUp, scaledUpSum, shareTold } from "../statistics/sampling.ts";
import { type Cell, reportsIn, type Strata } from "./celltable.ts";
import type { Figure } from "./model.ts";

/** What share of those who would tell of something do. */
export interface Shares {
  /** Of all but CI jobs. */
  readonly whole: number;
  /** Of CI jobs. */
  readonly sampled: number;
}

const STRATA = ["whole", "sampled"] as const;

/** @param rotates how many fields a report carries one of; 1 for a field that is in every report. */
export function sharesOf(rotates: number, ciSample: number): Shares {
  return { whole: shareTold(rotates, 1), sampled: shareTold(rotates, ciSample) };
}

/**
 * The figure of what was counted, scaled up where only a share was drawn.
 *
 * @param told all reports of the window that tell of the same, this value or another: a stratum without any has nothing
 *   to scale.
 */
export function countedFigure(cell: Strata, told: Strata, shares: Shares): Figure {
  const estimates = STRATA.filter((name) => told[name].reports > 0).map((name) => scaledCell(cell[name], shares[name]));
  const { value, variance } = sumOf(estimates);
  return { value, margin: margin95({ value, variance }), bar: value, raw: reportsIn(cell) };
}

/**
 * The figures of answers that were blurred: unbiased, with the noise of the blurring and of the drawing; bars by the
 * most likely histogram.
 *
 * @param cells one for each possible answer, in the order of the answers.
 */
export function blurredFigures(cells: readonly Strata[], epsilon: number, shares: Shares): Figure[] {
  const estimates: Estimate[][] = cells.map(() => []);
  const bars = cells.map(() => 0);
  for (const name of STRATA) {
    const counts = cells.map((cell) => cell[name].reports);
    if (counts.every((count) => count === 0)) continue;
    for (const [index, drawn] of estimateAnswers(counts, epsilon).entries()) {
      estimates[index]?.push(scaledUp(drawn, shares[name]));
    }
    for (const [index, bar] of mostLikelyHistogram(counts, epsilon).entries()) {
      bars[index] = (bars[index] ?? 0) + bar / shares[name];
    }
  }
  return cells.map((cell, index) => {
    const estimate = sumOf(estimates[index] ?? []);
    return { value: estimate.value, margin: margin95(estimate), bar: bars[index] ?? 0, raw: reportsIn(cell) };
  });
}

/**
 * Several figures as one. Counts of different answers never err upwards together, neither by blurring nor by drawing, so the
 * root of the sum of squares is no less than the margin of the sum.
 */
export function sumOfFigures(figures: readonly Figure[]): Figure {
  const sum = (of: (figure: Figure) => number) => figures.reduce((total, figure) => total + of(figure), 0);
  return {
    value: sum(({ value }) => value),
    margin: Math.sqrt(sum(({ margin }) => margin ** 2)),
    bar: sum(({ bar }) => bar),
    raw: sum(({ raw }) => raw),
  };
}

function scaledCell({ sum, reports, squares }: Cell, share: number): Estimate {
  if (share === 1) return counted(sum);
  return squares === reports ? scaledUp(counted(sum), share) : scaledUpSum(counted(sum), squares, share);
}
