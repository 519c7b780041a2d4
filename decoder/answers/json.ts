import type { Answers } from "./model.ts";

/** Digits behind the point: estimates are good to less than a report. */
const PRECISION = 1000;

/** Writes answers as JSON, indented, numbers rounded. */
export function answersJson(answers: Answers): string {
  return `${JSON.stringify(answers, rounded, 2)}\n`;
}

function rounded(name: string, value: unknown): unknown {
  const isEstimate = name === "value" || name === "margin" || name === "bar" || name === "falseReports";
  return isEstimate && typeof value === "number" ? Math.round(value * PRECISION) / PRECISION + 0 : value;
}
