import { OTHER } from "@sotto/wire";
import type { UsualDefinition } from "./definition.ts";

/** What a run has counted, by report and counter, as a line of counts has it. */
export type Counting = Record<string, Record<string, number | Record<string, number>>>;

/** Without members that all objects have: a report may be called `constructor`. */
export function newCounting<T>(): Record<string, T> {
  return Object.create(null);
}

/** Adds to the counter of a name, if the definition has one, as `withCount` does. @returns whether anything was added. */
export function addTo(
  counting: Counting,
  { reports = {} }: UsualDefinition,
  counter: string,
  value: unknown,
  times: unknown,
): boolean {
  if (typeof times !== "number" || !(times >= 1 && times < Number.POSITIVE_INFINITY)) return false;
  for (const report in reports) {
    const fields = reports[report]?.fields ?? {};
    const field = Object.hasOwn(fields, counter) ? fields[counter] : undefined;
    if (field?.kind !== "counter") continue;
    const { max, values } = field;
    counting[report] ??= newCounting();
    let totals = counting[report];
    let name = counter;
    if (values !== undefined) {
      totals[counter] ??= newCounting();
      totals = totals[counter] as Record<string, number>;
      name = typeof value === "string" && values.includes(value) ? value : OTHER;
    }
    const total = (totals[name] ?? 0) as number;
    totals[name] = Math.min(total + Math.floor(times), max);
    return true;
  }
  return false;
}
