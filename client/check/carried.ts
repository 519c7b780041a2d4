import { type Field, isExpired, type ReportDefinition } from "@sotto/wire";

/** The fields that are in a report, expired ones left out. */
export interface Carried {
  /** In every report. */
  readonly always: readonly Field[];
  /** Of these exactly one is; none when there is no rotation, or all of it expired. */
  readonly rotated: readonly Field[];
}

/**
 * What a report carries on a day.
 *
 * @param day days since 1970-01-01 UTC.
 */
export function carriedOn({ fields, rotate }: Pick<ReportDefinition, "fields" | "rotate">, day: number): Carried {
  const live = fields.filter((field) => !isExpired(field, day));
  return {
    always: live.filter(({ name }) => !rotate.includes(name)),
    rotated: live.filter(({ name }) => rotate.includes(name)),
  };
}

/** Every set of fields that one report can hold: one for each field that rotates. */
export function alternativesOf({ always, rotated }: Carried): Field[][] {
  return rotated.length === 0 ? [[...always]] : rotated.map((field) => [...always, field]);
}

/** Whether a report counts over a window, and so says how many windows ago that was. */
export function hasCounters({ always, rotated }: Carried): boolean {
  return [...always, ...rotated].some(({ kind }) => kind === "counter");
}
