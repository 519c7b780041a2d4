import { type Collection, parseCollection, rereadCollection } from "@sotto/wire";
import type { Asked } from "./consent/now.ts";
import { type DefinitionSource, readSource } from "./definitionsource.ts";
import { type DefinitionCopy, readDefinitionCopy } from "./installation/definitioncopy.ts";
import { installationOf } from "./installation/folder.ts";
import type { JsonObject } from "./state/file.ts";
import { isSame } from "./telemetry/coverage.ts";
import type { Program } from "./telemetry/running.ts";
import type { World } from "./telemetry/world.ts";

/**
 * Reads what a program collects.
 *
 * @throws DefinitionError; what JSON.parse and the file system throw.
 */
export function readProgram(definition: DefinitionSource): Program {
  const raw = readSource(definition);
  return { raw, collection: parseCollection(raw) };
}

/**
 * A program whose definition is read when it is first looked at: that takes as long as all the rest of a run, and where
 * nobody agreed to anything it is not needed.
 *
 * @param asked what `consentOf` says of it; null for one that is refused.
 * @throws DefinitionError where `asked` is null; else its `collection` does.
 */
export function programToRead(raw: JsonObject, asked: Asked | null, { places }: Pick<World, "places">): Program {
  if (asked === null) return { raw, collection: parseCollection(raw) };
  const { project } = asked;
  let collection: Collection | null = null;
  let copy: DefinitionCopy | null | undefined;
  const knownCopy = (): DefinitionCopy | null => {
    if (copy === undefined) {
      const folder = installationOf(places.state, project);
      copy = folder === null ? null : readDefinitionCopy(folder);
    }
    return copy;
  };
  return {
    raw,
    asked,
    get copy() {
      return knownCopy();
    },
    get collection() {
      // What is the same as in an earlier run was checked then.
      const isKnown = isSame(knownCopy()?.definition ?? {}, raw);
      collection ??= isKnown ? rereadCollection(raw) : parseCollection(raw);
      return collection;
    },
  };
}
