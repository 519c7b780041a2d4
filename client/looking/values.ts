import type { ReportDefinition } from "@sotto/wire";
import { WINDOWS_BACK_KEY } from "@sotto/wire";
import type { Line } from "../describe/document.ts";
import { meaningOf } from "../describe/fieldwords.ts";
import { asRecord } from "../report/record.ts";
import { isObject, type Json } from "../state/file.ts";

/**
 * What a report's text says, in words; null where the definition does not know all of it, or it is no report. Pure.
 *
 * @param text as it was sealed.
 */
export function textInWords(report: ReportDefinition, text: string): string[] | null {
  const values = asRecord(parsed(text));
  if (values === null) return null;
  const told = Object.entries(values).map(([key, value]) => {
    if (key === WINDOWS_BACK_KEY) return `counted ${value} ${report.window}${value === 1 ? "" : "s"} before`;
    const field = report.fields.find((one) => one.key === key);
    const meaning = field === undefined ? null : valueInWords(report, field, value as Json);
    if (field === undefined || meaning === null) return null;
    const isBlurred = "epsilon" in field && field.epsilon !== undefined;
    return `${field.name}: ${meaning}${isBlurred ? " (blurred, so perhaps not true)" : ""}`;
  });
  return told.every((line) => line !== null) ? told : null;
}

/** A value of the wire, in words; null where the field has none like it. Pure. */
export function valueInWords(
  report: ReportDefinition,
  field: ReportDefinition["fields"][number],
  value: Json,
): string | null {
  if (value === null || Array.isArray(value)) return null;
  if (isObject(value)) {
    const counts = Object.entries(value);
    if (field.kind !== "counter" || !counts.every(([, count]) => typeof count === "number")) return null;
    return counts.length === 0
      ? "nothing"
      : plainLine(meaningOf(field, value as Record<string, number>, report.window));
  }
  if (typeof value === "object") return null;
  if (field.kind === "runner" && typeof value !== "string") return null;
  return plainLine(meaningOf(field, value, report.window)) || null;
}

/** A line as plain text. */
export function plainLine(line: Line): string {
  return line.map((inline) => (typeof inline === "string" ? inline : (inline?.text ?? ""))).join("");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
