import type { RandomSource } from "@sotto/wire";
import { isPlausibleDay } from "../report/window.ts";
import { MAX_ATTEMPTS, type SpoolEntry } from "./entry.ts";

/** Minutes of a day. */
export const DAY_MINUTES = 1440;

/** Days after its own on which an undelivered frame is deleted (protocol.md section 7). */
export const LIFE_DAYS = 14;

/** A decoder drops a frame that is from more than a day ahead of its segment, so one is not sent before. */
const AHEAD_DAYS = 1;

/** Minutes to wait after the first to fifth attempt that was not confirmed, before the spread. */
const WAIT_MINUTES = [10, 6 * 60, DAY_MINUTES, 3 * DAY_MINUTES, 7 * DAY_MINUTES] as const;

/** Minutes in which the sixth attempt may still be under way: a sender lives for five. */
const LAST_ATTEMPT_MINUTES = 10;

/** Minutes of silence after a refusal. */
export const SILENCE_MINUTES = DAY_MINUTES;

/** What is to be done with a frame at a moment. */
export type Fate =
  /** It may be sent. */
  | "due"
  /** Not yet. */
  | "waiting"
  /** To be deleted: its fourteen days are over, or it is from a day that a clock made up. */
  | "expired"
  /** To be deleted: six attempts were made, and nobody lived to note how the last one ended. */
  | "spent";

/** Whole minutes since 1970-01-01 UTC of a moment in seconds. */
export function minuteOf(unixSeconds: number): number {
  return Math.floor(unixSeconds / 60);
}

/** The day, since 1970-01-01 UTC, of a minute. */
export function dayOfMinute(minute: number): number {
  return Math.floor(minute / DAY_MINUTES);
}

/**
 * What is to be done with a frame. A clock that is certainly wrong (see {@link isPlausibleDay}) makes every frame wait:
 * one that starts at 1970 must not delete a spool.
 *
 * @param now minutes since 1970-01-01 UTC.
 */
export function fateOf(entry: SpoolEntry, now: number): Fate {
  const today = dayOfMinute(now);
  if (!isPlausibleDay(today)) return "waiting";
  if (Math.abs(today - entry.day) >= LIFE_DAYS) return "expired";
  if (entry.day - today > AHEAD_DAYS || !isWaitOver(entry, now)) return "waiting";
  return entry.attempts >= MAX_ATTEMPTS ? "spent" : "due";
}

function isWaitOver({ last, wait }: SpoolEntry, now: number): boolean {
  return last === null || now - last >= wait;
}

/**
 * A frame whose last attempt was not in the future. When the clock was set back, the wait begins anew: at most once as
 * long as it was drawn, neither for ever nor cut short. What comes out must be kept, or the wait would never end.
 *
 * @param now minutes since 1970-01-01 UTC.
 */
export function healedEntry(entry: SpoolEntry, now: number): SpoolEntry {
  if (entry.last === null || entry.last <= now || !isPlausibleDay(dayOfMinute(now))) return entry;
  return { ...entry, last: now };
}

/**
 * A frame of which an attempt begins. To be kept before the name is looked up: a sender that is killed in between has
 * made the attempt all the same, and six of them are six.
 *
 * @param now minutes since 1970-01-01 UTC.
 * @param random four octets are read for the first five attempts.
 */
export function begun(entry: SpoolEntry, now: number, random: RandomSource): SpoolEntry {
  const base = WAIT_MINUTES[entry.attempts];
  const wait = base === undefined ? LAST_ATTEMPT_MINUTES : drawBetween(base / 2, base + base / 2, random);
  return { ...entry, attempts: entry.attempts + 1, last: now, wait };
}

/**
 * A uniformly random whole number.
 *
 * @param least whole.
 * @param most whole, less than 2^21 above `least`: then the product is exact.
 * @param random four octets are read, as a big-endian number u: least + floor(u * (most - least + 1) / 2^32).
 */
export function drawBetween(least: number, most: number, random: RandomSource): number {
  const drawn = Buffer.from(random(4)).readUInt32BE();
  return least + Math.floor((drawn * (most - least + 1)) / 2 ** 32);
}
