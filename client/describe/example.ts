import { type Field, type ReportDefinition, WINDOWS_BACK_KEY } from "@sotto/wire";
import { alternativesOf, carriedOn, hasCounters } from "../check/carried.ts";
import { reportText, type WireValue } from "../check/size.ts";

/** A value of no machine in particular. Small numbers: large ones are what a reader would take for a threat. */
const EXAMPLE = { count: 12, countOfOne: 3, version: "1.4.2", age: 2, runner: "terminal", session: "k7q2mfxa" };

/** A report as it would look. */
export interface ExampleReport {
  /** As it goes over the wire, before it is sealed. */
  readonly text: string;
  readonly values: readonly { readonly field: Field; readonly value: WireValue }[];
  readonly hasWindowsBack: boolean;
}

/**
 * A report as it would look on a day; of fields that rotate it carries the first.
 *
 * @returns null when all fields expired.
 */
export function exampleOf(report: ReportDefinition, day: number): ExampleReport | null {
  const carried = carriedOn(report, day);
  const [fields = []] = alternativesOf(carried);
  if (fields.length === 0) return null;
  // In the order of the definition, as clients write it.
  const values = report.fields
    .filter((field) => fields.includes(field))
    .map((field) => ({ field, value: exampleValue(field) }));
  const entries = values.map(({ field, value }): [string, WireValue] => [field.key, value]);
  const hasWindowsBack = hasCounters(carried);
  const text = reportText(hasWindowsBack ? [...entries, [WINDOWS_BACK_KEY, 1]] : entries);
  return { text, values, hasWindowsBack };
}

function exampleValue(field: Field): WireValue {
  switch (field.kind) {
    case "boolean":
      return true;
    case "choice":
    case "platform":
      return field.values[0] ?? "";
    case "bucket":
      return 1;
    case "counter": {
      const [first] = field.values ?? [];
      if (first === undefined) return Math.min(field.max, EXAMPLE.count);
      return { [first]: Math.min(field.max, EXAMPLE.countOfOne) };
    }
    default:
      return EXAMPLE[field.kind];
  }
}
