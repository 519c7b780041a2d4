import type { SegmentFacts, StoredFrame, StoredMessage, WeekCounts } from "../../../decoder/store/contract.ts";
import { countsOf, DAY, frameOf, recordOf, segmentOf, WEEK } from "./samples.ts";

/** A segment that its number alone decides, so that what is stored of it can be told to be whole. */
export interface SyntheticSegment {
  readonly segment: SegmentFacts;
  readonly frames: StoredFrame[];
  readonly messages: StoredMessage[];
  readonly weeks: WeekCounts[];
}

/** The segment of a number; each of its frames is a record. */
export function syntheticSegment(number: number, count = 200): SyntheticSegment {
  const day = DAY + Math.floor(number / 24);
  const segment = segmentOf(`synthetic ${number}`, { start: DAY * 86_400 + number * 3600, count });
  const labels = Array.from({ length: count }, (_, at) => `synthetic ${number} ${at}`);
  return {
    segment,
    frames: labels.map((label) => frameOf(label, { day })),
    messages: labels.map((label) => recordOf(label, { day, segment: segment.sha256, window: number })),
    weeks: [{ week: WEEK, counts: countsOf({ taken: count }) }],
  };
}
