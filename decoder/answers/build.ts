import { type Collection, dateOfDay, dayOf, type ReportDefinition } from "@sotto/wire";
import type { RecordStore, SegmentLosses } from "../store/contract.ts";
import { filterField } from "./condition.ts";
import { fieldAnswer, sessionAnswer } from "./fieldanswer.ts";
import { sharesOf } from "./figure.ts";
import { lossesOf } from "./losses.ts";
import type { Answers, Condition, FieldAnswer, ReportAnswer } from "./model.ts";
import { generalNotes, reportNotes } from "./notes.ts";
import { reportingOf } from "./reporting.ts";
import { countedRunners, Tally } from "./tally.ts";
import { describeWindow, lastWindowBefore, settledOn, windowOf } from "./windowspan.ts";

/** What answers are made from: the part of a store that is read. */
export type AnswerSource = Pick<RecordStore, "windows" | "tally" | "sessions" | "losses">;

/** What is asked. */
export interface Question {
  /** Names of reports; all of the definition when left out. */
  readonly reports?: readonly string[];
  /** How many windows of each kind of window, the last ones. */
  readonly windows: { readonly week: number; readonly day: number };
  /** Only windows that are over by this day, in days since 1970-01-01 UTC; as far as the log reaches when left out. */
  readonly until?: number;
  /** Only windows of which no report can come any more. */
  readonly settled?: boolean;
  /** From {@link parseConditions}. */
  readonly where?: readonly Condition[];
}

/** Windows that are looked at where nobody says how many. */
export const DEFAULT_WINDOWS = 12;

/**
 * Answers what a project asked of its reports. Depends on the store and the question alone, not on the time of asking.
 *
 * Reports that lack a field of a condition are left out.
 */
export async function buildAnswers(
  source: AnswerSource,
  definition: Pick<Collection, "project" | "title" | "about" | "consent" | "ciSample" | "reports">,
  question: Question,
): Promise<Answers> {
  const where = question.where ?? [];
  const losses = await source.losses();
  const end = losses.reduce((latest, segment) => Math.max(latest, segment.end), 0);
  const asked = definition.reports.filter(
    (report) =>
      (question.reports?.includes(report.name) ?? true) &&
      where.every(({ field }) => filterField(report, field) !== null),
  );
  const reports: ReportAnswer[] = [];
  for (const report of asked)
    reports.push(await reportAnswer(source, report, { ...question, where }, losses, definition));
  return {
    version: 1,
    project: definition.project,
    title: definition.title ?? null,
    about: definition.about ?? null,
    asOf: losses.length === 0 ? null : dateOfDay(dayOf(end - 1)),
    where,
    threshold: null,
    reports,
    losses: lossesOf(losses),
    notes: generalNotes(definition),
  };
}

async function reportAnswer(
  source: AnswerSource,
  report: ReportDefinition,
  question: Question & { readonly where: readonly Condition[] },
  losses: readonly SegmentLosses[],
  { ciSample }: Pick<Collection, "ciSample">,
): Promise<ReportAnswer> {
  const reach = dayOf(losses.reduce((latest, segment) => Math.max(latest, segment.end), 0));
  const { first, count } = await spanOf(source, report, question, reach);
  const windows = Array.from({ length: count }, (_, index) => describeWindow(report, first + index, reach));
  const tally = new Tally({ report, first, windows: count, where: question.where });
  const query = { report: report.name, from: first, until: first + count };
  if (count > 0) for await (const rows of source.tally(query)) for (const row of rows) tally.add(row);
  const sessions = count > 0 ? await source.sessions(query) : new Map<number, number>();
  const fields = report.fields.flatMap((field): FieldAnswer[] => {
    if (field.kind === "runner" || field.kind === "age") return [];
    // Sessions are kept apart from what reports say, so they cannot be told apart by it.
    if (field.kind === "session") return question.where.length > 0 ? [] : [sessionAnswer(field, windows, sessions)];
    return [fieldAnswer(field, tally, { windows, ciSample, losses })];
  });
  const counted = countedRunners(tally.plan);
  return {
    name: report.name,
    description: report.description,
    window: report.window,
    windows,
    reporting: count === 0 ? [] : reportingOf(tally, sharesOf(1, ciSample)),
    counted: counted === null ? null : [...counted],
    fields,
    notes: reportNotes(report, tally, { ciSample, where: question.where }),
  };
}

/**
 * The windows that are shown: the last ones that are over, since one that goes on always looks like a fall. Where there
 * is no other, it is shown all the same.
 */
async function spanOf(
  source: AnswerSource,
  report: ReportDefinition,
  question: Question,
  reach: number,
): Promise<{ first: number; count: number }> {
  const recorded = await source.windows(report.name);
  if (recorded === null) return { first: 0, count: 0 };
  const over = lastWindowBefore(report, question.until === undefined ? reach : Math.min(question.until, reach));
  const running = question.until === undefined ? windowOf(report, reach) : over;
  let last = recorded.first <= over ? over : running;
  if (question.settled === true) while (last >= recorded.first && settledOn(report, last) > reach) last--;
  const first = Math.max(recorded.first, last - question.windows[report.window] + 1);
  return { first, count: Math.max(0, last - first + 1) };
}

/** How many windows of each kind a span of days holds. */
export function windowsWithin(days: number): Question["windows"] {
  return { week: Math.floor(days / 7), day: days };
}
