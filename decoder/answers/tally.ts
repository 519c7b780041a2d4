import type { Field, ReportDefinition } from "@sotto/wire";
import { readValue, type Value } from "../checking/fieldcheck.ts";
import { formatValues, parseValues, type Values } from "../checking/reportcheck.ts";
import type { TallyRow } from "../store/contract.ts";
import { CellTable, type Place } from "./celltable.ts";
import { fits, isPrivate } from "./condition.ts";
import { type Condition, UNTOLD } from "./model.ts";

/** Runners that are people, as far as anybody can tell. */
export const PEOPLE: readonly string[] = ["terminal", "script"];

/** The one value of a counter without values. */
export const TOTAL = "total";

/** Rows of {@link FieldTally.told}. */
export const TOLD = "told";
export const SUM = "sum";

/**
 * Groups of reports with equal exact fields that are kept apart. With more of them the smallest is hardly above one
 * report, and one hides nobody.
 */
const MAX_COHORTS = 10_000;

/** What is counted, of which windows. */
export interface TallyPlan {
  readonly report: ReportDefinition;
  /** The first window, and how many. */
  readonly first: number;
  readonly windows: number;
  readonly where: readonly Condition[];
}

/** What was counted of one field. */
export interface FieldTally {
  readonly values: CellTable;
  /** {@link TOLD}: reports that tell of it; {@link SUM}: what they counted, all values together. */
  readonly told: CellTable;
  /** Records that say of it what the definition does not know (any more). */
  unknown: number;
}

/**
 * Counts of a report's records, as much as its answers need: by window, who runs it, age, and each field's values.
 * Combinations of fields are not kept, so its size depends on the definition and not on how many report.
 */
export class Tally {
  readonly plan: TallyPlan;
  /** Who runs it: all records that fit. */
  readonly runners = new CellTable();
  /** {@link TOLD}: the records that ages and fields are of. */
  readonly counted = new CellTable();
  /** By name: all fields but runner and session. */
  readonly fields = new Map<string, FieldTally>();
  /** Of each private field: reports of the last window that have the same exact fields. */
  readonly #cohorts = new Map<string, Map<string, number>>();
  readonly #runner: Field | undefined;
  readonly #counts: ReadonlySet<string> | null;

  constructor(plan: TallyPlan) {
    this.plan = plan;
    this.#runner = plan.report.fields.find(({ kind }) => kind === "runner");
    this.#counts = countedRunners(plan);
    for (const { name, kind } of plan.report.fields) {
      if (kind === "runner" || kind === "session") continue;
      this.fields.set(name, { values: new CellTable(), told: new CellTable(), unknown: 0 });
    }
  }

  /** Adds records that say the same, of a window of the plan; others are left out. */
  add({ window, values: text, count }: TallyRow): void {
    const at = window - this.plan.first;
    if (at < 0 || at >= this.plan.windows) return;
    const values = parseValues(text);
    if (at === this.plan.windows - 1) this.#addCohorts(values, count);
    if (!fits(values, this.plan.where)) return;
    const runner = this.#runner === undefined ? UNTOLD : String(values.get(this.#runner.name) ?? UNTOLD);
    const place: Place = { at, isSampled: runner === "ci" };
    this.runners.add(runner, place, count);
    if (this.#counts !== null && !this.#counts.has(runner)) return;
    this.counted.add(TOLD, place, count);
    for (const field of this.plan.report.fields) this.#addField(field, values.get(field.name), place, count);
  }

  /** Reports in the smallest group of those that tell of a private field and are equal in all exact fields. */
  smallestCohort(field: string): number {
    const cohorts = this.#cohorts.get(field);
    if (cohorts === undefined || cohorts.size > MAX_COHORTS) return 0;
    return Math.min(...cohorts.values());
  }

  #addField(field: Field, said: Value | undefined, place: Place, count: number): void {
    const tally = this.fields.get(field.name);
    if (tally === undefined || said === undefined) return;
    // The definition may have changed since the record was checked against it.
    const value = readValue(field, said);
    if (value === null) {
      tally.unknown += count;
      return;
    }
    const parts = partsOf(field, value);
    tally.told.add(TOLD, place, count);
    const sum = parts.reduce((total, [, each]) => total + each, 0);
    if (sum > 0) tally.told.add(SUM, place, count, sum);
    for (const [name, each] of parts) if (each > 0) tally.values.add(name, place, count, each);
  }

  #addCohorts(values: Values, count: number): void {
    const blurred = this.plan.report.fields.filter(isPrivate).filter(({ name }) => values.has(name));
    if (blurred.length === 0) return;
    const hidden = new Set(blurred.map(({ name }) => name));
    const exact = formatValues(new Map([...values].filter(([name]) => !hidden.has(name))));
    // Which blurred fields a report has is not blurred.
    const key = `${exact} ${[...hidden].join()}`;
    for (const { name } of blurred) {
      const cohorts = this.#cohorts.get(name) ?? new Map<string, number>();
      this.#cohorts.set(name, cohorts);
      if (cohorts.size <= MAX_COHORTS) cohorts.set(key, (cohorts.get(key) ?? 0) + count);
    }
  }
}

/**
 * Whose reports ages and fields are of: people's, and of those who do not say; where runners were chosen, theirs.
 *
 * @returns null when all are counted.
 */
export function countedRunners({ report, where }: Pick<TallyPlan, "report" | "where">): ReadonlySet<string> | null {
  const runner = report.fields.find(({ kind }) => kind === "runner");
  if (runner === undefined || where.some(({ field }) => field === runner.name)) return null;
  return new Set([...PEOPLE, UNTOLD]);
}

function partsOf({ kind }: Field, value: Value): (readonly [value: string, each: number])[] {
  if (kind !== "counter") return [[String(value), 1]];
  return typeof value === "object" ? Object.entries(value) : [[TOTAL, Number(value)]];
}
