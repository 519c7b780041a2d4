import { DAY_SECONDS } from "./week.ts";

/** Days that a date of four digits' year can name: 1970-01-01 to 9999-12-31. */
const MAX_DAY = 2_932_896;

/**
 * Writes a day as a date, `2026-11-23` (ISO 8601).
 *
 * @param day days since 1970-01-01 UTC, 0 to 2,932,896.
 */
export function dateOfDay(day: number): string {
  return new Date(day * DAY_SECONDS * 1000).toISOString().slice(0, "2026-11-23".length);
}

/**
 * Reads a date, `2026-11-23`; nothing else that ISO 8601 allows.
 *
 * @returns days since 1970-01-01 UTC; null when it is not a date, or no day of the calendar.
 */
export function dayOfDate(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return null;
  const day = Date.parse(`${text}T00:00:00Z`) / (DAY_SECONDS * 1000);
  if (!(day >= 0 && day <= MAX_DAY)) return null;
  // JavaScript takes February 30 for March 2.
  return dateOfDay(day) === text ? day : null;
}
