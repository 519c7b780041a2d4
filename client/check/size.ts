import {
  BODY_OCTETS,
  CHUNK_OCTETS,
  type Field,
  MAX_PARTS,
  OTHER,
  type ReportDefinition,
  WINDOWS_BACK_KEY,
} from "@sotto/wire";
import { alternativesOf, carriedOn, hasCounters } from "./carried.ts";

/**
 * How a field's value stands in a report's text, `{"v":"1.4.2","t":true}` without blanks, under the field's wire key:
 *
 * | kind                               | value                                                    |
 * | ---------------------------------- | -------------------------------------------------------- |
 * | boolean                            | `true`, `false`                                          |
 * | choice, platform, runner, version  | a string                                                 |
 * | bucket                             | the range's number, from 0                               |
 * | age                                | 1 to 4                                                   |
 * | counter                            | a number; with `values` an object of value and number    |
 * | session                            | a string of 8 letters and digits of base32               |
 *
 * A report that counts also carries `w`, 1 to 3: how many windows back.
 */
export type WireValue = boolean | number | string | Readonly<Record<string, number>>;

/** Who can run a program, as the kind `runner` says it. */
export const RUNNERS = ["ci", "agent", "container", "terminal", "script"] as const;

/** The steps of the kind `age` are 1 to this. */
export const AGES = 4;

/** Characters of a session's random number. */
export const SESSION_CHARACTERS = 8;

/** Reports of windows further back are not sent any more. */
export const MAX_WINDOWS_BACK = 3;

/**
 * The longest version that sizes are computed with. Clients take eight digits a number, which no project uses in all
 * three; this holds versions by the calendar (2026.11.23), of browsers (131.0.6778) and of systems (10.0.22631).
 */
export const LONGEST_VERSION = "999.999.999";

/** The largest text of a report. */
export interface ReportSize {
  /** An example of it. */
  readonly text: string;
  readonly octets: number;
  /** DNS names that it takes: 1, else one for each 54 octets. */
  readonly frames: number;
  /** Whether that is more than a message can have. */
  readonly isTooLong: boolean;
  /** Whether {@link LONGEST_VERSION} is in it, so that a longer version would make a longer text. */
  readonly hasVersion: boolean;
}

/**
 * The largest text that a report can have on a day: each field at its longest, and of those that rotate the longest.
 *
 * @returns null when all fields expired: nothing is sent.
 */
export function largestReport(report: Pick<ReportDefinition, "fields" | "rotate">, day: number): ReportSize | null {
  const carried = carriedOn(report, day);
  const alternatives = alternativesOf(carried).filter((fields) => fields.length > 0);
  const texts = alternatives.map((fields) => {
    const entries = fields.map((field): [string, WireValue] => [field.key, largestValue(field)]);
    return reportText(hasCounters(carried) ? [...entries, [WINDOWS_BACK_KEY, MAX_WINDOWS_BACK]] : entries);
  });
  const text = texts.toSorted((a, b) => b.length - a.length)[0];
  if (text === undefined) return null;
  const octets = Buffer.byteLength(text);
  const frames = framesOf(octets);
  const hasVersion = alternatives.flat().some(({ kind }) => kind === "version");
  return { text, octets, frames, isTooLong: frames > MAX_PARTS, hasVersion };
}

/** A report's text of its values by wire key. */
export function reportText(entries: readonly (readonly [key: string, value: WireValue])[]): string {
  return JSON.stringify(Object.fromEntries(entries));
}

/** DNS names that a text takes (protocol.md section 1, "Block kinds"), be they more than there may be. */
export function framesOf(octets: number): number {
  return octets <= BODY_OCTETS ? 1 : Math.ceil(octets / CHUNK_OCTETS);
}

function largestValue(field: Field): WireValue {
  switch (field.kind) {
    case "boolean":
      return false;
    case "choice":
    case "platform":
      return longest([...field.values, OTHER]);
    case "version":
      return LONGEST_VERSION;
    case "bucket":
      return field.bounds.length;
    case "age":
      return AGES;
    case "runner":
      return longest(RUNNERS);
    case "session":
      return "7".repeat(SESSION_CHARACTERS);
    case "counter":
      if (field.values === undefined) return field.max;
      return Object.fromEntries([...field.values, OTHER].map((value) => [value, field.max]));
  }
}

function longest(texts: readonly string[]): string {
  return texts.reduce((longer, text) => (text.length > longer.length ? text : longer), "");
}
