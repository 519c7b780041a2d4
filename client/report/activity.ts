import { type CounterField, OTHER } from "@sotto/wire";
import { ownMember } from "./record.ts";
import { MAX_WINDOWS_BACK } from "./window.ts";

/** What a counter has: a count, or counts by listed value and {@link OTHER}. Whole numbers, 1 to the field's `max`. */
export type CounterTotal = number | Readonly<Record<string, number>>;

/** What was counted, by the counter's name; JSON. */
export type Counts = Readonly<Record<string, CounterTotal>>;

/** What was counted in a window. */
export interface WindowActivity {
  /** As `windowOf` gives it. */
  readonly window: number;
  readonly counts: Counts;
}

/**
 * Adds to a counter. Counts are clipped at every step: a sum of non-negative numbers that saturates does not depend on
 * the order.
 *
 * @param value what the program counted: one that is not listed, or none, is {@link OTHER}; not looked at where the
 *   field has no values.
 * @param count how often, rounded down; what is no finite number or below 1 counts nothing.
 */
export function withCount(counts: Counts, field: CounterField, value: unknown, count: unknown): Counts {
  const added = clipped(count, field.max);
  if (added === 0) return counts;
  const { name, values } = field;
  const one: CounterTotal = values === undefined ? added : { [listed(values, value)]: added };
  return { ...counts, [name]: sum(field, ownMember(counts, name), one) };
}

/**
 * What two processes counted in the same window, together; associative and commutative.
 *
 * @param fields the report's counters. Counters that it has not are left out.
 */
export function mergeCounts(fields: readonly CounterField[], a: Counts, b: Counts): Counts {
  const merged = fields.flatMap((field): [string, CounterTotal][] => {
    const [left, right] = [ownMember(a, field.name), ownMember(b, field.name)];
    if (left === undefined && right === undefined) return [];
    return [[field.name, sum(field, left, right)]];
  });
  return Object.fromEntries(merged);
}

/** Puts the counts of a window to those that are there. The result is in the order of the windows. */
export function withActivity(
  activity: readonly WindowActivity[],
  fields: readonly CounterField[],
  { window, counts }: WindowActivity,
): readonly WindowActivity[] {
  const known = activity.find((entry) => entry.window === window)?.counts ?? {};
  const others = activity.filter((entry) => entry.window !== window);
  const merged = { window, counts: mergeCounts(fields, known, counts) };
  return [...others, merged].toSorted((a, b) => a.window - b.window);
}

/**
 * What of the activity may still be reported: not what was reported, and not what lies further from the present than
 * a report may tell. What lies ahead was counted while the clock ran ahead, or the clock is behind now.
 *
 * @param present the window of today.
 */
export function reportableActivity(
  activity: readonly WindowActivity[],
  present: number,
  reported: readonly number[],
): readonly WindowActivity[] {
  return activity.filter(({ window }) => {
    return Math.abs(window - present) <= MAX_WINDOWS_BACK && !reported.includes(window);
  });
}

/**
 * A counter's counts as a report tells them: in listed order, then {@link OTHER}, without zeros.
 *
 * @param total what was counted; absent when nothing was.
 * @returns a number for a field without values.
 */
export function countsOf(
  { max, values }: CounterField,
  total: CounterTotal | undefined,
): number | readonly (readonly [value: string, count: number])[] {
  // A field that got values, or lost them, since it was counted: what was counted belongs to another question.
  if (values === undefined) return typeof total === "number" ? clipped(total, max) : 0;
  const byValue = typeof total === "object" ? total : {};
  return [...values, OTHER]
    .map((value) => [value, clipped(ownMember(byValue, value), max)] as const)
    .filter(([, count]) => count > 0);
}

function sum(field: CounterField, a: CounterTotal | undefined, b: CounterTotal | undefined): CounterTotal {
  const [left, right] = [countsOf(field, a), countsOf(field, b)];
  if (typeof left === "number" || typeof right === "number") {
    return clipped((typeof left === "number" ? left : 0) + (typeof right === "number" ? right : 0), field.max);
  }
  const both = new Map(left);
  for (const [value, count] of right) both.set(value, clipped((both.get(value) ?? 0) + count, field.max));
  return Object.fromEntries(both);
}

function listed(values: readonly string[], value: unknown): string {
  return typeof value === "string" && values.includes(value) ? value : OTHER;
}

function clipped(count: unknown, max: number): number {
  if (typeof count !== "number" || !Number.isFinite(count) || count < 1) return 0;
  return Math.min(Math.floor(count), max);
}
