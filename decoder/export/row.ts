import { DAY_SECONDS, dateOfDay, type ReportDefinition, weekStart } from "@sotto/wire";
import { parseValues, type Values } from "../checking/reportcheck.ts";
import { ExportError } from "../errors.ts";
import type { StoredMessage } from "../store/contract.ts";

/** A message as an export shows it. */
export interface ExportRow {
  /** Days since 1970-01-01 UTC on which it was sealed. */
  readonly day: number;
  /** The first day of the window that it tells of; null as `report`. */
  readonly window: number | null;
  /** The name of its report; null for what is rejected, and where no definition was there when it was scanned. */
  readonly report: string | null;
  /** Id of the key that it was sealed for. */
  readonly key: string;
  readonly session: string | null;
  /** What it says, by the definition; null as `report`. */
  readonly values: Values | null;
  /** Why it is rejected; null for records. */
  readonly rejected: string | null;
  /** Its text as it was sealed; null where there are values, which say the same. */
  readonly text: string | null;
}

/**
 * Reads a stored message.
 *
 * @throws ExportError `SOTTO_EXPORT_REPORT` for a record of a report that the definition has not.
 */
export function rowOf(message: StoredMessage, reports: readonly ReportDefinition[]): ExportRow {
  const { day, key, session, report, window, values, reason, text } = message;
  const common = { day, key, session, rejected: reason };
  if (report === null || window === null || values === null) {
    return { ...common, report: null, window: null, values: null, text };
  }
  const start = firstDay(report, window, reports);
  return { ...common, report, window: start, values: parseValues(values), text: null };
}

/** Writes a row as a line of NDJSON, without its end. What a row has not is left out. */
export function formatNdjson({ day, window, report, key, session, values, rejected, text }: ExportRow): string {
  const members = {
    day: dateOfDay(day),
    window: window === null ? undefined : dateOfDay(window),
    report: report ?? undefined,
    key,
    session: session ?? undefined,
    values: values === null ? undefined : Object.fromEntries(values),
    rejected: rejected ?? undefined,
    text: text ?? undefined,
  };
  return JSON.stringify(members);
}

function firstDay(name: string, window: number, reports: readonly ReportDefinition[]): number {
  const report = reports.find((one) => one.name === name);
  if (report === undefined) {
    throw new ExportError(
      "SOTTO_EXPORT_REPORT",
      `there are records of the report ${name}, which the definition has not: give the one that they were scanned with, --definition <file>`,
    );
  }
  return report.window === "week" ? weekStart(window) / DAY_SECONDS : window;
}
