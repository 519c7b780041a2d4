import type { Estimate } from "./estimate.ts";

/**
 * The share of those who would have told of a field that do: 1 / L for one of L fields that a report rotates, the
 * definition's `ciSample` for CI jobs, both multiplied for a rotating field of CI jobs. The draws are independent of
 * each other and of what is told, so they thin the same way as a single draw.
 *
 * @param rotating L, the length of the report's `rotate` list; 1 for a field that is not in it.
 * @param ciSample above 0 and at most 1; 1 for reports of others than CI jobs.
 * @throws RangeError for others.
 */
export function shareTold(rotating: number, ciSample: number): number {
  if (!Number.isInteger(rotating) || rotating < 1) throw new RangeError(`${rotating} fields cannot rotate`);
  return asShare(ciSample) / rotating;
}

/**
 * Scales up what came from a share s of the reports, each of which was drawn or not by itself (binomial thinning).
 *
 * Of N reports a count c is drawn, of variance N s (1 - s); so N is estimated as c / s, of variance N (1 - s) / s, for
 * which c (1 - s) / s^2 stands. With s = 1 / L these are L c and c L (L - 1).
 *
 * **With randomised response** `drawn` is the estimate among the reports that were drawn. Let V be its variance while
 * these are given, and m of them truly have the answer. By the law of total variance
 * Var(estimate / s) = E(V) / s^2 + Var(m / s) = E(V) / s^2 + N (1 - s) / s: the two variances add. (By single reports:
 * one that has the answer adds p (1 - p) / ((p - q)^2 s) + (1 - s) / s, any other q (1 - q) / ((p - q)^2 s).)
 *
 * Where none or less is estimated, one report stands for it in the variance: that none was drawn is no proof that there
 * is none.
 *
 * @param drawn what is known of the reports that were drawn; {@link counted} of their number where nothing blurs them.
 * @param share s, above 0 and at most 1. 1 changes nothing.
 * @throws RangeError for other shares.
 */
export function scaledUp(drawn: Estimate, share: number): Estimate {
  return scaledUpSum(drawn, Math.max(drawn.value, 1), share);
}

/**
 * Scales up a sum to which reports add more than one each, such as a counter's: the estimate of its sampling variance
 * is (1 - s) / s^2 times the sum of the squares of what they added (Horvitz and Thompson 1952).
 *
 * @param drawn what the reports that were drawn sum to.
 * @param squares the sum of the squares of what each of them added. (Of a count each adds 1.)
 * @param share as for {@link scaledUp}.
 * @throws RangeError for other shares.
 */
export function scaledUpSum(drawn: Estimate, squares: number, share: number): Estimate {
  const times = 1 / asShare(share);
  return { value: drawn.value * times, variance: (drawn.variance + squares * (1 - share)) * times ** 2 };
}

function asShare(share: number): number {
  if (!(share > 0 && share <= 1)) throw new RangeError(`${share} is no share above 0 and at most 1`);
  return share;
}
