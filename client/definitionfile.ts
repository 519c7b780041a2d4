import { readFile } from "node:fs/promises";
import { UsageError } from "./errors.ts";

/**
 * Reads the file of a report definition.
 *
 * @throws UsageError `SOTTO_DEFINITION_READ`: exit code 2, since nothing was looked at.
 */
export async function readDefinitionFile(path: string): Promise<Uint8Array> {
  return await readFile(path).catch((error: Error) => {
    throw new UsageError("SOTTO_DEFINITION_READ", `cannot read the report definition: ${error.message}`);
  });
}
