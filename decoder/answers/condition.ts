import type { Collection, Field, ReportDefinition } from "@sotto/wire";
import { readValue } from "../checking/fieldcheck.ts";
import type { Values } from "../checking/reportcheck.ts";
import { UsageError } from "../errors.ts";
import type { Condition } from "./model.ts";

/** Kinds whose values are one of a few, or can be named by a person. */
const FILTERABLE: readonly string[] = ["boolean", "choice", "version", "bucket", "age", "runner", "platform"];

/**
 * Reads `field=value`, each of which narrows what is counted. Several of one field are alternatives.
 *
 * @throws UsageError `SOTTO_WHERE` when no report has such a field, it cannot say this, or it cannot be filtered by.
 */
export function parseConditions(texts: readonly string[], { reports }: Pick<Collection, "reports">): Condition[] {
  const conditions = new Map<string, string[]>();
  for (const text of texts) {
    const [name = "", ...rest] = text.split("=");
    const value = rest.join("=");
    const named = reports.flatMap((report) => fieldNamed(report, name)?.field ?? []);
    if (named.length === 0) refuse("--where takes field=value, with a field of the definition, as in runner=terminal");
    const usable = reports.flatMap((report) => filterField(report, name) ?? []);
    if (usable.length === 0) refuse(`${name} cannot be filtered by: ${whyNot(named[0] as Field)}`);
    if (!usable.some((field) => readValue(field, rawOf(field, value)) !== null)) {
      refuse(`${name} never says that; sotto.json tells what it can say`);
    }
    conditions.set(name, [...new Set([...(conditions.get(name) ?? []), value])]);
  }
  return [...conditions].map(([field, values]) => ({ field, values }));
}

/**
 * A report's field that its records can be filtered by. Of a private field nobody knows the true answer, and the reports
 * that carry a rotating field carry none of the others.
 */
export function filterField(report: ReportDefinition, name: string): Field | null {
  const found = fieldNamed(report, name);
  if (found === null || !FILTERABLE.includes(found.field.kind)) return null;
  return isPrivate(found.field) || found.rotates ? null : found.field;
}

/** Whether what a record says fits all conditions. */
export function fits(values: Values, conditions: readonly Condition[]): boolean {
  return conditions.every((condition) => {
    const value = values.get(condition.field);
    return value !== undefined && condition.values.includes(String(value));
  });
}

/** Whether a field's answers are blurred before they leave the machine. */
export function isPrivate(field: Field): boolean {
  return "epsilon" in field && field.epsilon !== undefined;
}

function fieldNamed(report: ReportDefinition, name: string): { field: Field; rotates: boolean } | null {
  const field = report.fields.find((candidate) => candidate.name === name);
  return field === undefined ? null : { field, rotates: report.rotate.includes(name) };
}

function rawOf({ kind }: Field, value: string): unknown {
  if (kind === "boolean") return value === "true" ? true : value === "false" ? false : value;
  // Only the number as it is written in records: 01 would fit none of them.
  return (kind === "bucket" || kind === "age") && String(Number(value)) === value ? Number(value) : value;
}

function whyNot(field: Field): string {
  if (isPrivate(field)) return "its answers are blurred";
  if (!FILTERABLE.includes(field.kind)) return `it is a ${field.kind}`;
  return "each report carries one of several fields, and it is one of them";
}

function refuse(message: string): never {
  throw new UsageError("SOTTO_WHERE", message);
}
