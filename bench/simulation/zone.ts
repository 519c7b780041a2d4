import { DAY_SECONDS, type Span } from "@sotto/wire";
import { heldTooLong, mayJoin } from "../../resolver/log/bucket.ts";

/** Buckets that were sealed together. */
export interface Batch extends Span {
  /** Frames. */
  readonly count: number;
  /** False for what was held until it had to be deleted: nobody ever saw it. */
  readonly isReleased: boolean;
}

/**
 * Seals bucket after bucket as a collector does: what is fewer than the minimum batch is held, joins the next bucket, and
 * is deleted unreleased when it has waited for half the retention.
 *
 * @param counts of frames by bucket, from the first.
 * @param bucket length of one in seconds, `first` its number.
 */
export function sealBuckets(
  counts: ArrayLike<number>,
  { first, bucket, minBatch, retention }: { first: number; bucket: number; minBatch: number; retention: number },
): Batch[] {
  const batches: Batch[] = [];
  let held: Batch | null = null;
  const drop = () => {
    if (held !== null) batches.push({ ...held, isReleased: false });
    held = null;
  };
  for (let at = 0; at < counts.length; at++) {
    const start = (first + at) * bucket;
    const end = start + bucket;
    if (held !== null && (heldTooLong(held, end, retention) || !mayJoin(held, end, retention))) drop();
    const count = counts[at] ?? 0;
    if (count === 0) continue;
    const joined: Batch = { start: held?.start ?? start, end, count: count + (held?.count ?? 0), isReleased: true };
    held = joined.count < minBatch ? joined : null;
    if (held === null) batches.push(joined);
  }
  drop();
  return batches;
}

/** What batches were like. */
export interface BatchFigures {
  readonly released: number;
  /** Of them, those of more than one bucket. */
  readonly joined: number;
  /** Frames in the smallest that was released. */
  readonly smallest: number;
  /** Days of the longest. */
  readonly longest: number;
  /** Frames that were deleted without having been released. */
  readonly unreleased: number;
}

/** Sums batches up. */
export function batchFigures(batches: readonly Batch[], bucket: number): BatchFigures {
  const released = batches.filter(({ isReleased }) => isReleased);
  const unreleased = batches.filter(({ isReleased }) => !isReleased);
  return {
    released: released.length,
    joined: released.filter(({ start, end }) => end - start > bucket).length,
    smallest: released.reduce((least, { count }) => Math.min(least, count), Number.POSITIVE_INFINITY),
    longest: released.reduce((most, { start, end }) => Math.max(most, end - start), 0) / DAY_SECONDS,
    unreleased: unreleased.reduce((sum, { count }) => sum + count, 0),
  };
}
