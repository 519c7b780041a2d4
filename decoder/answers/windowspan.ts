import { dateOfDay, dayOf, LATE_DAYS, type ReportDefinition, weekOf, weekStart } from "@sotto/wire";
import { MAX_WINDOWS_BACK } from "../checking/reportcheck.ts";
import type { WindowAnswer } from "./model.ts";

/** A report's kind of window, and whether it has counters, which are told of when their window is over. */
export type WindowKind = Pick<ReportDefinition, "window" | "fields">;

/** First day of a window, and the first one that is not of it; days since 1970-01-01 UTC. */
export function daysOf({ window }: Pick<WindowKind, "window">, number: number): { from: number; until: number } {
  if (window === "day") return { from: number, until: number + 1 };
  return { from: dayOf(weekStart(number)), until: dayOf(weekStart(number + 1)) };
}

/** The number of the window that a day is in. */
export function windowOf({ window }: Pick<WindowKind, "window">, day: number): number {
  return window === "day" ? day : weekOf(day);
}

/** The last window that was over on the morning of a day. */
export function lastWindowBefore(kind: Pick<WindowKind, "window">, day: number): number {
  return windowOf(kind, day) - 1;
}

/**
 * Describes a window.
 *
 * @param reach days before this one are in the scanned log as a whole.
 */
export function describeWindow(kind: WindowKind, number: number, reach: number): WindowAnswer {
  const { from, until } = daysOf(kind, number);
  return {
    window: number,
    from: dateOfDay(from),
    until: dateOfDay(until),
    isComplete: reach >= settledOn(kind, number),
  };
}

/** The day from which on no report of a window can be counted any more (protocol.md section 7). */
export function settledOn(kind: WindowKind, number: number): number {
  const hasCounters = kind.fields.some((field) => field.kind === "counter");
  const lastSealing = daysOf(kind, number + (hasCounters ? MAX_WINDOWS_BACK : 0)).until - 1;
  return lastSealing + LATE_DAYS + 1;
}
