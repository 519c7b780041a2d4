import { type Field, type ReportDefinition, weekOf } from "@sotto/wire";

/** How a report's windows are cut: weeks from Monday, days from midnight, both UTC. */
export type WindowUnit = ReportDefinition["window"];

/** Completed window steps since the first window of the grant: 1 = 0-1, 2 = 2-4, 3 = 5-24, 4 = 25 or more. */
export type Age = 1 | 2 | 3 | 4;

/** The steps at which an age ends (libdnf's countme, Repo.cpp; rpm-ostree's differ by a window). */
const AGE_STEPS = [2, 5, 25] as const;

/** A report with counters tells of a window that ended at most this many windows ago; older activity is dropped. */
export const MAX_WINDOWS_BACK = 3;

/**
 * How many reported windows a report remembers, the latest reported last. A decoder counts a frame from a day before
 * its day to 21 days after it (protocol.md section 7): a window could only be counted twice if the clock named 32
 * others in between, and of these 23 days at most nine would be wrong ones.
 */
export const REMEMBERED_WINDOWS = 32;

/** 2026-01-01. No client is older, so an earlier clock is wrong: most often one that begins at 1970 after a start. */
export const EARLIEST_DAY = 20_454;

/** 2149-06-06, the last day that a block's sixteen bits hold. */
export const LATEST_DAY = 65_535;

/** The window that a report is to describe. */
export interface DueWindow {
  /** The window in which the report is counted: a number as {@link windowOf} gives it. */
  readonly window: number;
  /** How many windows before that of the sealing day: 0 without counters, else 1 to 3, told as `w`. */
  readonly back: number;
}

/**
 * The number of a day's window.
 *
 * @param day whole days since 1970-01-01 UTC, also negative ones.
 * @returns weeks since Monday 1970-01-05, or the day itself.
 */
export function windowOf(unit: WindowUnit, day: number): number {
  return unit === "week" ? weekOf(day) : day;
}

/**
 * Whether a clock may be right. On any other day nothing is counted, nothing reported and no state changed.
 *
 * @param day days since 1970-01-01 UTC.
 */
export function isPlausibleDay(day: number): boolean {
  return Number.isInteger(day) && day >= EARLIEST_DAY && day <= LATEST_DAY;
}

/**
 * For how long the program has been used in a window.
 *
 * @param first the first window of the grant.
 * @param window the window that is described. One before the first (the clock was set back) is of age 1.
 */
export function ageOf(first: number, window: number): Age {
  const steps = window - first;
  const [second, third, fourth] = AGE_STEPS;
  if (steps < second) return 1;
  if (steps < third) return 2;
  return steps < fourth ? 3 : 4;
}

/**
 * Whether a report tells of a finished window: it has a counter that is collected.
 *
 * @param isCollected whether a field is granted and not expired. Without any of its counters a report goes on as one
 *   without counters: else it would fall silent with them, since nothing would be active any more.
 */
export function isOfFinishedWindow(report: ReportDefinition, isCollected: (field: Field) => boolean): boolean {
  return report.fields.some((field) => field.kind === "counter" && isCollected(field));
}

/**
 * The window that a report of a run is to describe, if one is due. It is due as long as it was not reported, so the
 * first run seals it and the others find it in `reported`.
 *
 * It is asked again until nothing is due: only a clock that was wrong leaves more than one finished window.
 *
 * A clock that ran ahead heals by itself: what it reported ahead is remembered and not repeated when that window
 * comes, and the present one was either reported before, and is remembered too, or is due.
 *
 * @param reported windows that were reported, by {@link withReported}.
 * @param active for a report of finished windows, those with activity, in any order; null for one without counters.
 * @param day the day by the clock, days since 1970-01-01 UTC.
 * @returns null when nothing is due.
 */
export function dueWindow(
  unit: WindowUnit,
  reported: readonly number[],
  active: readonly number[] | null,
  day: number,
): DueWindow | null {
  if (!isPlausibleDay(day)) return null;
  const present = windowOf(unit, day);
  const isDue = (window: number) => !reported.includes(window);
  if (active === null) return isDue(present) ? { window: present, back: 0 } : null;
  const finished = active.filter((window) => window < present && present - window <= MAX_WINDOWS_BACK && isDue(window));
  if (finished.length === 0) return null;
  const window = Math.max(...finished);
  return { window, back: present - window };
}

/** Remembers a window as reported; the one that was reported longest ago is forgotten for it. */
export function withReported(reported: readonly number[], window: number): readonly number[] {
  return [...reported.filter((known) => known !== window), window].slice(-REMEMBERED_WINDOWS);
}

/**
 * The first day of the grant, healed: one that is later than today was written by a clock that ran ahead, and the age
 * would stand still until that day.
 *
 * @param today a day on which {@link isPlausibleDay} holds.
 */
export function healedFirstDay(firstDay: number, today: number): number {
  return Math.min(firstDay, today);
}
