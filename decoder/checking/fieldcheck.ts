import { type CounterField, type Field, OTHER } from "@sotto/wire";

/** What a record says of a field: an answer, or a counter's counts by value. */
export type Value = boolean | string | number | Readonly<Record<string, number>>;

/** Eight digits a number: more would be room for something else (docs/client-state.md, "Values on the wire"). */
const VERSION = /^(0|[1-9]\d{0,7})\.(0|[1-9]\d{0,7})\.(0|[1-9]\d{0,7})$/;

const SESSION = /^[a-z2-7]{8}$/;

const RUNNERS: readonly unknown[] = ["ci", "agent", "container", "terminal", "script"];

/** Weeks or days of use in four steps (docs/client-state.md, "Age"). */
const AGES: readonly unknown[] = [1, 2, 3, 4];

/**
 * Reads what a report says of a field. Counts above the field's `max` are clipped to it: one report adds no more.
 *
 * @param raw a value of JSON.
 * @returns null when the field cannot hold it.
 */
export function readValue(field: Field, raw: unknown): Value | null {
  return field.kind === "counter" ? readCounts(field, raw) : canHold(field, raw) ? (raw as Value) : null;
}

function canHold(field: Exclude<Field, CounterField>, raw: unknown): boolean {
  switch (field.kind) {
    case "boolean":
      return typeof raw === "boolean";
    case "choice":
    case "platform":
      return typeof raw === "string" && (raw === OTHER || field.values.includes(raw));
    case "bucket":
      return isWhole(raw) && raw <= field.bounds.length;
    case "version":
      return typeof raw === "string" && VERSION.test(raw);
    case "session":
      return typeof raw === "string" && SESSION.test(raw);
    case "age":
      return AGES.includes(raw);
    default:
      return RUNNERS.includes(raw);
  }
}

function readCounts({ max, values }: CounterField, raw: unknown): Value | null {
  if (values === undefined) return isWhole(raw) ? Math.min(raw, max) : null;
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return null;
  const given = new Map<string, unknown>(Object.entries(raw));
  const counts: [string, number][] = [];
  for (const value of [...values, OTHER]) {
    const count = given.get(value) ?? 0;
    if (!isWhole(count)) return null;
    given.delete(value);
    if (count > 0) counts.push([value, Math.min(count, max)]);
  }
  return given.size === 0 ? Object.fromEntries(counts) : null;
}

/** -0 is a number of JSON, and no count. */
function isWhole(raw: unknown): raw is number {
  return Number.isSafeInteger(raw) && (raw as number) >= 0 && !Object.is(raw, -0);
}
