import type { Span } from "@sotto/wire";

/** A time for which a place has no segment, between its first and its last, and another place has one. */
export interface Gap extends Span {
  readonly place: string;
  readonly elsewhere: string;
}

/** A place with what it lists. */
export interface Listing {
  readonly place: string;
  readonly segments: readonly Span[];
}

/**
 * Finds the times of which a place has no segment and another one has. A quiet hour leaves none, so one place alone proves
 * nothing by it; but where another collector of the zone has a segment of that time, somebody may have lost one.
 */
export function gapsOf(listings: readonly Listing[]): Gap[] {
  return listings.flatMap(({ place, segments }) => {
    const others = listings.filter((listing) => listing.place !== place);
    return uncovered(segments).flatMap(({ start, end }) => {
      const other = others.find((one) => one.segments.some((span) => span.start < end && start < span.end));
      return other === undefined ? [] : { place, start, end, elsewhere: other.place };
    });
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
