import { parseDefinition, type ReportDefinition } from "@sotto/wire";
import { type Raw, rawField } from "../../wire/definitions.ts";

/** A field as it stands in a definition. */
export function fieldOf(key: string, kind: string, members: Raw = {}): Raw {
  return rawField(key, kind, members);
}

/** The one report of a definition with these fields. */
export function reportOf(fields: Raw, rotate: readonly string[] = [], window = "week"): ReportDefinition {
  const report = { window, description: "x", fields, ...(rotate.length > 0 ? { rotate } : {}) };
  const raw = { sotto: 1, project: "p", zones: [{ zone: "r.example.net" }], keys: [], reports: { weekly: report } };
  const [read] = parseDefinition(JSON.stringify(raw)).reports;
  if (read === undefined) throw new Error("the definition has no report");
  return read;
}

/** 2026-11-23, a Monday. */
export const TODAY = 20_780;
