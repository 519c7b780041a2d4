import type { SpoolEntry } from "../spool/entry.ts";
import { FLUSH_GAP_MINUTES, FLUSH_MINUTES, namesLeft, type Pace } from "../spool/pace.ts";
import { DAY_MINUTES, SILENCE_MINUTES } from "../spool/schedule.ts";

/** What must not be sent now may be tomorrow: somebody may say yes, a definition get a key, a disk be emptied. */
const LOOK_AGAIN_MINUTES = DAY_MINUTES;

/** No wait is longer; what is further ahead was written by a clock that ran ahead (`isNextDue`). */
const MOST_AHEAD_MINUTES = 11 * DAY_MINUTES;

/** What is left when a sender ends. */
export interface LeftOver {
  /** Frames that may be sent, as far as their project goes. */
  readonly sendable: readonly SpoolEntry[];
  /** Whether there are frames or due reports that have to wait for something else. */
  readonly hasOthers: boolean;
  /** Null when it cannot be used: nothing may be sent. */
  readonly pace: Pace | null;
}

/**
 * The minute from which a sender has something to do again; null when nothing is left. Pure.
 *
 * @param now minutes since 1970-01-01 UTC.
 */
export function nextMinute({ sendable, hasOthers, pace }: LeftOver, now: number): number | null {
  const later = now + LOOK_AGAIN_MINUTES;
  const frames = sendable.map((entry) => (pace === null ? later : withPace(pace, minuteOf(entry, pace))));
  const minutes = [...frames, ...(hasOthers ? [later] : [])];
  if (minutes.length === 0) return null;
  return Math.min(Math.max(Math.min(...minutes), now + 1), now + MOST_AHEAD_MINUTES);
}

/** When a frame's own wait, its zone's silence, and a day that has not come are over. */
function minuteOf({ last, wait, day, zone }: SpoolEntry, { refusals }: Pace): number {
  const refused = Object.hasOwn(refusals, zone) ? refusals[zone] : undefined;
  const silent = refused === undefined ? 0 : refused + SILENCE_MINUTES + 1;
  return Math.max(last === null ? 0 : last + wait, (day - 1) * DAY_MINUTES, silent);
}

/** The first minute, from one on, in which the pace leaves a name. */
function withPace(pace: Pace, from: number): number {
  const ends = pace.flushes.flatMap(({ minute }) => [
    minute + FLUSH_MINUTES + FLUSH_GAP_MINUTES + 1,
    minute + DAY_MINUTES + FLUSH_MINUTES + 1,
  ]);
  const candidates = [from, ...ends.filter((minute) => minute > from).sort((a, b) => a - b)];
  return candidates.find((minute) => namesLeft(pace, minute) > 0) ?? from;
}
