import { type Collection, isExpired, type ReportDefinition } from "@sotto/wire";
import { countedDays, type DayCounts, readCounts } from "../installation/counts.ts";
import { readState } from "../installation/statefile.ts";
import { newProjectState, type ProjectState } from "../report/state.ts";
import { type DueWindow, dueWindow, isOfFinishedWindow } from "../report/window.ts";
import { reportStateOf, sortCounts, withCounts } from "../sender/merge.ts";
import type { Place } from "../state/paths.ts";
import { coveredIn } from "./fields.ts";

/**
 * What is kept of an installation, with the counts of all days that are over: what a sender would see.
 *
 * @param today days since 1970-01-01 UTC.
 * @returns null when it is by a newer program: nothing can be reported then.
 */
export function stateWithCounts(folder: Place, { reports }: Collection, today: number): ProjectState | null {
  const reading = readState(folder);
  if (reading.type === "unusable") return null;
  const state = reading.state ?? newProjectState(today);
  const { finished } = sortCounts(countsBefore(folder, today), state.merged, today);
  return finished.length === 0 ? state : withCounts(state, reports, finished, state.merged);
}

/** The window that a report is to describe today, if one is due. Pure. */
export function dueToday(
  report: ReportDefinition,
  state: ProjectState,
  covered: ReadonlySet<string>,
  today: number,
): DueWindow | null {
  const granted = coveredIn(report, covered);
  const isCollected = isOfFinishedWindow(report, (field) => granted.has(field.name) && !isExpired(field, today));
  const { reported, activity } = reportStateOf(state, report.name);
  return dueWindow(report.window, reported, isCollected ? activity.map(({ window }) => window) : null, today);
}

/** Whether a report tells anything of a day. Pure. */
export function tellsAnything(report: ReportDefinition, covered: ReadonlySet<string>, today: number): boolean {
  const granted = coveredIn(report, covered);
  return report.fields.some((field) => granted.has(field.name) && !isExpired(field, today));
}

/** The files of today, which most runs find alone, are not read. */
function countsBefore(folder: Place, today: number): DayCounts[] {
  return countedDays(folder).some((day) => day < today) ? readCounts(folder) : [];
}
