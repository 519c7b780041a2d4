/** Seconds of a day. Unix time knows no leap seconds, so every day has as many. */
export const DAY_SECONDS = 86_400;

/** Seconds of a week. */
export const WEEK_SECONDS = 7 * DAY_SECONDS;

/** A head holds its week modulo this: six bits. */
export const HEAD_WEEKS = 64;

/** Weeks start on Monday 00:00 UTC; 1970-01-05, day 4, was the first Monday. */
const FIRST_MONDAY = 4;

/** How far a head's week may lie behind and ahead of the collector's clock (protocol.md section 7). */
const WEEKS_BEHIND = 2;
const WEEKS_AHEAD = 1;

/**
 * The day of a moment.
 *
 * @param unixSeconds seconds since 1970-01-01 00:00 UTC; fractions are cut.
 * @returns days since 1970-01-01 UTC.
 */
export function dayOf(unixSeconds: number): number {
  return Math.floor(unixSeconds / DAY_SECONDS);
}

/**
 * The absolute week of a day, which is also the number of its reporting window (windows are weeks from Monday).
 *
 * @param day days since 1970-01-01 UTC.
 * @returns 0 for the week of 1970-01-05; -1 for the four days before it.
 */
export function weekOf(day: number): number {
  return Math.floor((day - FIRST_MONDAY) / 7);
}

/**
 * When an absolute week begins.
 *
 * @returns Unix seconds of its Monday 00:00 UTC; its end is the start of the next one.
 */
export function weekStart(week: number): number {
  return (week * 7 + FIRST_MONDAY) * DAY_SECONDS;
}

/** Whether a day, counted since 1970-01-01 UTC, is the first of a week. */
export function isMonday(day: number): boolean {
  return modulo(day - FIRST_MONDAY, 7) === 0;
}

/** The week of a day as a frame's head holds it: 0 to 63, never negative. */
export function headWeekOf(day: number): number {
  return modulo(weekOf(day), HEAD_WEEKS);
}

/**
 * The absolute week that a head's six bits stand for.
 *
 * @param headWeek 0 to 63.
 * @param segmentEnd end of the segment the frame was found in, Unix seconds.
 * @returns the greatest absolute week congruent to `headWeek` that is not after the week following the segment's end.
 */
export function resolveWeek(headWeek: number, segmentEnd: number): number {
  const latest = weekOf(dayOf(segmentEnd)) + 1;
  return latest - modulo(latest - headWeek, HEAD_WEEKS);
}

/**
 * The collector's rule against replays: a head's week may be from two weeks before the present one to one after it.
 *
 * @param headWeek 0 to 63.
 * @param today days since 1970-01-01 UTC by the collector's clock.
 */
export function collectorAcceptsWeek(headWeek: number, today: number): boolean {
  return modulo(headWeek - weekOf(today) + WEEKS_BEHIND, HEAD_WEEKS) <= WEEKS_BEHIND + WEEKS_AHEAD;
}

/** The non-negative remainder. */
function modulo(value: number, modulus: number): number {
  return ((value % modulus) + modulus) % modulus;
}
