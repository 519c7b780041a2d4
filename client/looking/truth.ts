import type { Collection, Field, ReportDefinition } from "@sotto/wire";
import { asRecord } from "../report/record.ts";
import type { DueWindow } from "../report/window.ts";
import type { Json } from "../state/file.ts";
import type { Preview } from "../telemetry/preview.ts";

/** What a report would tell of a field. */
export interface FieldPreview {
  readonly field: Field;
  /** On the wire, before noise; absent when it is not known yet. */
  readonly value?: Json;
  /**
   * Why it is not known: `program` alone can say it, it was `unsaid` in the run that made the report due, or it is
   * drawn at `random`; null when it is.
   */
  readonly unknown: "program" | "unsaid" | "random" | null;
}

/** What a report would tell, and what not. */
export interface ReportPreview {
  readonly report: ReportDefinition;
  /** Null when there is nothing to describe yet. */
  readonly due: DueWindow | null;
  /** The day from which on it is due, since 1970-01-01 UTC; null when it is due now, or nobody knows. */
  readonly from: number | null;
  /** Whether it would be longer than a report may be, and so not be sent. */
  readonly isTooLong: boolean;
  /** Without values when nothing is due. */
  readonly fields: readonly FieldPreview[];
  readonly leftOut: readonly { readonly field: string; readonly reason: "expired" | "not-granted" }[];
}

/**
 * A collection without noise and rotation. A preview of it tells the truth that is blurred when a report is sealed; to
 * draw here would show what will not be sent.
 */
export function withoutNoise(collection: Collection): Collection {
  const plain = (field: Field): Field => {
    if (!("epsilon" in field)) return field;
    const { epsilon: _, ...rest } = field;
    return rest;
  };
  const reports = collection.reports.map((report) => ({ ...report, fields: report.fields.map(plain), rotate: [] }));
  return { ...collection, reports };
}

/** What is known of a report. */
export interface Known {
  /** As it is declared, with noise. */
  readonly report: ReportDefinition;
  /** Of the same without. */
  readonly preview: Preview;
  /** The day that the preview is of; null when it is today. */
  readonly from: number | null;
  /** Whether what the program said is in it. */
  readonly isSaid: boolean;
  /** The fields that are not told, by their names. */
  readonly withheld: ReadonlyMap<string, "expired" | "not-granted">;
}

/** Puts together what is known of a report. Pure. */
export function truthOf({ report, preview, from, isSaid, withheld }: Known): ReportPreview {
  const leftOut = report.fields.flatMap(({ name }) => {
    const reason = withheld.get(name);
    return reason === undefined ? [] : [{ field: name, reason }];
  });
  const told = report.fields.filter(({ name }) => !withheld.has(name));
  if (preview.type !== "text") {
    const fields = told.map((field) => ({ field, unknown: unknownOf(field, false) }));
    const isTooLong = preview.type === "nothing" && fields.length > 0;
    return { report, due: null, from: null, isTooLong, fields, leftOut };
  }
  const values = asRecord(JSON.parse(preview.text)) ?? {};
  const fields = told.map((field): FieldPreview => {
    const isKnown = field.kind !== "session" && Object.hasOwn(values, field.key);
    if (isKnown) return { field, value: values[field.key] as Json, unknown: null };
    return { field, unknown: unknownOf(field, isSaid) };
  });
  return { report, due: preview.due, from, isTooLong: false, fields, leftOut };
}

function unknownOf({ kind }: Field, isSaid: boolean): FieldPreview["unknown"] {
  if (kind === "session") return "random";
  return isSaid ? "unsaid" : "program";
}
