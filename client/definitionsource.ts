import { readFileSync } from "node:fs";
import type { JsonObject } from "./state/file.ts";

/** A report definition: the content of `sotto.json`, or where that file is. */
export type DefinitionSource = Readonly<Record<string, unknown>> | string | URL;

/**
 * The content of a `sotto.json`, of which nothing is looked at yet.
 *
 * @throws what JSON.parse and the file system throw.
 */
export function readSource(definition: DefinitionSource): JsonObject {
  const isPath = typeof definition === "string" || definition instanceof URL;
  // Text and back: what was given may change, or be more than data.
  return JSON.parse(isPath ? readFileSync(definition, "utf8") : JSON.stringify(definition));
}
