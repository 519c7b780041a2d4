import type { Measure, Question } from "./measure.ts";

/** The share that is to be counted of those that ran and were online. */
export const PROMISED_SHARE = 0.97;

/**
 * A report with counters is sealed by the first run after its week, and `w` reaches three weeks back: of who does not run
 * again by then nothing can be told, whatever a client does.
 */
const PROMISED: readonly Question[] = ["present", "counters-again"];

/** What is missed of the promise; none when it is kept. */
export function missedOf(measure: Measure): readonly string[] {
  const low = PROMISED.filter((question) => !(measure.share(question).share >= PROMISED_SHARE));
  const shares = low.map((question) => `"${question}" counts less than ${100 * PROMISED_SHARE} %`);
  return measure.twice === 0 ? shares : [...shares, `${measure.twice} were counted twice`];
}
