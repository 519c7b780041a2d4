import { heldTooLong, inOwnTime, isExpired, isPublished, type Keeping, mayJoin } from "../log/bucket.ts";
import type { LogCounters } from "../log/contract.ts";
import { agedBucket } from "../log/timeline.ts";
import { agedOf, type BucketRow, type SegmentRow } from "./catalogue.ts";
import type { Led } from "./leading.ts";
import { sealBucket } from "./sealing.ts";
import { closeBucket, dropBucket, dropSegment, framesIn, moveBucket, publishSegment } from "./tables.ts";

/** What is kept up, and where is counted what became of frames. */
export interface Upkeep {
  readonly zone: string;
  readonly keeping: Keeping;
  readonly counters: LogCounters;
}

/** Whether a segment's time is over. @param time in the log's own time. */
export function isOver(segment: SegmentRow, time: number, { retention }: Keeping): boolean {
  const span = inOwnTime(agedOf(segment));
  return segment.state === "held" ? heldTooLong(span, time, retention) : isExpired(span, time, retention);
}

/** Whether a segment that was released may be seen from now on. @param time in the log's own time. */
export function isDue(segment: SegmentRow, time: number, keeping: Keeping): boolean {
  return segment.state === "released" && isPublished(inOwnTime(agedOf(segment)), time, keeping);
}

/** Moves what lies in the future into the bucket being filled, and deletes what has been kept for long enough. */
export async function tidy(led: Led, upkeep: Upkeep): Promise<void> {
  const { session, catalogue, time } = led;
  for (const bucket of catalogue.buckets.filter(({ start }) => start > led.timeline.open.end)) {
    await closeBucket(session, bucket);
    led.adopt(agedBucket(led.timeline, bucket, upkeep.keeping.bucket));
    await moveBucket(session, bucket, { ...led.timeline.open, zone: catalogue.zone });
  }
  for (const segment of catalogue.segments.filter((one) => isOver(one, time, upkeep.keeping))) {
    await drop(led, upkeep, segment);
  }
}

/** Lets decoders read what is due. */
export async function publishDue({ session, catalogue, time }: Led, { keeping }: Upkeep): Promise<void> {
  for (const segment of catalogue.segments.filter((one) => isDue(one, time, keeping))) {
    await publishSegment(session, segment);
  }
}

/** Takes the bucket away from those who fill it, if it has ended. */
export async function closeEnded({ session, timeline }: Led, _: Upkeep, bucket: BucketRow): Promise<void> {
  if (bucket.start < timeline.open.start) await closeBucket(session, bucket);
}

/** Makes of a closed bucket, with what is held, a segment; or deletes it when its time is over. */
export async function sealClosed(led: Led, upkeep: Upkeep, bucket: BucketRow): Promise<void> {
  if (!bucket.closed) return;
  const { session, catalogue, timeline, time } = led;
  const { retention, minBatch } = upkeep.keeping;
  const frames = await framesIn(session, bucket);
  const aged = agedBucket(timeline, bucket, upkeep.keeping.bucket);
  if (frames === 0 || isExpired(inOwnTime(aged), time, retention)) {
    await dropBucket(session, bucket);
    led.later(() => {
      upkeep.counters.expired += frames;
    });
    return;
  }
  const held: SegmentRow[] = [];
  for (const segment of catalogue.segments.filter(({ state }) => state === "held")) {
    const age = inOwnTime(agedOf(segment));
    const joins = mayJoin(segment.entry, bucket.end, retention) && mayJoin(age, inOwnTime(aged).end, retention);
    if (!joins) await drop(led, upkeep, segment);
    else if (segment.entry.start <= bucket.start) held.push(segment);
  }
  const released = await sealBucket(session, {
    zone: { id: catalogue.zone, name: upkeep.zone },
    bucket,
    held,
    span: { start: Math.min(bucket.start, ...held.map(({ entry }) => entry.start)), end: bucket.end },
    since: Math.min(aged.since, ...held.map(({ since }) => since)),
    minBatch,
  });
  led.later(() => {
    upkeep.counters.released += released;
  });
}

async function drop(led: Led, { counters }: Upkeep, segment: SegmentRow): Promise<void> {
  await dropSegment(led.session, segment);
  led.later(() => {
    counters[segment.state === "held" ? "unreleased" : "expired"] += segment.entry.count;
  });
}
