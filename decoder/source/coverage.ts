import type { Span } from "@sotto/wire";

/** A time for which a place has no segment, between its first and its last. */
export interface Gap extends Span {
  readonly place: string;
  /** Another place that has a segment of it; null when none has. */
  readonly elsewhere: string | null;
}

/** A place with what it lists. */
export interface Listing {
  readonly place: string;
  readonly segments: readonly Span[];
}

/**
 * Finds the times that a place has no segment of. A quiet hour leaves none, so one place alone proves nothing by it; but
 * where another collector of the zone has a segment of that time, somebody may have lost one.
 */
export function gapsOf(listings: readonly Listing[]): Gap[] {
  return listings.flatMap(({ place, segments }) => {
    const others = listings.filter((listing) => listing.place !== place);
    return uncovered(segments).map(({ start, end }) => ({
      ...{ place, start, end },
      elsewhere:
        others.find((other) => other.segments.some((span) => span.start < end && start < span.end))?.place ?? null,
    }));
  });
}

function uncovered(segments: readonly Span[]): Span[] {
  const gaps: Span[] = [];
  let covered: number | null = null;
  for (const { start, end } of segments.toSorted((a, b) => a.start - b.start)) {
    if (covered !== null && start > covered) gaps.push({ start: covered, end: start });
    covered = Math.max(covered ?? end, end);
  }
  return gaps;
}
