import type { AbsentKey } from "../scankeys.ts";

/** A frame that a key opened. Whether it counts is still to be seen (`admit`, `readBody`). */
export interface OpenedFrame {
  /** 118 octets, in memory of its own. */
  readonly frame: Uint8Array;
  /** The block of 66 octets. */
  readonly block: Uint8Array;
  /** Id of the first key, in the order in which a week's are tried, that opened it. */
  readonly key: string;
  /** The absolute week that its head stands for. */
  readonly week: number;
}

/** What became of a week's frames; every frame is in exactly one number. */
export interface WeekOutcome {
  /** The absolute week that their heads stand for; null for frames of other versions, which are all foreign. */
  readonly week: number | null;
  /** A key opened them. */
  opened: number;
  /** No key did of those that the week has. */
  foreign: number;
  /** None did, and a key of the week is not at hand. */
  pending: number;
  /** The week has no key, or none any more. */
  noKey: number;
}

/** Frames that an absent key may open. */
export interface WaitingFrames {
  readonly key: AbsentKey;
  frames: number;
}

/** What keys made of a chunk of frames. */
export interface OpenedChunk {
  /** In the order in which the weeks were met. */
  readonly weeks: readonly WeekOutcome[];
  /** What opened, in the order of the chunk. */
  readonly frames: readonly OpenedFrame[];
  /** How many pending frames wait for each absent key; one frame may wait for several. */
  readonly waiting: readonly WaitingFrames[];
}
