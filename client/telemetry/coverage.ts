import type { Collection } from "@sotto/wire";
import type { Decision } from "../consent/decision.ts";
import { fieldHashes } from "../consent/fieldhash.ts";
import type { FieldHashes, Standing } from "../consent/record.ts";
import type { DefinitionCopy } from "../installation/definitioncopy.ts";
import type { JsonObject } from "../state/file.ts";
import { fieldIdsOf } from "./fields.ts";

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
