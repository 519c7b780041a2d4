/** Standard deviations to each side of a normal value in which 95 % lie. */
const SPREAD_95 = 1.96;

/** A number that was not counted but estimated. What was counted is one of variance 0. */
export interface Estimate {
  /** In reports, or in times for counters. Unbiased, so it may be below 0. */
  readonly value: number;
  /** Of {@link value}, in its square; 0 or more. */
  readonly variance: number;
}

/** What was counted and is exact. */
export function counted(value: number): Estimate {
  return { value, variance: 0 };
}

/**
 * Half of the 95 % interval, in the unit of the value. It is normal: it holds where many reports are behind the
 * estimate.
 */
export function margin95({ variance }: Estimate): number {
  return SPREAD_95 * Math.sqrt(variance);
}

/**
 * The sum of estimates from different reports, such as those of CI jobs and all others: they err independently, so
 * variances add. Estimates from the same reports, such as two values of one field, do not.
 */
export function sumOf(estimates: readonly Estimate[]): Estimate {
  return estimates.reduce(
    (sum, { value, variance }) => ({ value: sum.value + value, variance: sum.variance + variance }),
    counted(0),
  );
}
