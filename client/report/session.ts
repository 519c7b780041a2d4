// Functions are written so that they are compiled when they are called (build/eager.ts): few programs have sessions.

import type { RandomSource } from "@sotto/wire";

/** After as many minutes without use a session is over. */
export const SESSION_IDLE_MINUTES = 10;

/** RFC 4648 section 6, lower case. */
const DIGITS = "abcdefghijklmnopqrstuvwxyz234567";
const ID = /^[a-z2-7]{8}$/;

/** Eight digits of five bits. */
const ID_OCTETS = 5;

/** A session's random number and when it was last used; JSON. */
export interface Session {
  /** 8 base32 digits, 40 random bits. */
  readonly id: string;
  /** Minutes since 1970-01-01 UTC, of the last use. */
  readonly minute: number;
}

/**
 * The session that a use belongs to: the one that is there, or a new one.
 *
 * @param session the session that was kept, null when none was.
 * @param minute the whole minute of the use, since 1970-01-01 UTC.
 */
export const usedSession = (session: Session | null, minute: number, random: RandomSource): Session => {
  const alive = livingSession(session, minute);
  return { id: alive?.id ?? randomId(random), minute };
};

/**
 * The session, unless it is over. Of ten idle minutes only whole ones are known, so one of at most ten is enough to end
 * it: none outlives ten. A clock that was set back ends it too, since nobody knows for how long it was idle.
 *
 * @returns null when nothing is to be kept.
 */
export const livingSession = (session: Session | null, minute: number): Session | null => {
  if (session === null) return null;
  const idle = minute - session.minute;
  return idle >= 0 && idle < SESSION_IDLE_MINUTES ? session : null;
};

/** Whether a text has the form of a session's number. */
export const isSessionId = (text: string): boolean => ID.test(text);

const randomId = (random: RandomSource): string => {
  let bits = 0n;
  for (const octet of random(ID_OCTETS)) bits = (bits << 8n) | BigInt(octet);
  let id = "";
  for (let shift = 35n; shift >= 0n; shift -= 5n) id += DIGITS[Number((bits >> shift) & 31n)];
  return id;
};
