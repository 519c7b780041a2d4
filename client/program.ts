import { readFileSync } from "node:fs";
import { parseCollection } from "@sotto/wire";
import type { JsonObject } from "./state/file.ts";
import type { Program } from "./telemetry/telemetry.ts";

/** A report definition: the content of `sotto.json`, or where that file is. */
export type DefinitionSource = Readonly<Record<string, unknown>> | string | URL;

/**
 * Reads what a program collects.
 *
 * @throws DefinitionError; what JSON.parse and the file system throw.
 */
export function readProgram(definition: DefinitionSource): Program {
  const isPath = typeof definition === "string" || definition instanceof URL;
  // Text and back: what was given may change, or be more than data.
  const text = isPath ? readFileSync(definition, "utf8") : JSON.stringify(definition);
  const raw: JsonObject = JSON.parse(text);
  return { raw, collection: parseCollection(raw) };
}
