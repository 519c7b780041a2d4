import { median } from "./median.ts";

/** Segments that tell what is usual: at one an hour a week, so that nights and weekends are among them. */
const MAX_PRECEDING = 168;

/** With fewer segments before it nothing is usual yet: a median of fewer is the next wave's to choose. */
const MIN_PRECEDING = 8;

/** What is flagged is this many at least: fewer false frames than this hardly move a figure, and small numbers leap. */
const MIN_COUNT = 20;

/** ... and this many times what is usual: working hours are busier than nights by less. */
const MIN_RATIO = 3;

/** ... and so many standard deviations above it: in a normal series once in a thousand million. */
const MIN_DEVIATIONS = 6;

/** The standard deviation of a normal series whose median absolute deviation is 1. */
const DEVIATION_PER_MAD = 1.4826;

/** A segment in which far more of something came than is usual. */
export interface Jump {
  /** Its number in the series. */
  readonly at: number;
  readonly count: number;
  /** The median of the segments before it; where exposures are given, as it would be with the exposure of this one. */
  readonly usual: number;
}

/**
 * Finds segments in which a count jumps above that of the segments before it, up to 168 of them. What is usual is their
 * median, and how much it varies their median absolute deviation, or that of a Poisson series where this is more: up
 * to half of these segments may be false and neither moves far (Hampel 1974). So a wave is flagged while it is shorter
 * than half of what came before it; then it is what is usual.
 *
 * Flagged is a count of 20 at least, three times what is usual, and six deviations above it. So of a quiet series
 * nothing is, a tenfold wave is where 5 or more are usual, and the first 8 segments never are. Falls are not looked
 * for.
 *
 * @param counts by segment, in the order of time: whole, 0 or more.
 * @param exposures what each count is a part of, or its segment's length; then rates are compared. A part that is
 *   usually above a third cannot grow threefold: give the rest instead. Segments of exposure 0 are passed over.
 */
export function findJumps(counts: readonly number[], exposures?: readonly number[]): Jump[] {
  const series = counts
    .map((count, at) => ({ at, count, exposure: exposures === undefined ? 1 : (exposures[at] ?? 0) }))
    .filter(({ exposure }) => exposure > 0);
  return series.flatMap(({ at, count, exposure }, place) => {
    const preceding = series
      .slice(Math.max(0, place - MAX_PRECEDING), place)
      .map((before) => (before.count * exposure) / before.exposure);
    const usual = median(preceding);
    return preceding.length >= MIN_PRECEDING && count >= leastJump(usual, preceding) ? [{ at, count, usual }] : [];
  });
}

function leastJump(usual: number, preceding: readonly number[]): number {
  const mad = median(preceding.map((count) => Math.abs(count - usual)));
  // A median of 0 does not say that none ever comes: hence one more.
  const deviation = Math.max(DEVIATION_PER_MAD * mad, Math.sqrt(usual + 1));
  return Math.max(MIN_COUNT, MIN_RATIO * usual, usual + MIN_DEVIATIONS * deviation);
}
