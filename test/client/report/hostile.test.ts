import { type Definition, type Field, parseDefinition, parseText } from "@sotto/wire";
import fc from "fast-check";
import { expect, it } from "vitest";
import { composeReport, type ReportOutcome } from "../../../client/report/compose.ts";
import type { ClientFacts } from "../../../client/report/values.ts";
import { definitions } from "../../wire/definitions.ts";
import { RUNS } from "../../wire/property.ts";
import { TODAY } from "./definition.ts";
import { seeded } from "./randomness.ts";

const SECRET = "the-secret-that-must-not-leave";
const client: ClientFacts = { runner: "terminal", age: 1, platform: SECRET, session: "abcdefg7" };

function thrower(): never {
  throw new Error(SECRET);
}

/** Makes a value: fast-check itself must not touch those that throw. */
type Made = () => unknown;

const traps: readonly unknown[] = [
  true,
  false,
  5,
  Number.NaN,
  SECRET,
  SECRET.repeat(10_000),
  `1.2.3-${SECRET}`,
  Symbol(SECRET),
  thrower,
  { toJSON: () => SECRET, toString: () => SECRET, valueOf: () => 1 },
  Object.assign(() => SECRET, { toJSON: () => SECRET }),
  Object(SECRET),
  Object(true),
  [SECRET],
  new Proxy({}, { get: thrower, ownKeys: thrower, getOwnPropertyDescriptor: thrower }),
  new Proxy([], { get: () => SECRET }),
];

/** Everything that a program could pass by mistake, or to get something else out. */
const raw: fc.Arbitrary<Made> = fc.oneof(
  fc
    .anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true })
    .map((value) => () => value),
  fc.nat(traps.length - 1).map((index) => () => traps[index]),
);

const objects: readonly unknown[] = [
  new Proxy({}, { get: thrower, has: thrower, getOwnPropertyDescriptor: thrower, ownKeys: thrower }),
  new Proxy({}, { get: () => SECRET, getOwnPropertyDescriptor: () => ({ value: SECRET, configurable: true }) }),
  Object.create({ constructor: SECRET }),
];

/** An application's object for these names: plain, with getters that throw or tell, or a proxy that does. */
function application(names: readonly string[]): fc.Arbitrary<Made> {
  const values = fc.array(raw, { minLength: names.length, maxLength: names.length });
  const plain = values.map((made) => () => Object.fromEntries(names.map((name, index) => [name, made[index]?.()])));
  const getters = values.map((made) => () => {
    const object = {};
    for (const [index, name] of names.entries()) {
      const get = name.length % 2 === 0 ? thrower : () => made[index]?.();
      Object.defineProperty(object, name, { get, enumerable: true });
    }
    return object;
  });
  const others = fc.nat(objects.length - 1).map((index) => () => objects[index]);
  return fc.oneof({ weight: 4, arbitrary: plain }, getters, others, raw);
}

/** Whether a value read from a report is one of those that its field declares. */
function isDeclared(field: Field, value: unknown): boolean {
  switch (field.kind) {
    case "boolean":
      return typeof value === "boolean";
    case "choice":
    case "platform":
      return [...field.values, "other"].includes(value as string);
    case "version":
      return /^\d{1,8}\.\d{1,8}\.\d{1,8}$/.test(value as string);
    case "bucket":
      return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= field.bounds.length;
    case "age":
      return value === 1;
    case "runner":
      return value === "terminal";
    case "session":
      return value === "abcdefg7";
    default: {
      const isCount = (count: unknown) =>
        Number.isInteger(count) && (count as number) >= 0 && (count as number) <= field.max;
      if (field.values === undefined) return isCount(value);
      const listed = [...field.values, "other"];
      return Object.entries(value as object).every(
        ([name, count]) => listed.includes(name) && count > 0 && isCount(count),
      );
    }
  }
}

function expectDeclared(
  outcome: ReportOutcome,
  report: Definition["reports"][number],
  granted: ReadonlySet<string>,
): void {
  if (outcome.type !== "text") return;
  expect(outcome.text).not.toContain(SECRET);
  expect(outcome.text).toMatch(/^[!-~]+$/);
  const told = parseText(new TextEncoder().encode(outcome.text));
  const { w, ...rest } = told;
  expect(w).toBe(2);
  for (const [key, value] of Object.entries(rest)) {
    const field = report.fields.find((one) => one.key === key);
    expect(field !== undefined && granted.has(field.name) && TODAY < field.expires && isDeclared(field, value)).toBe(
      true,
    );
  }
  const declared = report.fields.map(({ key }) => key).filter((key) => Object.hasOwn(rest, key));
  expect(Object.keys(told)).toEqual([...declared, "w"]);
  const rotated = report.fields.filter(({ name, key }) => report.rotate.includes(name) && Object.hasOwn(rest, key));
  expect(rotated.length).toBeLessThanOrEqual(1);
}

it("nothing that an application says throws, or puts anything but declared values into a report", () => {
  const random = seeded("hostile");
  let texts = 0;
  fc.assert(
    fc.property(
      definitions
        .map((text) => parseDefinition(JSON.stringify(text)))
        .filter(({ reports }) => reports.length > 0)
        .chain(({ reports: [report] }) => {
          if (report === undefined) throw new Error("filtered above");
          const names = report.fields.map(({ name }) => name);
          return fc.tuple(
            fc.constant(report),
            application(names),
            fc.subarray(names),
            fc.dictionary(fc.constantFrom(...names), fc.nat()),
          );
        }),
      ([report, said, names, counts]) => {
        const granted = new Set(names);
        const due = { window: 2966, back: 2 };
        const input = { report, due, day: TODAY, granted, application: said(), counts, client, draws: null };
        const { outcome } = composeReport(input, random);
        if (outcome.type === "text") texts++;
        expectDeclared(outcome, report, granted);
      },
    ),
    { ...RUNS, numRuns: 3000 },
  );
  expect(texts).toBeGreaterThan(500);
});
