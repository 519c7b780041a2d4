import { dayOf, FUTURE_DAYS, LATE_DAYS, type Span, weekOf } from "@sotto/wire";
import type { ScannedSegment } from "../store/contract.ts";

/** So that a frame that is only just late, or early, is told from one that waits for a key. */
const MARGIN_DAYS = 7;

/** What of a segment is to be scanned. */
export interface Wanted {
  /** Only frames of these weeks; null for all frames. */
  readonly weeks: ReadonlySet<number> | null;
}

/** How a segment is to be scanned for a project. */
export interface Plan extends Wanted {
  /** Ids of all keys that it has been tried with afterwards. */
  readonly tried: readonly string[];
}

/** Which keys there are for a week, as {@link ScanKeys} knows it too. */
export interface WeekKeyIds {
  ofWeek(week: number): { readonly tried: readonly { readonly id: string }[] };
}

/**
 * Decides what of a segment is new: all of it when it was never scanned, else the weeks that a key has come for since.
 *
 * @param known what the store has of it; null when it was never scanned.
 * @returns null when nothing is.
 */
export function planScan(segment: Span, known: Pick<ScannedSegment, "tried"> | null, keys: WeekKeyIds): Plan | null {
  const byWeek = weeksOf(segment).map((week) => ({ week, ids: keys.ofWeek(week).tried.map(({ id }) => id) }));
  const tried = [...new Set([...(known?.tried ?? []), ...byWeek.flatMap(({ ids }) => ids)])].sort();
  if (known === null) return { weeks: null, tried };
  const isNew = (id: string) => !known.tried.includes(id);
  const weeks = new Set(byWeek.filter(({ ids }) => ids.some(isNew)).map(({ week }) => week));
  return weeks.size === 0 ? null : { weeks, tried };
}

/** What several projects want of a segment together; null when none wants anything. */
export function mergePlans(plans: readonly (Wanted | null)[]): Wanted | null {
  const wanted = plans.filter((plan) => plan !== null);
  if (wanted.length === 0) return null;
  const isAll = wanted.some(({ weeks }) => weeks === null);
  return { weeks: isAll ? null : new Set(wanted.flatMap(({ weeks }) => [...(weeks ?? [])])) };
}

/** The weeks that frames of a segment are of. */
function weeksOf({ start, end }: Span): number[] {
  const first = weekOf(dayOf(start) - LATE_DAYS - MARGIN_DAYS);
  const last = weekOf(dayOf(end - 1) + FUTURE_DAYS + MARGIN_DAYS);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
