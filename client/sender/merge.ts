import type { CounterField, ReportDefinition } from "@sotto/wire";
import { type DayCounts, sumOf } from "../installation/counts.ts";
import { reportableActivity, type WindowActivity, withActivity } from "../report/activity.ts";
import { ownMember } from "../report/record.ts";
import { NEW_REPORT_STATE, type ProjectState, type ReportState } from "../report/state.ts";
import { windowOf } from "../report/window.ts";

/** Days ahead beyond which counts were written by a clock that ran ahead: no report could tell of them in time. */
const MAX_AHEAD_DAYS = 21;

/** Which of the counts' files are to be added up. */
export interface SortedCounts {
  /** Of days that are over. */
  readonly finished: readonly DayCounts[];
  /** Added up before, or of a day that a clock made up: to be removed without being counted. */
  readonly stale: readonly DayCounts[];
}

/**
 * Sorts the counts of a project by what is to become of them. Those of today, and of the days to come, stay.
 *
 * @param merged days that are in the activity already.
 * @param today days since 1970-01-01 UTC.
 */
export function sortCounts(counts: readonly DayCounts[], merged: readonly number[], today: number): SortedCounts {
  const isStale = ({ day }: DayCounts) => merged.includes(day) || day > today + MAX_AHEAD_DAYS;
  return {
    finished: counts.filter((entry) => !isStale(entry) && entry.day < today),
    stale: counts.filter(isStale),
  };
}

/**
 * Adds counts to the activity, and notes their days.
 *
 * @param merged days that are still to be remembered, since their files could not be removed.
 */
export function withCounts(
  state: ProjectState,
  reports: readonly ReportDefinition[],
  finished: readonly DayCounts[],
  merged: readonly number[],
): ProjectState {
  const counters = Object.fromEntries(reports.map((report) => [report.name, countersOf(report)]));
  const sums = finished.map(({ day, lines }) => ({ day, counts: sumOf(lines, counters) }));
  const changed = reports.map((report): [string, ReportState] => {
    const before = reportStateOf(state, report.name);
    const activity = sums.reduce((known: readonly WindowActivity[], { day, counts }) => {
      const its = ownMember(counts, report.name);
      if (its === undefined || Object.keys(its).length === 0) return known;
      return withActivity(known, countersOf(report), { window: windowOf(report.window, day), counts: its });
    }, before.activity);
    return [report.name, { ...before, activity }];
  });
  const days = [...new Set([...merged, ...finished.map(({ day }) => day)])].sort((a, b) => a - b);
  return { ...state, reports: { ...state.reports, ...Object.fromEntries(changed) }, merged: days };
}

/**
 * Drops the activity that no report can tell any more.
 *
 * @param waiting reports with one that is still to be sealed, as of a day that is over: theirs stays.
 * @param today days since 1970-01-01 UTC.
 */
export function withoutOldActivity(
  state: ProjectState,
  reports: readonly ReportDefinition[],
  waiting: ReadonlySet<string>,
  today: number,
): ProjectState {
  const kept = reports
    .filter(({ name }) => !waiting.has(name))
    .map(({ name, window }): [string, ReportState] => {
      const before = reportStateOf(state, name);
      const activity = reportableActivity(before.activity, windowOf(window, today), before.reported);
      return [name, { ...before, activity }];
    });
  return { ...state, reports: { ...state.reports, ...Object.fromEntries(kept) } };
}

/** What is kept for a report, or what one begins with. */
export function reportStateOf(state: ProjectState, report: string): ReportState {
  return ownMember(state.reports, report) ?? NEW_REPORT_STATE;
}

function countersOf({ fields }: ReportDefinition): CounterField[] {
  return fields.filter((field) => field.kind === "counter");
}
