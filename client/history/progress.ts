import type { Json, JsonObject } from "../state/file.ts";

/** The newest version of a state's file that is known here. */
export const STATE_VERSION = 1;

/** From the best to the worst. */
const STATES = ["acknowledged", "waiting", "unanswered", "refused", "dropped"] as const;

/**
 * What became of a frame: `acknowledged` by the zone, `waiting` to be sent, `unanswered` after the last attempt (nobody
 * knows whether it arrived), `refused` by the zone or blocked by a network, `dropped` without having been confirmed.
 */
export type State = (typeof STATES)[number];

/**
 * Reads a state's file: what became of each frame, in part order.
 *
 * @param parts the number of the entry's frames.
 * @returns null when it does not say what version 1 can say of so many frames.
 */
export function parseProgress({ frames }: JsonObject, parts: number): readonly State[] | null {
  return Array.isArray(frames) && frames.length === parts && frames.every(isState) ? frames : null;
}

/** The state of a message is that of its worst part: a reader needs them all. */
export function stateOf(frames: readonly State[]): State {
  return STATES.findLast((state) => frames.includes(state)) ?? "waiting";
}

/**
 * What is known of frames once the spool was looked at: of what was not settled, that waits which is there, and the rest
 * is lost. It goes both ways: an entry is written before its frames, so who looks in between finds none of them yet.
 *
 * @param isSpooled whether the frame of this part, from 0, is in the spool.
 */
export function reconciled(frames: readonly State[], isSpooled: (part: number) => boolean): readonly State[] {
  return frames.map((state, part) => {
    if (state !== "waiting" && state !== "dropped") return state;
    return isSpooled(part) ? "waiting" : "dropped";
  });
}

function isState(value: Json): value is State {
  return (STATES as readonly Json[]).includes(value);
}
