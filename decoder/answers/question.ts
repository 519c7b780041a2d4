import { type Collection, dayOfDate } from "@sotto/wire";
import { UsageError } from "../errors.ts";
import { DEFAULT_WINDOWS, type Question } from "./build.ts";
import { parseConditions } from "./condition.ts";

/** Ten years of weeks: more points are not to be told apart in any picture. */
const MAX_WINDOWS = 520;

/** A question as a person writes it. */
export interface QuestionText {
  /** Names. */
  readonly reports?: readonly string[];
  readonly windows?: string | undefined;
  /** A date. */
  readonly until?: string | undefined;
  /** `field=value` each. */
  readonly where?: readonly string[];
  readonly settled?: boolean;
}

/**
 * Reads a question.
 *
 * @throws UsageError `SOTTO_QUESTION`, `SOTTO_WHERE`.
 */
export function readQuestion(text: QuestionText, definition: Pick<Collection, "reports">): Question {
  const { reports = [], windows, until, where = [], settled = false } = text;
  const unknown = reports.find((name) => definition.reports.every((report) => report.name !== name));
  if (unknown !== undefined) {
    throw new UsageError(
      "SOTTO_QUESTION",
      `the definition has no such report; it has ${definition.reports.map(({ name }) => name).join(", ") || "none"}`,
    );
  }
  const count = windows === undefined ? DEFAULT_WINDOWS : readWhole(windows, 1, MAX_WINDOWS, "--windows");
  const day = until === undefined ? null : dayOfDate(until);
  if (until !== undefined && day === null) {
    throw new UsageError("SOTTO_QUESTION", "--until takes a date, such as 2026-11-23");
  }
  return {
    ...(reports.length > 0 ? { reports } : {}),
    windows: { week: count, day: count },
    ...(day === null ? {} : { until: day }),
    settled,
    where: parseConditions(where, definition),
  };
}

/**
 * Reads a whole number.
 *
 * @throws UsageError `SOTTO_QUESTION`.
 */
export function readWhole(text: string, least: number, most: number, flag: string): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= least && number <= most)) {
    throw new UsageError("SOTTO_QUESTION", `${flag} takes a whole number from ${least} to ${most}`);
  }
  return number;
}
