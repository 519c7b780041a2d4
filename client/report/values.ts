import { type BooleanField, type BucketField, type ChoiceField, type Field, OTHER } from "@sotto/wire";
import { isSessionId } from "./session.ts";
import type { Age } from "./window.ts";

/** Who runs the program. */
export type Runner = "ci" | "agent" | "container" | "terminal" | "script";

/** What a field with `epsilon` can answer. */
export type Answer = boolean | string | number;

/** What stands in a report: an answer, or a counter's counts by value, in the order in which they are written. */
export type WireValue = Answer | readonly (readonly [value: string, count: number])[];

/** A field whose answers can be counted up, so that one can be drawn. */
export type DrawableField = BooleanField | ChoiceField | BucketField;

/** What the client itself knows when it reports. */
export interface ClientFacts {
  readonly runner: Runner;
  readonly age: Age;
  /** System and architecture, `linux-x64`: for platform fields that the application says nothing of. */
  readonly platform: string;
  /** 8 base32 digits; null when no session is kept. */
  readonly session: string | null;
}

/** The longest version that is looked at; what stands behind its three numbers is cut anyway. */
const MAX_VERSION_CHARACTERS = 64;

/** Eight digits hold a date: 2026.1123.0, 0.0.20261123. More of them would be room for something else. */
const VERSION = /^\s*v?(\d{1,8})\.(\d{1,8})\.(\d{1,8})(?!\d)/i;

/**
 * What a report says of a field; counters apart, which are not told but counted.
 *
 * Only strings, numbers and booleans are looked at, and of these only what the field's kind takes: nothing of an object
 * is read, called or written.
 *
 * @param raw what the application said.
 * @returns null when the field is left out, since nothing that it can hold was said.
 */
export function wireValue(
  field: Exclude<Field, { kind: "counter" }>,
  raw: unknown,
  client: ClientFacts,
): Answer | null {
  switch (field.kind) {
    case "boolean":
      return typeof raw === "boolean" ? raw : null;
    case "choice":
      return listedValue(field.values, raw);
    case "platform":
      return listedValue(field.values, raw ?? client.platform);
    case "version":
      return versionValue(raw);
    case "bucket":
      return bucketValue(field, raw);
    case "age":
      return client.age;
    case "runner":
      return client.runner;
    case "session":
      return client.session !== null && isSessionId(client.session) ? client.session : null;
    default:
      return unknownKind(field);
  }
}

/** All that a field can answer, in the order in which randomised response numbers it from 0. */
export function answersOf(field: DrawableField): readonly Answer[] {
  switch (field.kind) {
    case "boolean":
      return [false, true];
    case "choice":
      return [...field.values, OTHER];
    default:
      return Array.from({ length: field.bounds.length + 1 }, (_, range) => range);
  }
}

/** A value as JSON, without blanks. Listed values are written in their order, which JSON.stringify would not keep. */
export function valueText(value: WireValue): string {
  if (typeof value !== "object") return JSON.stringify(value);
  return `{${value.map(([name, count]) => `${JSON.stringify(name)}:${count}`).join(",")}}`;
}

function listedValue(values: readonly string[], raw: unknown): string | null {
  if (typeof raw !== "string") return null;
  return values.includes(raw) ? raw : OTHER;
}

function versionValue(raw: unknown): string | null {
  if (typeof raw !== "string") return null;
  const numbers = VERSION.exec(raw.slice(0, MAX_VERSION_CHARACTERS));
  return numbers === null ? null : numbers.slice(1).map(Number).join(".");
}

/** The range's number: as many bounds are not above the number. */
function bucketValue({ bounds }: BucketField, raw: unknown): number | null {
  if (typeof raw !== "number" || Number.isNaN(raw)) return null;
  return bounds.filter((bound) => bound <= raw).length;
}

/** All kinds are handled above; of one that a newer wire format brings, nothing is told. */
function unknownKind(_field: never): null {
  return null;
}
