import { isUtf8 } from "node:buffer";
import { readFile, realpath, stat } from "node:fs/promises";
import { type EpochKey, parseDefinition, SottoError } from "@sotto/wire";
import { readDefinitionKeys, writeDefinitionKeys } from "./definitionkeys.ts";
import { KeyringError } from "./errors.ts";
import { replaceFile } from "./secretfile.ts";

/** A definition is published; where it is new, everyone may read it. */
const NEW_MODE = 0o644;

/** A report definition on disk, of which the keys can be changed. */
export interface DefinitionFile {
  readonly path: string;
  /** Null when it is not there yet. */
  readonly text: string | null;
  readonly keys: readonly EpochKey[];
}

/**
 * Reads a report definition's keys. The rest of it may still be in the making.
 *
 * @throws KeyringError `SOTTO_KEYRING_DEFINITION`, DefinitionError.
 */
export async function readDefinitionFile(path: string): Promise<DefinitionFile> {
  let octets: Buffer;
  try {
    octets = await readFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return { path, text: null, keys: [] };
    throw new KeyringError("SOTTO_KEYRING_DEFINITION", `cannot read the report definition: ${message}`);
  }
  // What is no UTF-8 could not be written back as it was.
  if (!isUtf8(octets)) throw new KeyringError("SOTTO_KEYRING_DEFINITION", "the report definition is not UTF-8");
  const text = octets.toString("utf8");
  return { path, text, keys: readDefinitionKeys(text) };
}

/**
 * Puts keys into a report definition, and leaves its mode and everything else in it as they are.
 *
 * @returns what the definition still lacks to be usable; null when it is complete.
 * @throws KeyFileError `SOTTO_KEY_FILE_WRITE`.
 */
export async function writeDefinitionFile(
  { path, text }: DefinitionFile,
  keys: readonly EpochKey[],
): Promise<string | null> {
  const changed = writeDefinitionKeys(text, keys);
  if (changed !== text) {
    // Another name of the file stays one.
    const target = text === null ? path : await realpath(path);
    await replaceFile(target, changed, text === null ? NEW_MODE : (await stat(target)).mode & 0o777);
  }
  return shortcomingOf(changed);
}

function shortcomingOf(text: string): string | null {
  try {
    parseDefinition(text);
    return null;
  } catch (error) {
    if (error instanceof SottoError) return error.message;
    throw error;
  }
}
