import type { FieldAnswer, PrivacyAnswer, ReportAnswer } from "./model.ts";
import { countOf, exact, grouped, longDate, percent } from "./wording.ts";

/** Says from where on figures still grow; null where none does. */
export function growingNote({ windows, fields }: ReportAnswer): string | null {
  const coming = windows.find(({ isComplete }) => !isComplete);
  if (coming === undefined) return null;
  const counters = fields.some(({ kind }) => kind === "counter");
  const until = counters
    ? "until 21 days after it, and with counters three windows later, since they are told of when a window is over"
    : "until 21 days after it";
  return `Figures from ${longDate(coming.from)} on still grow: a report of a window may come ${until}.`;
}

/** Says what one per cent of false reports could do to a field; null where that is not known. */
export function fieldCaution({ falseReports, unit }: FieldAnswer): string | null {
  if (falseReports === null) return null;
  const noun = { reports: "report", times: "time", sessions: "session" }[unit];
  const moved = falseReports < 0.5 ? `less than one ${noun}` : `up to ${countOf(falseReports, noun)}`;
  return `If 1 report in 100 were false, a value could be off by ${moved}.`;
}

/** Says how answers are blurred, and what that is worth. */
export function privacyWords({ epsilon, answers, truth, amplified }: PrivacyAnswer, window: "week" | "day"): string {
  const sentences = [
    `Blurred before it leaves a machine, anew each ${window}: of ${answers} answers the true one is kept with ${percent(truth)} (ε = ${exact(epsilon)}). Figures are estimated; bars are the most likely ones.`,
  ];
  if (amplified !== null) {
    sentences.push(
      `Mixed with at least ${grouped(amplified.reports)} reports of a segment that are equal in all else, a whole report has ε ≤ ${amplified.epsilon.toFixed(2)} (δ = ${amplified.delta}) against readers of the log.`,
    );
  }
  return sentences.join(" ");
}
