import type { Collection } from "@sotto/wire";
import { fieldId } from "../consent/fieldhash.ts";

/** All fields of a definition, `<report>.<field>`. */
export function fieldIdsOf({ reports }: Pick<Collection, "reports">): string[] {
  return reports.flatMap((report) => report.fields.map((field) => fieldId(report, field)));
}

/** Names of the fields of one report that are covered. */
export function coveredIn(report: Collection["reports"][number], covered: ReadonlySet<string>): ReadonlySet<string> {
  return new Set(report.fields.filter((field) => covered.has(fieldId(report, field))).map(({ name }) => name));
}
