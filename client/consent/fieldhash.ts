import type { Definition, Field, ReportDefinition } from "@sotto/wire";
import { nodeCrypto } from "../builtin.ts";
import type { FieldHashes } from "./record.ts";

/** What a field is called in a grant, `<report>.<field>`: two reports may have fields of the same name. */
export function fieldId(report: Pick<ReportDefinition, "name">, field: Pick<Field, "name">): string {
  return `${report.name}.${field.name}`;
}

/**
 * A field's canonical form (docs/client-state.md, "The canonical form of a field"): JSON as RFC 8785 writes it, of all
 * that decides what a report tells about a user, how often, and what for. `owner`, `link` and `expires` are not in it:
 * people and pages move, and a date is renewed, without anything else being told.
 */
export function canonicalField(report: ReportDefinition, field: Field): string {
  const members = {
    bounds: "bounds" in field ? field.bounds : undefined,
    description: field.description,
    epsilon: "epsilon" in field ? field.epsilon : undefined,
    key: field.key,
    kind: field.kind,
    max: "max" in field ? field.max : undefined,
    name: field.name,
    reason: field.reason,
    report: report.name,
    // A field that leaves `rotate` is told beside others, and together they single people out.
    rotates: report.rotate.includes(field.name),
    // Their order says nothing.
    values: "values" in field ? field.values?.toSorted() : undefined,
    window: report.window,
  };
  // The names above are sorted, JSON.stringify keeps their order, leaves out what is undefined, and writes numbers and
  // strings as RFC 8785 does: that took its rules from ECMAScript.
  return JSON.stringify(members);
}

/** SHA-256 of the canonical form in UTF-8, 64 hexadecimal digits. */
export function fieldHash(report: ReportDefinition, field: Field): string {
  return nodeCrypto().createHash("sha256").update(canonicalField(report, field), "utf8").digest("hex");
}

/** The hashes of all fields of a definition: what a question or notice about it tells. */
export function fieldHashes({ reports }: Pick<Definition, "reports">): FieldHashes {
  return Object.fromEntries(
    reports.flatMap((report) => report.fields.map((field) => [fieldId(report, field), fieldHash(report, field)])),
  );
}

/**
 * The fields that the user was told of as they are now, `<report>.<field>`. One that was added or changed since is not
 * among them. Whether a field has expired is another question: see isExpired.
 */
export function coveredFields(definition: Pick<Definition, "reports">, told: FieldHashes): ReadonlySet<string> {
  const now = Object.entries(fieldHashes(definition));
  return new Set(now.filter(([id, hash]) => Object.hasOwn(told, id) && told[id] === hash).map(([id]) => id));
}
