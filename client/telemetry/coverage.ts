import type { Collection } from "@sotto/wire";
import type { Decision } from "../consent/decision.ts";
import { fieldHashes, fieldId } from "../consent/fieldhash.ts";
import type { FieldHashes, Standing } from "../consent/record.ts";
import type { DefinitionCopy } from "../installation/definitioncopy.ts";
import type { JsonObject } from "../state/file.ts";

/**
 * Which fields a decision covers, `<report>.<field>`. The sums are taken from the installation's copy where the definition
 * is the same: to compute them anew in each run would be most of its cost.
 *
 * @param raw the content of `sotto.json`.
 */
export function coverageOf(
  collection: Collection,
  raw: JsonObject,
  { decision, standing }: { readonly decision: Decision; readonly standing: Standing | null },
  copy: DefinitionCopy | null,
): ReadonlySet<string> {
  if (decision.covers === "all") return new Set(fieldIdsOf(collection));
  if (decision.covers === "none" || standing === null) return new Set();
  const fields = copy !== null && isSame(copy.definition, raw) ? copy.fields : fieldHashes(collection);
  return coveredBy(fields, standing.told);
}

/** `<report>.<field>` whose sum is the one that the user was told of. */
export function coveredBy(fields: FieldHashes, told: FieldHashes): ReadonlySet<string> {
  const isTold = ([id, hash]: [string, string]) => Object.hasOwn(told, id) && told[id] === hash;
  return new Set(
    Object.entries(fields)
      .filter(isTold)
      .map(([id]) => id),
  );
}

/** All fields of a definition, `<report>.<field>`. */
export function fieldIdsOf({ reports }: Pick<Collection, "reports">): string[] {
  return reports.flatMap((report) => report.fields.map((field) => fieldId(report, field)));
}

/** Names of the fields of one report that are covered. */
export function coveredIn(report: Collection["reports"][number], covered: ReadonlySet<string>): ReadonlySet<string> {
  return new Set(report.fields.filter((field) => covered.has(fieldId(report, field))).map(({ name }) => name));
}

/** Whether two contents of `sotto.json` are the same text. */
export function isSame(a: JsonObject, b: JsonObject): boolean {
  return textOf(a) === textOf(b);
}

/** A definition with the keys of three years is 19 kB, and a run compares it several times. */
const TEXTS = new WeakMap<JsonObject, string>();

function textOf(raw: JsonObject): string {
  const text = TEXTS.get(raw) ?? JSON.stringify(raw);
  TEXTS.set(raw, text);
  return text;
}
