/** The private fields of a report, by their epsilon. */
export interface PrivateFields {
  /** Of those in every report. */
  readonly always: readonly number[];
  /** Of those of which a report carries one at most: its `rotate` list. */
  readonly rotating: readonly number[];
}

/**
 * The epsilon of a whole report. Fields that are told together add up (basic composition: Dwork, Roth 2014, section
 * 3.5). Of those that rotate one is told, drawn without a look at any value: the worst counts.
 *
 * @returns 0 for a report without private fields, which then is not blurred at all.
 */
export function reportEpsilon({ always, rotating }: PrivateFields): number {
  return always.reduce((sum, epsilon) => sum + epsilon, Math.max(0, ...rotating));
}

/**
 * The worst case for one installation over several windows: fresh noise each time, and nothing that links its reports
 * but what they say, so T windows are T times the epsilon only for whoever can link them by rare exact fields.
 *
 * @param epsilon of a report.
 * @param windows T, whole, 0 or more.
 */
export function epsilonOver(epsilon: number, windows: number): number {
  return epsilon * windows;
}
