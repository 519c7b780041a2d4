import type { Span } from "@sotto/wire";

/** The settings that decide how long anything is kept, in seconds. */
export interface Keeping {
  /** Length of a bucket. */
  readonly bucket: number;
  /** A segment is released only with this many frames. */
  readonly minBatch: number;
  /** From a bucket's end to its segment's publication. */
  readonly publishAfter: number;
  /** From the start of a segment's first bucket to its deletion; at most 168 h. */
  readonly retention: number;
}

/** What protocol.md section 4 rule 3 allows at most. */
export const MAX_RETENTION_SECONDS = 168 * 3600;

/** Closed spans that are remembered apart. Each downtime and each jump of the clock makes one; beyond it the oldest two are one. */
const MAX_CLOSED_SPANS = 64;

/** The bucket of a moment: frames know when they came only as precisely as this. */
export function bucketOf(unixSeconds: number, length: number): Span {
  const start = Math.floor(unixSeconds / length) * length;
  return { start, end: start + length };
}

/**
 * The first bucket, at this moment or after it, that has nothing in common with a closed span.
 *
 * @param closed ascending.
 */
export function firstFree(unixSeconds: number, length: number, closed: readonly Span[]): Span {
  let bucket = bucketOf(unixSeconds, length);
  for (const { start, end } of closed) {
    if (start < bucket.end && end > bucket.start) bucket = bucketOf(Math.ceil(end / length) * length, length);
  }
  return bucket;
}

/** Adds a span to ascending spans that do not touch each other. */
export function withClosed(closed: readonly Span[], span: Span): Span[] {
  const touching = closed.filter(({ start, end }) => start <= span.end && end >= span.start);
  const joined = {
    start: Math.min(span.start, ...touching.map(({ start }) => start)),
    end: Math.max(span.end, ...touching.map(({ end }) => end)),
  };
  const spans = [...closed.filter((one) => !touching.includes(one)), joined].sort((a, b) => a.start - b.start);
  const [first, second] = spans;
  if (spans.length <= MAX_CLOSED_SPANS || first === undefined || second === undefined) return spans;
  return [{ start: first.start, end: second.end }, ...spans.slice(2)];
}

/** A span with the moment in the log's own time from which its age counts (see {@link follow}). */
export interface Aged extends Span {
  readonly since: number;
}

/** A span as the log's own time sees it: what {@link isExpired} and its like are asked about. */
export function inOwnTime({ start, end, since }: Aged): Span {
  return { start: since, end: since + end - start };
}

/** Whether held frames, those of ended buckets below the minimum batch, may wait for the bucket that ends at `end`: for at most half the retention. */
export function mayJoin(held: Span, end: number, retention: number): boolean {
  return end - held.start <= retention / 2;
}

/** Whether held frames have waited as long as they may: they are deleted, and counted, without having been released. */
export function heldTooLong(held: Span, unixSeconds: number, retention: number): boolean {
  return unixSeconds >= held.start + retention / 2;
}

/** Whether the retention of what arrived in this span is over. */
export function isExpired(span: Span, unixSeconds: number, retention: number): boolean {
  return unixSeconds >= span.start + retention;
}

/** Whether a segment may be seen: after its end by the publication delay, and before its retention is over. */
export function isPublished(span: Span, unixSeconds: number, { publishAfter, retention }: Keeping): boolean {
  return unixSeconds >= span.end + publishAfter && !isExpired(span, unixSeconds, retention);
}
