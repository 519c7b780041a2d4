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

/** The bucket of a moment: frames know when they came only as precisely as this. */
export function bucketOf(unixSeconds: number, length: number): Span {
  const start = Math.floor(unixSeconds / length) * length;
  return { start, end: start + length };
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
