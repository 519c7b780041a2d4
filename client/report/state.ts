import type { CounterTotal, Counts, WindowActivity } from "./activity.ts";
import type { Draws } from "./compose.ts";
import { asRecord } from "./record.ts";
import type { Answer } from "./values.ts";
import { isPlausibleDay, REMEMBERED_WINDOWS } from "./window.ts";

/** What is kept for one report; JSON. */
export interface ReportState {
  /** Windows that were reported, at most 32, the latest reported last. */
  readonly reported: readonly number[];
  /** What was counted and not reported yet, in the order of the windows. */
  readonly activity: readonly WindowActivity[];
  readonly draws: Draws | null;
}

/** What counting keeps for one project; JSON. Times in it are days and windows, nothing finer. */
export interface ProjectState {
  /** The first day of the present grant, days since 1970-01-01 UTC: ages count from its windows. */
  readonly firstDay: number;
  /** By the report's name. */
  readonly reports: Readonly<Record<string, ReportState>>;
  /** Days whose counts are in the activity while their files may still be there. */
  readonly merged: readonly number[];
}

/** The state of a report that was never made. */
export const NEW_REPORT_STATE: ReportState = { reported: [], activity: [], draws: null };

/** The state with which a grant begins. */
export function newProjectState(firstDay: number): ProjectState {
  return { firstDay, reports: {}, merged: [] };
}

/**
 * Reads a state. What is damaged in it is left out, since a report too few is better than a program that fails.
 *
 * @param value what JSON.parse gave.
 * @returns null when it is no state, or its first day is none.
 */
export function readProjectState(value: unknown): ProjectState | null {
  const state = asRecord(value);
  const firstDay = state?.firstDay;
  if (state === null || typeof firstDay !== "number" || !isPlausibleDay(firstDay)) return null;
  const reports = Object.entries(asRecord(state.reports) ?? {}).map(([name, report]) => [name, readReport(report)]);
  const merged = asList(state.merged).filter((day): day is number => typeof day === "number" && isPlausibleDay(day));
  return { firstDay, reports: Object.fromEntries(reports), merged };
}

function readReport(value: unknown): ReportState {
  const { reported, activity, draws } = asRecord(value) ?? {};
  return {
    reported: asList(reported).filter(isWhole).slice(-REMEMBERED_WINDOWS),
    activity: asList(activity).flatMap(readActivity),
    draws: readDraws(draws),
  };
}

function readActivity(value: unknown): WindowActivity[] {
  const { window, counts } = asRecord(value) ?? {};
  if (!isWhole(window)) return [];
  const read = Object.entries(asRecord(counts) ?? {}).flatMap(([name, total]): [string, CounterTotal][] => {
    if (typeof total === "number") return isWhole(total) ? [[name, total]] : [];
    const byValue = asRecord(total);
    if (byValue === null) return [];
    return [
      [
        name,
        Object.fromEntries(Object.entries(byValue).filter((entry): entry is [string, number] => isWhole(entry[1]))),
      ],
    ];
  });
  const readCounts: Counts = Object.fromEntries(read);
  return [{ window, counts: readCounts }];
}

function readDraws(value: unknown): Draws | null {
  const { window, rotated, answers } = asRecord(value) ?? {};
  if (!isWhole(window)) return null;
  const read = Object.entries(asRecord(answers) ?? {}).filter((entry): entry is [string, Answer] => isAnswer(entry[1]));
  return { window, rotated: typeof rotated === "string" ? rotated : null, answers: Object.fromEntries(read) };
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isAnswer(value: unknown): value is Answer {
  return ["boolean", "string", "number"].includes(typeof value);
}
