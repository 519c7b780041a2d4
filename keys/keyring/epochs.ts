import { keyOfDay } from "@sotto/wire";
import { UsageError } from "../errors.ts";

/** Weeks of a year, of which a duration speaks: three years are 156 weeks, so that epochs of weeks fill them. */
const WEEKS_OF: Readonly<Record<string, number>> = { w: 1, week: 1, weeks: 1, y: 52, year: 52, years: 52 };

/** An epoch is a week to a year long. */
export const MAX_EPOCH_WEEKS = 52;

/** Keys are made for ten years ahead at most. */
export const MAX_AHEAD_WEEKS = 520;

/** Whole weeks: from a Monday up to, and without, another; days since 1970-01-01 UTC. */
export interface Epoch {
  readonly from: number;
  readonly until: number;
}

/**
 * Reads a number of weeks: `week`, `4w`, `26 weeks`, `year`, `3y`.
 *
 * @param what it is for, for the message.
 * @param max the longest that is allowed, in weeks.
 * @throws UsageError `SOTTO_WEEKS`.
 */
export function parseWeeks(text: string, what: string, max: number): number {
  const [, count = "", unit = ""] = /^(\d{0,4}) ?([a-z]+)$/.exec(text.trim().toLowerCase()) ?? [];
  const weeks = (count === "" ? 1 : Number(count)) * (WEEKS_OF[unit] ?? Number.NaN);
  if (!(weeks >= 1 && weeks <= max)) {
    const longest = max % 52 === 0 ? `${max / 52}y` : `${max}w`;
    throw new UsageError("SOTTO_WEEKS", `${what} is a number of weeks or years, from week to ${longest}, such as 4w`);
  }
  return weeks;
}

/**
 * The epochs that are missing so that every week has one.
 *
 * @param present epochs that have a key already; they may overlap and leave gaps.
 * @param range what is to be covered: `from` its first Monday, for `weeks` weeks, by epochs of `every` weeks. Shorter ones
 *   come before a key that is there already; the last one ends when `weeks` are covered or later.
 */
export function missingEpochs(
  present: readonly Epoch[],
  { from, weeks, every }: { readonly from: number; readonly weeks: number; readonly every: number },
): Epoch[] {
  const end = from + 7 * weeks;
  const missing: Epoch[] = [];
  for (let start = from; start < end; ) {
    const covering = present.filter((epoch) => epoch.from <= start && start < epoch.until);
    if (covering.length > 0) {
      start = Math.max(...covering.map(({ until }) => until));
      continue;
    }
    const next = Math.min(...present.filter((epoch) => epoch.from > start).map((epoch) => epoch.from));
    const until = Math.min(start + 7 * every, next);
    missing.push({ from: start, until });
    start = until;
  }
  return missing;
}

/**
 * The keys that a report definition needs: of all, those that some day from `today`'s week on is sealed for, as
 * `keyOfDay` of wire chooses. Past keys, and keys that others stand before, are left out.
 *
 * @param keys in the order of the definition: of two that begin together the later one is taken.
 * @param monday the first day of the present week.
 */
export function publishedKeys<Key extends Epoch>(keys: readonly Key[], monday: number): Key[] {
  const boundaries = keys.flatMap(({ from, until }) => [from, until]).filter((day) => day > monday);
  const chosen = new Set<Key>();
  for (const day of [monday, ...boundaries]) {
    const key = keyOfDay(keys, day);
    if (key !== null) chosen.add(key);
  }
  return keys.filter((key) => chosen.has(key)).sort((a, b) => a.from - b.from);
}
