import { isExpired, type ReportDefinition } from "@sotto/wire";
import { countedDays } from "../installation/counts.ts";
import { readUncheckedState } from "../installation/statefile.ts";
import { ownMember } from "../report/record.ts";
import { dueWindow, isOfFinishedWindow, isPlausibleDay, REMEMBERED_WINDOWS, windowOf } from "../report/window.ts";
import { isObject, type Json, type JsonObject } from "../state/file.ts";
import type { Place } from "../state/paths.ts";
import { coveredIn } from "./fields.ts";

/**
 * Whether one of some reports may be due. Where it is not sure it says yes: then what is kept is looked at closely, by code
 * that most runs do not load. It is sure of what most runs find: each report was told of its window, and of what was counted
 * only names of files are looked at.
 *
 * @param covered `<report>.<field>` that may be told.
 * @param today days since 1970-01-01 UTC.
 */
export function mayBeDue(
  folder: Place,
  reports: readonly ReportDefinition[],
  covered: ReadonlySet<string>,
  today: number,
): boolean {
  if (reports.length === 0) return false;
  const state = readUncheckedState(folder);
  const kept = state?.reports;
  if (!isPlausibleDay(Number(state?.firstDay)) || !isObject(kept)) return true;
  const days = countedDays(folder);
  return reports.some((report) => {
    const granted = coveredIn(report, covered);
    const isCollected = isOfFinishedWindow(report, (field) => granted.has(field.name) && !isExpired(field, today));
    return mayBeDueBy(report, ownMember(kept, report.name), isCollected ? days : null, today);
  });
}

/** @param days of which there are counts; null for a report that tells of the present window. */
function mayBeDueBy(
  { window: unit }: ReportDefinition,
  state: Json | undefined,
  days: readonly number[] | null,
  today: number,
): boolean {
  if (!isObject(state)) return true;
  const { reported, activity } = state;
  if (!isListOf(reported, isWindow) || !isListOf(activity, isObject) || reported.length > REMEMBERED_WINDOWS)
    return true;
  const counted = days === null ? null : [...activity.map(windowIn), ...days.map((day) => windowOf(unit, day))];
  return dueWindow(unit, reported, counted, today) !== null;
}

function windowIn({ window }: JsonObject): number {
  return isWindow(window) ? window : Number.NaN;
}

function isWindow(value: Json | undefined): value is number {
  return typeof value === "number";
}

function isListOf<T extends Json>(value: Json | undefined, isOne: (value: Json) => value is T): value is readonly T[] {
  return Array.isArray(value) && value.every(isOne);
}
