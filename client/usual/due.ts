import { readdirSync } from "node:fs";
import { MAX_STATE_OCTETS } from "../installation/statefile.ts";
import { isPlausibleDay, MAX_WINDOWS_BACK, REMEMBERED_WINDOWS, type WindowUnit, windowOf } from "../report/window.ts";
import { isObject, type JsonObject } from "../state/file.ts";
import { unusual, usualFile } from "./reading.ts";

/** What is kept of a report, of which only what is used is looked at. */
interface KeptReport {
  readonly reported: readonly number[];
  readonly activity: readonly { readonly window: number }[];
}

/** @throws where a report that tells of the present window may be due. */
export function requireReported(kept: JsonObject, report: string, unit: WindowUnit, today: number): void {
  if (!keptReport(kept, report).reported.includes(windowOf(unit, today))) throw unusual();
}

/** @throws where a report that tells of finished windows may be due. */
export function requireNoneFinished(
  folder: string,
  kept: JsonObject,
  report: string,
  unit: WindowUnit,
  today: number,
): void {
  const { reported, activity } = keptReport(kept, report);
  const present = windowOf(unit, today);
  for (const { window } of activity) requireNotDue(window, reported, present);
  for (const name of readdirSync(folder)) {
    // counts-20780.ndjson
    if (name.startsWith("counts-")) requireNotDue(windowOf(unit, Number(name.slice(7, 12))), reported, present);
  }
}

function requireNotDue(window: number, reported: readonly number[], present: number): void {
  const back = present - window;
  if (back > 0 && back <= MAX_WINDOWS_BACK && !reported.includes(window)) throw unusual();
}

/** What is kept of all reports. @throws where it cannot be known. */
export function keptReports(folder: string): JsonObject {
  const { firstDay, reports } = usualFile(`${folder}/state.json`, MAX_STATE_OCTETS) as JsonObject;
  if (!isPlausibleDay(firstDay as number) || !isObject(reports)) throw unusual();
  return reports;
}

function keptReport(kept: JsonObject, name: string): KeptReport {
  if (!Object.hasOwn(kept, name)) throw unusual();
  const report = kept[name] as unknown as KeptReport;
  if (!Array.isArray(report.reported) || report.reported.length > REMEMBERED_WINDOWS) throw unusual();
  return report;
}
