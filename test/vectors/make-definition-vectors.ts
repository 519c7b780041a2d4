/**
 * Makes client/definition.json: the rules of test/wire/definition-rules.ts, which were written by hand, for clients in other
 * languages.
 *
 *     node --conditions=sotto-source test/vectors/make-definition-vectors.ts
 */
import { writeFileSync } from "node:fs";
import { BAD, type Breach, type Change, GOOD } from "../wire/definition-rules.ts";
import { completeDefinition, shown } from "../wire/definitions.ts";

/** A change of the definition: another value at a path, none at all where `value` is left out. */
export interface DefinitionVector {
  readonly why: string;
  readonly path: readonly (string | number)[];
  readonly value?: unknown;
  /** Where the mistake is, as messages name it; null where the definition can be used. */
  readonly mistake: string | null;
}

const vectorOf = ({ why, path, value }: Change, mistake: string | null): DefinitionVector => {
  return { why, path, ...(value === undefined ? {} : { value }), mistake };
};

/** The content of the file. */
export function definitionVectors() {
  return {
    origin:
      "By hand, in test/wire/definition-rules.ts, from docs/definition.md. `changes` are made to `definition` one by one: " +
      "`value` at `path`, or nothing there where `value` is left out. `mistake` is the place of a mistake, null where there is none.",
    definition: completeDefinition(),
    changes: [
      ...GOOD.map((change) => vectorOf(change, null)),
      ...BAD.map((breach: Breach) => vectorOf(breach, shown(breach.at ?? breach.path))),
    ],
  };
}

if (import.meta.main) {
  const vectors = definitionVectors();
  const lines = vectors.changes.map((change) => `    ${JSON.stringify(change)}`).join(",\n");
  const head = JSON.stringify({ origin: vectors.origin, definition: vectors.definition }).slice(1, -1);
  writeFileSync(
    new URL("client/definition.json", import.meta.url),
    `{\n  ${head},\n  "changes": [\n${lines}\n  ]\n}\n`,
  );
}
