import { isPlausibleDay } from "../report/window.ts";
import type { JsonObject } from "../state/file.ts";

/** Entries are there on the 90th day after theirs, and not on the 91st. */
export const KEPT_DAYS = 90;

/** A clock that moved further than this since it was last believed, in either direction, has to say so on two days. */
export const BELIEVED_DAYS = 30;

/** What is remembered of the clock, so that one wrong boot does not destroy a history. Days since 1970-01-01 UTC. */
export interface ClockMemory {
  /** The day on which the clock was last believed. */
  readonly day: number;
  /** The day that it said when it was first not believed; null when it is believed. */
  readonly doubted: number | null;
}

/** What a day is worth. */
export interface ClockJudgment {
  /** Whether entries may be deleted by their age today. */
  readonly isBelieved: boolean;
  /** Days from when the clock was last believed to what it says, negative when it went back; null without memory. */
  readonly step: number | null;
  /** To be remembered. */
  readonly memory: ClockMemory;
}

/**
 * Judges what the clock says. After a step of more than 30 days nothing is deleted until the clock says a later day than
 * the first such: a wrong clock is mostly set right before that, and a machine that was off for long only keeps things
 * a little longer.
 *
 * @param memory null when there is none: then the clock is believed.
 * @param today days since 1970-01-01 UTC, plausible.
 */
export function judgeClock(memory: ClockMemory | null, today: number): ClockJudgment {
  const step = memory === null ? null : today - memory.day;
  const believed = { isBelieved: true, step, memory: { day: today, doubted: null } };
  if (memory === null || Math.abs(today - memory.day) <= BELIEVED_DAYS) return believed;
  const { day, doubted } = memory;
  if (doubted !== null && today > doubted) return believed;
  return { isBelieved: false, step, memory: { day, doubted: today } };
}

/**
 * Whether an entry is to go on a day that is believed. An entry of the far future was made while the clock was wrong; it
 * would otherwise stay for years.
 */
export function isOver(day: number, today: number): boolean {
  return Math.abs(today - day) > KEPT_DAYS;
}

/** Reads clock.json; null when it cannot be relied on. */
export function readClockMemory({ day, doubted = null }: JsonObject): ClockMemory | null {
  if (typeof day !== "number" || !isPlausibleDay(day)) return null;
  if (doubted !== null && (typeof doubted !== "number" || !isPlausibleDay(doubted))) return null;
  return { day, doubted };
}
