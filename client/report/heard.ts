import { OTHER, type ReportDefinition } from "@sotto/wire";
import { ownMember } from "./record.ts";
import { type ClientFacts, wireValue } from "./values.ts";

/** What a program said of its fields, as far as a report can hold it; JSON. */
export type Heard = Readonly<Record<string, string | number | boolean>>;

/** Kinds of fields of which the client knows nothing by itself. */
export const KINDS_SAID: readonly string[] = ["boolean", "choice", "version", "bucket"];

/** Facts of which no field asks that a program speaks of. */
const NO_FACTS: ClientFacts = { runner: "script", age: 1, platform: OTHER, session: null };

/**
 * What is kept, until a report is sealed, of what a program said: for fields of the definition alone, and nothing that
 * the report could not hold. `wireValue` makes the same of it as of what was said.
 *
 * @param said an object, by the fields' names; anything else says nothing.
 * @param covered names of the report's fields that the user agreed to.
 */
export function heardValues(report: ReportDefinition, said: unknown, covered: ReadonlySet<string>): Heard {
  const heard = report.fields.flatMap((field): [string, string | number | boolean][] => {
    if (!covered.has(field.name) || field.kind === "counter") return [];
    const raw = saidOf(said, field.name);
    if (raw === undefined || raw === null) return [];
    switch (field.kind) {
      case "bucket": {
        const range = wireValue(field, raw, NO_FACTS);
        return typeof range === "number" ? [[field.name, numberIn(range, field.bounds)]] : [];
      }
      case "platform":
        // What is no text says nothing; left out altogether it would stand for the client's own.
        return [[field.name, wireValue(field, raw, NO_FACTS) ?? false]];
      case "boolean":
      case "choice":
      case "version": {
        const value = wireValue(field, raw, NO_FACTS);
        return value === null ? [] : [[field.name, value]];
      }
      default:
        return [];
    }
  });
  return Object.fromEntries(heard);
}

/** What a program said of a field; undefined when it said nothing, or reading it failed. */
export function saidOf(said: unknown, name: string): unknown {
  if (typeof said !== "object" || said === null) return undefined;
  try {
    return ownMember(said as Readonly<Record<string, unknown>>, name);
  } catch {
    return undefined;
  }
}

/** Whether a report tells something that only the program knows. */
export function needsProgram(report: ReportDefinition): boolean {
  return report.fields.some(({ kind }) => KINDS_SAID.includes(kind));
}

/** A number in a bucket's range, the same whatever number was said. */
function numberIn(range: number, bounds: readonly number[]): number {
  const lower = bounds[range - 1];
  if (lower !== undefined) return lower;
  const [first = 0] = bounds;
  const whole = Math.ceil(first) - 1;
  // Beyond 2^53 doubles are more than one apart.
  return whole < first ? whole : -Number.MAX_VALUE;
}
