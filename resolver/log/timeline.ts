import type { Span } from "@sotto/wire";
import { type Aged, bucketOf, firstFree, type Keeping, withClosed } from "./bucket.ts";

/**
 * What the log knows of time. Plain data, kept in the data folder.
 *
 * The rule, for a clock that may jump either way, while the server runs or not:
 *
 * 1. **Name.** Frames go to the first bucket of the grid, at or after the clock's, that was not left before. So a
 *    bucket that was left is never opened again; after a step back over buckets that were filled, the one being filled
 *    goes on until the clock has caught up; after a step back from where the clock alone had jumped to, the buckets in
 *    between are free and names are right at once.
 * 2. **Age.** Publication, holding and retention count in the log's own time: the clock plus the sum of all its steps
 *    back. It never goes back and never runs slower than real time, so nothing is kept, in real time, beyond the
 *    retention by more than a bucket. A jump ahead counts as time that passed, as it is after a suspension.
 * 3. **Nothing waits in the future.** A journal of a bucket that lies beyond the next one after a step back takes the
 *    name of the bucket being filled. A bucket that is filled for longer than its length and a quarter of the
 *    retention, since the clock was set back that far, is left and the next begins.
 *
 * What cannot be known: when the clock was set back while no server ran, the time without a server does not count.
 */
export interface Timeline {
  /** The clock's last reading; after a restart the start of its bucket. */
  readonly seen: number;
  /** The sum of the clock's steps back: the log's own time is the clock plus this. */
  readonly ahead: number;
  /** What was left, ascending and apart. */
  readonly closed: readonly Span[];
  /** The bucket being filled. */
  readonly open: Aged | null;
  /** Buckets that were left and are not sealed yet. */
  readonly left: readonly Aged[];
}

/** What whoever fills buckets has to know; plain data, an owner process sends it to its workers. */
export interface Course {
  readonly closed: readonly Span[];
  /** The bucket that the log takes for the one being filled. */
  readonly open: Span;
}

/** The part of the retention that one bucket may be filled for while it waits for a clock that was set back. */
const WAITING_PART = 1 / 4;

/** Takes in a reading of the clock. The result has an open bucket. */
export function follow(timeline: Timeline, now: number, keeping: Keeping): Timeline & { readonly open: Aged } {
  const ahead = timeline.ahead + Math.max(0, timeline.seen - now);
  const time = now + ahead;
  const next = firstFree(now, keeping.bucket, timeline.closed);
  const { open } = timeline;
  if (open !== null && next.start === open.start && next.end === open.end && !isOverdue(open, time, keeping)) {
    return { ...timeline, seen: now, ahead, open };
  }
  const closed = open === null ? timeline.closed : withClosed(timeline.closed, open);
  const bucket = firstFree(now, keeping.bucket, closed);
  return {
    seen: now,
    ahead,
    closed,
    open: { ...bucket, since: sinceOf(bucket, now, ahead, keeping.bucket) },
    left: open === null ? timeline.left : [...timeline.left, open],
  };
}

/**
 * The timeline of a folder without one: the clock was at the latest bucket that anything is there of.
 *
 * @param journals spans of what is not sealed.
 */
export function beginTimeline(sealed: readonly Span[], journals: readonly Span[]): Timeline {
  const [last, ...earlier] = journals.toSorted((a, b) => b.start - a.start);
  return {
    seen: Math.max(0, ...[...sealed, ...journals].map(({ start }) => start)),
    ahead: 0,
    closed: [...sealed, ...earlier].filter(({ start }) => start !== last?.start).reduce(withClosed, []),
    open: last === undefined ? null : { ...last, since: last.start },
    left: [],
  };
}

/** From when on a bucket's age counts. */
export function agedBucket({ open, left, ahead, seen }: Timeline, bucket: Span, length: number): Aged {
  const known = [...left, ...(open === null ? [] : [open])].find(({ start }) => start === bucket.start);
  return { ...bucket, since: known?.since ?? sinceOf(bucket, seen, ahead, length) };
}

/** What came cannot have come after now, whatever its bucket is called; as precise as a bucket. */
function sinceOf({ start }: Span, now: number, ahead: number, length: number): number {
  return Math.min(start, bucketOf(now, length).start) + ahead;
}

function isOverdue({ since }: Aged, time: number, { bucket, retention }: Keeping): boolean {
  return time >= since + bucket + retention * WAITING_PART;
}
