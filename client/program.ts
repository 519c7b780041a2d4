import { readFileSync } from "node:fs";
import { type Collection, consentOf, rereadCollection } from "@sotto/wire";
import { type DefinitionCopy, readDefinitionCopy } from "./installation/definitioncopy.ts";
import { installationOf } from "./installation/folder.ts";
import { parseCollection } from "./rarely.ts";
import type { JsonObject } from "./state/file.ts";
import { isSame } from "./telemetry/coverage.ts";
import type { Program } from "./telemetry/telemetry.ts";
import type { World } from "./telemetry/world.ts";

/** A report definition: the content of `sotto.json`, or where that file is. */
export type DefinitionSource = Readonly<Record<string, unknown>> | string | URL;

/**
 * Reads what a program collects.
 *
 * @throws DefinitionError; what JSON.parse and the file system throw.
 */
export function readProgram(definition: DefinitionSource): Program {
  const raw = readRaw(definition);
  return { raw, collection: parseCollection(raw) };
}

/**
 * A program whose definition is read when it is first looked at: that takes as long as all the rest of a run, and where
 * nobody agreed to anything it is not needed.
 *
 * @throws what JSON.parse and the file system throw; its `collection` throws DefinitionError.
 */
export function programToRead(definition: DefinitionSource, { places }: Pick<World, "places">): Program {
  const raw = readRaw(definition);
  const asked = consentOf(raw);
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

function readRaw(definition: DefinitionSource): JsonObject {
  const isPath = typeof definition === "string" || definition instanceof URL;
  // Text and back: what was given may change, or be more than data.
  return JSON.parse(isPath ? readFileSync(definition, "utf8") : JSON.stringify(definition));
}
