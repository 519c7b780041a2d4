import { type Field, isExpired, OTHER, type ReportDefinition } from "@sotto/wire";
import fc from "fast-check";

const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

/** Any value of a field as docs/definition.md allows it, written down anew: not by the code that is tested. */
function anyValue(field: Field): fc.Arbitrary<unknown> {
  switch (field.kind) {
    case "boolean":
      return fc.boolean();
    case "choice":
    case "platform":
      return fc.constantFrom(OTHER, ...field.values);
    case "version":
      return fc.tuple(fc.nat(999), fc.nat(999), fc.nat(999)).map((numbers) => numbers.join("."));
    case "bucket":
      return fc.nat(field.bounds.length);
    case "age":
      return fc.integer({ min: 1, max: 4 });
    case "runner":
      return fc.constantFrom("ci", "agent", "container", "terminal", "script");
    case "session":
      return fc.string({ unit: fc.constantFrom(...BASE32), minLength: 8, maxLength: 8 });
    case "counter": {
      const count = fc.oneof(fc.constant(field.max), fc.nat(field.max));
      if (field.values === undefined) return count;
      const names = [...field.values, OTHER];
      return fc.array(fc.option(count), { minLength: names.length, maxLength: names.length }).map((counts) => {
        return Object.fromEntries(names.flatMap((name, at) => (counts[at] === null ? [] : [[name, counts[at]]])));
      });
    }
  }
}

/** The text of any valid report of a definition on a day; null when it has nothing to say. */
export function anyReport({ fields, rotate }: ReportDefinition, today: number): fc.Arbitrary<string | null> {
  const live = fields.filter((field) => !isExpired(field, today));
  const rotating = live.filter(({ name }) => rotate.includes(name));
  const drawn = rotating.length === 0 ? fc.constant(null) : fc.constantFrom(...rotating);
  return drawn.chain((one) => {
    const carried = live.filter((field) => !rotating.includes(field) || field === one);
    if (carried.length === 0) return fc.constant(null);
    const counts = live.some(({ kind }) => kind === "counter");
    const members = carried.map((field) => anyValue(field).map((value) => [field.key, value]));
    return fc
      .tuple(fc.tuple(...members), fc.integer({ min: 1, max: 3 }))
      .map(([entries, back]) => JSON.stringify(Object.fromEntries(counts ? [...entries, ["w", back]] : entries)));
  });
}
