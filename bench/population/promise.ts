import type { Measure } from "./measure.ts";
import { REPORT_NAMES } from "./reports.ts";

/** The share that is to be counted of those that ran and were online, by each report. */
export const PROMISED_SHARE = 0.97;

/** What is missed of the promise; none when it is kept. */
export function missedOf(measure: Measure): readonly string[] {
  const low = REPORT_NAMES.filter((report) => !(measure.share(report).share >= PROMISED_SHARE));
  const shares = low.map((report) => `"${report}" counts less than ${100 * PROMISED_SHARE} %`);
  return measure.twice === 0 ? shares : [...shares, `${measure.twice} were counted twice`];
}
