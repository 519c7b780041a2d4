import { readFile } from "node:fs/promises";
import { type Definition, parseDefinition } from "@sotto/wire";
import { UsageError } from "../errors.ts";

/**
 * Reads a report definition.
 *
 * @throws UsageError `SOTTO_DEFINITION_READ`: exit code 2, since nothing was looked at. DefinitionError.
 */
export async function readDefinition(path: string): Promise<Definition> {
  const text = await readFile(path).catch((error: Error) => {
    throw new UsageError("SOTTO_DEFINITION_READ", `cannot read the report definition: ${error.message}`);
  });
  return parseDefinition(text);
}
