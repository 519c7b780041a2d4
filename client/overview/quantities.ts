import { dateOfDay, type ReportDefinition } from "@sotto/wire";

const DAYS_BEFORE_FIRST_MONDAY = 4;

/** `1 frame`, `2 frames`. */
export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** How long something takes, as exactly as a person wants to know. */
export function durationInWords(minutes: number): string {
  if (minutes < 90) return counted(minutes, "minute");
  if (minutes < 36 * 60) return counted(Math.round(minutes / 60), "hour");
  return counted(Math.round(minutes / 1440), "day");
}

/** `2026-11-24 12:10 UTC`. @param minute since 1970-01-01 UTC. */
export function momentInWords(minute: number): string {
  return `${new Date(minute * 60_000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** `the week of 2026-11-23`, or the day itself. @param window as `windowOf` gives it. */
export function windowInWords(unit: ReportDefinition["window"], window: number): string {
  const first = dateOfDay(firstDayOf(unit, window));
  return unit === "day" ? first : `the week of ${first}`;
}

/** The first day of a window, since 1970-01-01 UTC. */
export function firstDayOf(unit: ReportDefinition["window"], window: number): number {
  return unit === "day" ? window : 7 * window + DAYS_BEFORE_FIRST_MONDAY;
}
