import { type Definition, dayOfDate, parseDefinition, type ReportDefinition } from "@sotto/wire";
import { keyText, type Raw, rawField } from "../../wire/definitions.ts";

/** The days since 1970-01-01 of a date. */
export function day(date: string): number {
  return dayOfDate(date) ?? Number.NaN;
}

/** A Wednesday. */
export const TODAY = day("2026-11-25");

/** A definition of which there is nothing to say but its sizes. */
export function quiet(fields: Raw = { tty: rawField("t", "boolean") }, members: Raw = {}, report: Raw = {}): Raw {
  return {
    sotto: 1,
    project: "left-pad",
    zones: [{ zone: "r.example.net", ack: ["198.18.0.7"], bits: 18 }],
    keys: [{ key: keyText(0), from: "2026-11-23", until: "2028-11-20" }],
    reports: { weekly: { window: "week", description: "How it is used.", fields, ...report } },
    ...members,
  };
}

/** A definition as it is read. */
export function read(raw: Raw): Definition {
  return parseDefinition(JSON.stringify(raw));
}

/** The only report of a definition with these fields. */
export function reportOf(fields: Raw, rotate?: string[]): ReportDefinition {
  const [report] = read(quiet(fields, {}, rotate === undefined ? {} : { rotate })).reports;
  if (report === undefined) throw new Error("no report");
  return report;
}

/** Different values of the same length. */
export function values(count: number, length = 4): string[] {
  return Array.from({ length: count }, (_, index) => String(index).padStart(length, "v"));
}
