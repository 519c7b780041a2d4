import { isDeepStrictEqual } from "node:util";
import { readCounts, removeCounts } from "../installation/counts.ts";
import { readState, writeState } from "../installation/statefile.ts";
import { newProjectState, type ProjectState, type ReportState } from "../report/state.ts";
import { healedFirstDay } from "../report/window.ts";
import { sortCounts, withCounts } from "./merge.ts";
import type { ProjectNow } from "./project.ts";
import type { SenderRun } from "./world.ts";

/** What is kept of a project, with the counts of all days that are over. */
export interface Ledger {
  readonly project: ProjectNow;
  readonly state: ProjectState;
  /** As it is on the disk; null when there is none. */
  readonly written: ProjectState | null;
  /** Files whose counts are in `state`: to be removed once it is written, not before. */
  readonly spent: readonly string[];
}

/**
 * Opens a project's ledger. Counts that were added up before are removed.
 *
 * @param dueDays days of the reports that are due: with the days of the counts they tell when a grant began.
 * @param today days since 1970-01-01 UTC.
 * @returns null when its state cannot be used, or nothing was counted or is due.
 */
export function openLedger(project: ProjectNow, dueDays: readonly number[], today: number): Ledger | null {
  const { folder, definition } = project;
  const reading = readState(folder);
  if (reading.type === "unusable") return null;
  const counts = readCounts(folder);
  const days = [...dueDays, ...counts.map(({ day }) => day)];
  if (reading.state === null && days.length === 0) return null;
  const before = reading.state ?? newProjectState(Math.min(...days));
  const { finished, stale } = sortCounts(counts, before.merged, today);
  const isRemoved = removeCounts(stale.flatMap(({ paths }) => paths));
  const merged = withCounts(before, definition.reports, finished, isRemoved ? [] : before.merged);
  const state = { ...merged, firstDay: healedFirstDay(before.firstDay, today) };
  return { project, state, written: reading.state, spent: finished.flatMap(({ paths }) => paths) };
}

/** The ledger with another state of one report. */
export function withReport(ledger: Ledger, report: string, state: ReportState): Ledger {
  return { ...ledger, state: { ...ledger.state, reports: { ...ledger.state.reports, [report]: state } } };
}

/**
 * Writes what changed in a ledger, then removes the files that are in it.
 *
 * @returns the ledger as it is on the disk then; null when it could not be written, or the sender's lock is lost.
 */
export async function keepLedger({ lock }: SenderRun, ledger: Ledger): Promise<Ledger | null> {
  const { project, state, written, spent } = ledger;
  if (!isDeepStrictEqual(state, written)) {
    const { type } = await writeState(project.folder, state, () => lock.isHeld());
    if (type !== "replaced") return null;
  }
  // What could not be removed is in `merged`, so nobody counts it again.
  removeCounts(spent);
  return { ...ledger, written: state, spent: [] };
}
