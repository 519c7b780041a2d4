import { findJumps } from "../statistics/jumps.ts";
import type { FrameFate, MessageState, SegmentLosses } from "../store/contract.ts";
import type { JumpAnswer, LossAnswer } from "./model.ts";

/** Why something was not counted, in the order of reading, and where stores count it. */
const REASONS: readonly {
  readonly reason: string;
  readonly frames?: FrameFate;
  readonly messages?: MessageState;
}[] = [
  { reason: "late", frames: "late" },
  { reason: "future", frames: "future" },
  { reason: "malformed", frames: "malformed", messages: "malformed" },
  { reason: "unknown kind", frames: "unknown" },
  { reason: "rejected", messages: "rejected" },
  { reason: "incomplete", messages: "incomplete" },
  { reason: "contradictory", messages: "void" },
  { reason: "duplicate", frames: "duplicate" },
  { reason: "deleted on request", messages: "forgotten" },
  { reason: "key not at hand", frames: "pending" },
  { reason: "no key", frames: "no-key" },
  { reason: "foreign", frames: "foreign" },
];

/** Where a jump of a reason would be seen: what somebody else can bring about who wants to move figures. */
const WATCHED: readonly { readonly reason: string; countIn(segment: SegmentLosses): number }[] = [
  { reason: "counted", countIn: ({ messages }) => messages.record },
  { reason: "rejected", countIn: ({ messages }) => messages.rejected },
  { reason: "malformed", countIn: ({ frames, messages }) => frames.malformed + messages.malformed },
  { reason: "late", countIn: ({ frames }) => frames.late },
  { reason: "future", countIn: ({ frames }) => frames.future },
  { reason: "duplicate", countIn: ({ frames }) => frames.duplicate },
];

/** What was scanned and not counted, and segments that stand out. */
export function lossesOf(segments: readonly SegmentLosses[]): LossAnswer {
  const reasons = REASONS.map(({ reason, frames, messages }) => ({
    reason,
    count: segments.reduce((sum, segment) => {
      const ofFrames = frames === undefined ? 0 : segment.frames[frames];
      const ofMessages = messages === undefined ? 0 : segment.messages[messages];
      return sum + ofFrames + ofMessages;
    }, 0),
  }));
  return { segments: segments.length, reasons, jumps: jumpsOf(segments) };
}

/** In the order of time; zones are busy in different ways, so each is compared with itself. */
function jumpsOf(segments: readonly SegmentLosses[]): JumpAnswer[] {
  const zones = new Set(segments.map(({ zone }) => zone));
  const jumps = [...zones].flatMap((zone) => {
    const ofZone = segments.filter((segment) => segment.zone === zone);
    const hours = ofZone.map(({ start, end }) => end - start);
    return WATCHED.flatMap(({ reason, countIn }) =>
      findJumps(ofZone.map(countIn), hours).map(({ at, count, usual }): JumpAnswer => {
        const { start, end } = ofZone[at] as SegmentLosses;
        return { start, end, reason, count, usual };
      }),
    );
  });
  return jumps.sort((a, b) => a.start - b.start);
}
