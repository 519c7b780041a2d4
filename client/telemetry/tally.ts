import { type Collection, type CounterField, isExpired, type ReportDefinition } from "@sotto/wire";
import { fieldId } from "../consent/fieldhash.ts";
import type { RunCounts } from "../installation/counts.ts";
import { type Counts, withCount } from "../report/activity.ts";

/** What a run has counted and not written yet, by day and report. */
export class Tally {
  readonly #counters = new Map<string, { readonly report: ReportDefinition; readonly field: CounterField }>();
  readonly #days = new Map<number, Map<string, Counts>>();

  constructor({ reports }: Collection) {
    for (const report of reports) {
      // No two reports have a counter of the same name.
      for (const field of report.fields)
        if (field.kind === "counter") this.#counters.set(field.name, { report, field });
    }
  }

  /** The counters of each report, by its name. */
  static countersOf({ reports }: Collection): Readonly<Record<string, readonly CounterField[]>> {
    return Object.fromEntries(
      reports.map(({ name, fields }) => [name, fields.filter((field) => field.kind === "counter")]),
    );
  }

  /**
   * Adds to a counter, unless the user did not agree to it, it expired, or the definition has none of that name.
   *
   * @param day of the use, days since 1970-01-01 UTC.
   */
  add(name: string, value: unknown, times: unknown, day: number, covered: ReadonlySet<string>): void {
    const counter = this.#counters.get(name);
    if (counter === undefined) return;
    const { report, field } = counter;
    if (!covered.has(fieldId(report, field)) || isExpired(field, day)) return;
    const reports = this.#days.get(day) ?? new Map<string, Counts>();
    const counts = withCount(reports.get(report.name) ?? {}, field, value, times);
    if (Object.keys(counts).length > 0) this.#days.set(day, reports.set(report.name, counts));
  }

  /** Adds what was counted of a day, as {@link add} does one by one. */
  addAll(counts: RunCounts, day: number, covered: ReadonlySet<string>): void {
    for (const counted of Object.values(counts)) {
      for (const [name, total] of Object.entries(counted)) {
        const byValue = typeof total === "number" ? [[undefined, total] as const] : Object.entries(total);
        for (const [value, times] of byValue) this.add(name, value, times, day, covered);
      }
    }
  }

  /** What was counted since it was last taken, by day. */
  take(): (readonly [day: number, counts: RunCounts])[] {
    const days = [...this.#days].map(([day, reports]) => [day, Object.fromEntries(reports)] as const);
    this.#days.clear();
    return days;
  }
}
