import { type Definition, encodePublicKey, type Field, generateKeyPair } from "@sotto/wire";
import fc from "fast-check";

/** A report definition, or a part of one, as it stands in a file. */
export type Raw = { [name: string]: unknown };

/** Where something stands in a definition. */
export type Path = readonly (string | number)[];

/** Public keys, of secrets that each consist of one number. */
export const KEYS = Array.from({ length: 8 }, (_, index) => {
  const { publicKey } = generateKeyPair((length) => new Uint8Array(length).fill(index + 1));
  return { publicKey, text: encodePublicKey(publicKey) };
});

export function keyText(index: number): string {
  return KEYS[index]?.text ?? "";
}

/** What every field has; its kind says the rest. */
export function rawField(key: string, kind: string, members: Raw = {}): Raw {
  return {
    key,
    kind,
    description: "What it tells.",
    reason: "What for.",
    owner: "Build team",
    expires: "2028-01-01",
    ...members,
  };
}

/** A definition that uses everything there is. */
export function completeDefinition(): Raw {
  return {
    $schema: "./definition.schema.json",
    sotto: 1,
    project: "left-pad",
    title: "Left Pad",
    about: "https://left-pad.example/telemetry",
    contact: "team@left-pad.example",
    consent: "notice",
    zones: [
      { zone: "r.example.net", ack: ["198.18.0.7", "198.18.0.8"], bits: 16 },
      { zone: "r.example.org", ack: ["198.18.0.7"] },
    ],
    keys: [
      { key: keyText(0), from: "2026-11-23", until: "2026-12-07" },
      { key: keyText(1), from: "2026-11-30" },
    ],
    ciSample: 0.25,
    reports: {
      weekly: {
        window: "week",
        description: "How the program is used.",
        fields: {
          tty: rawField("t", "boolean", { epsilon: 2 }),
          command: rawField("c", "choice", { values: ["build", "test"], epsilon: 1.5 }),
          version: rawField("v", "version", { link: "https://left-pad.example/issues/1#why" }),
          files: rawField("f", "bucket", { bounds: [0, 10, 100.5], epsilon: 16 }),
          age: rawField("a", "age"),
          runner: rawField("r", "runner"),
          platform: rawField("p", "platform", { values: ["linux-x64", "darwin-arm64"] }),
          session: rawField("s", "session"),
        },
        rotate: ["command", "files"],
      },
      daily: {
        window: "day",
        description: "How often it runs.",
        fields: {
          runs: rawField("r", "counter", { max: 1000 }),
          errors: rawField("e", "counter", { max: 50, values: ["E_IO", "E_NET"] }),
        },
      },
    },
  };
}

/** A copy with another value at a place; none at all there when it is undefined. */
export function withValue(root: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(root)) return root.with(step as number, withValue(root[step as number], rest, value));
  const members = new Map(Object.entries(root as Raw));
  members.set(String(step), withValue(members.get(String(step)), rest, value));
  if (rest.length === 0 && value === undefined) members.delete(String(step));
  return Object.fromEntries(members);
}

/** Every place in a value, the value itself first. */
export function pathsIn(root: unknown): Path[] {
  if (typeof root !== "object" || root === null) return [[]];
  const steps: [string | number, unknown][] = Array.isArray(root) ? [...root.entries()] : Object.entries(root);
  return [[], ...steps.flatMap(([step, value]) => pathsIn(value).map((path) => [step, ...path]))];
}

/** A place as messages name it. */
export function shown(path: Path): string {
  return path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
    .join("")
    .replace(/^\./, "");
}

/** What stands at a place. */
export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => (value as Raw)[step], root);
}

const date = fc.integer({ min: 0, max: 30_000 }).map(dateOf);
const letters = fc.constantFrom("a", "B", " ", "7", '"', "\\", "é", "字", "😀", "\u200f", "<");

function dateOf(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

/** Days since 1970-01-01, by the calendar of JavaScript. */
function dayOf(text: string): number {
  const [year = 0, month = 0, day = 0] = text.split("-").map(Number);
  return Date.UTC(year, month - 1, day) / 86_400_000;
}

function line(max: number): fc.Arbitrary<string> {
  const some = fc.string({ unit: letters, maxLength: Math.min(max - 1, 12) }).map((text) => `x${text}`);
  return fc.oneof({ weight: 8, arbitrary: some }, fc.constant("😀".repeat(max)));
}

const address = fc
  .stringMatching(/^[a-z]{1,8}(\.[a-z]{1,3}){0,2}(:[0-9]{1,5})?(\/[a-z%&=+.~-]{0,9})?(#[a-z]{0,3})?$/)
  .map((rest) => `https://${rest}`);

const zone = fc.record(
  {
    zone: fc.stringMatching(/^[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,8}[a-z0-9_])?(\.[a-z0-9]{1,12}){0,3}\.?$/),
    ack: fc.uniqueArray(fc.ipV4(), { maxLength: 8 }),
    bits: fc.integer({ min: 0, max: 22 }),
  },
  { requiredKeys: ["zone"] },
);

const epochKey = fc
  .record({
    index: fc.nat(KEYS.length - 1),
    week: fc.integer({ min: 0, max: 4000 }),
    weeks: fc.option(fc.integer({ min: 1, max: 200 }), { nil: undefined }),
  })
  .map(({ index, week, weeks }) => ({
    key: keyText(index),
    from: dateOf(4 + 7 * week),
    ...(weeks === undefined ? {} : { until: dateOf(4 + 7 * (week + weeks)) }),
  }));

const values = fc.uniqueArray(
  fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._+:/-]{0,31}$/).filter((value) => value !== "other"),
  { minLength: 1, maxLength: 64 },
);
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const bounds = fc
  .uniqueArray(number, { minLength: 1, maxLength: 32 })
  .map((numbers) => numbers.toSorted((a, b) => a - b));
const epsilon = fc.double({ min: 0, max: 16, minExcluded: true, noNaN: true });
const max = fc.integer({ min: 1, max: 1_000_000 });

function kind(name: string, members: Record<string, fc.Arbitrary<unknown>> = {}, requiredKeys: string[] = []) {
  return fc.record(members, { requiredKeys }).map((special) => ({ ...special, kind: name }));
}

const kindMembers = fc.oneof(
  kind("boolean", { epsilon }),
  kind("choice", { values, epsilon }, ["values"]),
  kind("version"),
  kind("bucket", { bounds, epsilon }, ["bounds"]),
  kind("counter", { max, values }, ["max"]),
  kind("age"),
  kind("runner"),
  kind("platform", { values }, ["values"]),
  kind("session"),
);

const fieldName = fc.oneof(fc.stringMatching(/^[a-z][a-z0-9_-]{0,31}$/), fc.constantFrom("constructor", "w"));
const reportName = fc.oneof(fc.stringMatching(/^[a-z][a-z0-9-]{0,31}$/), fc.constant("constructor"));
const commonMembers = fc.record(
  {
    key: fc.stringMatching(/^[a-z][a-z0-9]{0,3}$/).filter((key) => key !== "w"),
    description: line(500),
    reason: line(500),
    link: address,
    owner: line(80),
    expires: date,
  },
  { requiredKeys: ["key", "description", "reason", "owner", "expires"] },
);
const field = fc
  .tuple(fieldName, commonMembers, kindMembers)
  .map(([name, common, special]) => ({ name, key: common.key, raw: { ...special, ...common } }));

const report: fc.Arbitrary<RawReport> = fc
  .uniqueArray(field, { minLength: 1, maxLength: 6, comparator: (a, b) => a.name === b.name || a.key === b.key })
  .chain((fields) => {
    const names = fields.map(({ name }) => name);
    const rotate =
      names.length < 2
        ? fc.constant(undefined)
        : fc.option(fc.shuffledSubarray(names, { minLength: 2 }), { nil: undefined });
    return fc.record({
      window: fc.constantFrom("week", "day"),
      description: line(500),
      fields: fc.constant(Object.fromEntries(fields.map(({ name, raw }) => [name, raw]))),
      rotate,
    });
  })
  .map(({ rotate, ...rest }): RawReport => (rotate === undefined ? rest : { ...rest, rotate }));

/** A valid definition as a generator makes it. */
export interface RawDefinition {
  $schema?: string;
  sotto: number;
  project: string;
  title?: string;
  about?: string;
  contact?: string;
  consent?: string;
  zones: { zone: string; ack?: string[]; bits?: number }[];
  keys: { key: string; from: string; until?: string }[];
  ciSample?: number;
  reports: { [name: string]: RawReport };
}

interface RawReport {
  window: string;
  description: string;
  fields: { [name: string]: { kind: string; key: string; expires: string } };
  rotate?: string[];
}

const anyDefinition: fc.Arbitrary<RawDefinition> = fc.record(
  {
    $schema: fc.string({ unit: letters }),
    sotto: fc.constant(1),
    project: fc.stringMatching(/^[a-z0-9-]{1,32}$/),
    title: line(80),
    about: address,
    contact: fc.oneof(address, fc.constantFrom("a@b", "x.y+z@mail.example.net")),
    consent: fc.constantFrom("ask", "notice"),
    zones: fc.uniqueArray(zone, { minLength: 1, maxLength: 4, selector: (item) => canonicalZone(item.zone) }),
    keys: fc.uniqueArray(epochKey, { maxLength: 3, selector: ({ key }) => key }),
    ciSample: fc.double({ min: 0, max: 1, minExcluded: true, noNaN: true }),
    reports: fc
      .uniqueArray(fc.tuple(reportName, report), { maxLength: 3, selector: ([name]) => name })
      .map((reports) => Object.fromEntries(reports)),
  },
  { requiredKeys: ["sotto", "project", "zones", "keys", "reports"] },
);

/** Any valid definition as it stands in a file. */
export const definitions = anyDefinition.filter(({ reports }) => {
  const fields = Object.values(reports).flatMap((value) => Object.entries(value.fields));
  const counters = fields.filter(([, { kind: of }]) => of === "counter").map(([name]) => name);
  return new Set(counters).size === counters.length;
});

function canonicalZone(text: string): string {
  return text.replace(/\.$/, "").toLowerCase();
}

/** What a valid definition is read as. */
export function expectedOf({ $schema, sotto, ...raw }: RawDefinition): Definition {
  return {
    ...raw,
    consent: raw.consent === "notice" ? "notice" : "ask",
    zones: raw.zones.map((item) => ({ ...item, zone: canonicalZone(item.zone), ack: item.ack ?? [] })),
    keys: raw.keys.map(({ key, from, until }) => ({
      publicKey: KEYS.find(({ text }) => text === key)?.publicKey ?? new Uint8Array(),
      from: dayOf(from),
      until: until === undefined ? dayOf(from) + 728 : dayOf(until),
    })),
    ciSample: raw.ciSample ?? 0.0625,
    reports: Object.entries(raw.reports).map(([name, value]) => ({
      name,
      window: value.window === "day" ? "day" : "week",
      description: value.description,
      fields: Object.entries(value.fields).map(([of, { expires, ...rest }]) => {
        return { name: of, ...rest, expires: dayOf(expires) } as unknown as Field;
      }),
      rotate: value.rotate ?? [],
    })),
  };
}
