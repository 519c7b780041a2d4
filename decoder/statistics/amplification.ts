/** The probability with which the central guarantee may fail, unless told otherwise: one in a million. */
export const DEFAULT_DELTA = 1e-6;

/**
 * The greatest local epsilon to which the closed form applies: ln(n / (16 ln(2 / delta))).
 *
 * @param reports n, above 0.
 * @param delta above 0 and below 1.
 * @returns below 0 where there are too few reports for any.
 * @throws RangeError for another delta.
 */
export function greatestLocalEpsilon(reports: number, delta: number = DEFAULT_DELTA): number {
  if (!(delta > 0 && delta < 1)) throw new RangeError(`delta ${delta} is not between 0 and 1`);
  return Math.log(reports / (16 * Math.log(2 / delta)));
}

/**
 * The central epsilon that reports of a local one have by being mixed with others: Feldman, McMillan, Talwar 2021,
 * "Hiding Among the Clones" (arXiv 2012.12803, FOCS 2021), theorem 3.1 in closed form:
 * ln(1 + (e^e0 - 1) / (e^e0 + 1) (8 sqrt(e^e0 ln(4 / delta) / n) + 8 e^e0 / n)).
 *
 * Mixing takes nothing away, so the local epsilon holds as well. Near the fewest reports the closed form is slightly
 * above it: the less of both is returned.
 *
 * It holds against whoever reads the log and cannot tell the reports apart by anything else, and does not know what
 * the others said. Whoever fills a segment with reports of their own knows them.
 *
 * @param local e0, of the whole report: {@link reportEpsilon}.
 * @param reports n, those of one published segment that are equal in all their exact fields and tell the same private
 *   ones.
 * @returns null outside the condition of the theorem, e0 <= ln(n / (16 ln(2 / delta))), and for e0 <= 0.
 * @throws RangeError for a delta that is not between 0 and 1.
 */
export function centralEpsilon(local: number, reports: number, delta: number = DEFAULT_DELTA): number | null {
  if (!(local > 0 && local <= greatestLocalEpsilon(reports, delta))) return null;
  const clones = Math.exp(local) / reports;
  const mixed = 8 * Math.sqrt(clones * Math.log(4 / delta)) + 8 * clones;
  // tanh(x / 2) = (e^x - 1) / (e^x + 1).
  return Math.min(local, Math.log1p(Math.tanh(local / 2) * mixed));
}
