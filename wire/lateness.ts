import type { Block } from "./block.ts";
import { readHead } from "./frame.ts";
import { dayOf, headWeekOf } from "./week.ts";

/** A report is too late when its segment starts more than this many days after the day of sealing. */
export const LATE_DAYS = 21;

/** A report is from the future when its day lies more than this many days after its segment's last one. */
export const FUTURE_DAYS = 1;

/** When the frames of a segment arrived: from `start` up to, and without, `end`, in Unix seconds. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Whether a block that opened may be counted, and if not, under which reason it is dropped. */
export type Admission = "admitted" | "malformed" | "late" | "future";

/**
 * The checks between opening a frame and meeting the set of known boxes (protocol.md sections 1 and 7). In any other
 * order a copy of a box under another week could suppress the original.
 *
 * Judged by the segment's clock, never the decoder's, so that a log reads the same whenever it is read.
 */
export function admit(frame: Uint8Array, block: Block, segment: Span): Admission {
  if (headWeekOf(block.day) !== readHead(frame).week) return "malformed";
  if (dayOf(segment.start) - block.day > LATE_DAYS) return "late";
  if (block.day - dayOf(segment.end - 1) > FUTURE_DAYS) return "future";
  return "admitted";
}
