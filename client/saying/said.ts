import type { Field, ReportDefinition } from "@sotto/wire";
import { UsageError } from "../errors.ts";
import { type ClientFacts, wireValue } from "../report/values.ts";

/** What a program says by words of a command line. */
export interface Said {
  readonly values: Readonly<Record<string, string | number | boolean>>;
  readonly counts: readonly { readonly counter: string; readonly value?: string; readonly times: number }[];
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const WHOLE = /^[1-9]\d{0,14}$/;

/** No version depends on them. */
const NO_FACTS: ClientFacts = { runner: "script", age: 1, platform: "", session: null };

/**
 * Reads `field=value` words by the kinds of the fields. Pure. What a choice or a counter does not list counts as
 * `other`, as ever; what a field cannot hold at all is a mistake of whoever calls.
 *
 * @throws UsageError `SOTTO_REPORT_FIELD`, `SOTTO_REPORT_VALUE`.
 */
export function parseSaid(report: ReportDefinition, words: readonly string[]): Said {
  const values = new Map<string, string | number | boolean>();
  const counts: { counter: string; value?: string; times: number }[] = [];
  for (const word of words) {
    const at = word.indexOf("=");
    if (at < 1) throw new UsageError("SOTTO_REPORT_VALUE", `${shown(word)} is not of the form field=value`);
    const [name, text] = [word.slice(0, at), word.slice(at + 1)];
    const field = report.fields.find((one) => one.name === name);
    if (field === undefined) {
      const names = report.fields.map((one) => one.name).join(", ");
      throw new UsageError("SOTTO_REPORT_FIELD", `${report.name} has no field ${shown(name)}; it has ${names}`);
    }
    if (field.kind === "counter") {
      counts.push(
        field.values === undefined
          ? { counter: name, times: timesOf(name, text) }
          : { counter: name, value: text, times: 1 },
      );
      continue;
    }
    if (values.has(name)) throw new UsageError("SOTTO_REPORT_VALUE", `${name} is given twice`);
    values.set(name, readValue(field, text));
  }
  return { values: Object.fromEntries(values), counts };
}

function readValue(field: Exclude<Field, { kind: "counter" }>, text: string): string | number | boolean {
  switch (field.kind) {
    case "boolean":
      if (text !== "true" && text !== "false") throw wrong(field, "true or false");
      return text === "true";
    case "bucket":
      if (!NUMBER.test(text)) throw wrong(field, "a number");
      return Number(text);
    case "version":
      if (wireValue(field, text, NO_FACTS) === null) throw wrong(field, "a version, such as 1.4.2");
      return text;
    case "choice":
    case "platform":
      return text;
    default:
      throw new UsageError(
        "SOTTO_REPORT_FIELD",
        `${field.name} is of kind ${field.kind}, which sotto finds out by itself`,
      );
  }
}

function timesOf(name: string, text: string): number {
  if (!WHOLE.test(text)) throw wrong({ name }, "how often, a whole number from 1");
  return Number(text);
}

function wrong({ name }: { readonly name: string }, what: string): UsageError {
  return new UsageError("SOTTO_REPORT_VALUE", `${name} is ${what}`);
}

/** A word as it was given may be anything. */
function shown(word: string): string {
  return JSON.stringify(word.slice(0, 64));
}
