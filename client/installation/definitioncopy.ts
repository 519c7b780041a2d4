import type { FieldHashes } from "../consent/record.ts";
import { isObject, type JsonObject, readStateFile, type StateFile } from "../state/file.ts";
import { type Place, pathIn } from "../state/paths.ts";
import { replaceFileSync } from "../state/sync.ts";

const VERSION = 1;
/** Larger ones are damaged. */
export const MAX_DEFINITION_OCTETS = 512 * 1024;

/** The report definition with which a program last ran: senders and commands have no other. */
export interface DefinitionCopy {
  /** The content of `sotto.json`, as the program gave it. */
  readonly definition: JsonObject;
  /** The SHA-256 of each field's canonical form, by `<report>.<field>`. */
  readonly fields: FieldHashes;
  /** The week in which the zone last asked the project to be silent; null when it does not. */
  readonly stopped: number | null;
}

/** Reads `definition.json`; null when there is none that can be used. Makes nothing, and never throws. */
export function readDefinitionCopy(folder: Place): DefinitionCopy | null {
  const reading = readStateFile(fileIn(folder));
  if (reading.type !== "read") return null;
  const { definition, fields, stopped = null } = reading.value;
  if (!isObject(definition) || !isObject(fields) || !Object.values(fields).every((hash) => typeof hash === "string")) {
    return null;
  }
  if (stopped !== null && typeof stopped !== "number") return null;
  return { definition, fields: fields as FieldHashes, stopped };
}

/** Writes `definition.json`, unless a newer program wrote it. Never throws. @returns whether it is written. */
export function writeDefinitionCopy(folder: Place, { definition, fields, stopped }: DefinitionCopy): boolean {
  const file = fileIn(folder);
  if (readStateFile(file).type === "newer") return false;
  const text = JSON.stringify({ version: VERSION, definition, fields, ...(stopped === null ? {} : { stopped }) });
  return Buffer.byteLength(text) <= MAX_DEFINITION_OCTETS && replaceFileSync(file, `${text}\n`);
}

function fileIn(folder: Place): StateFile {
  return {
    path: pathIn(folder.path, "definition.json"),
    within: folder.within,
    version: VERSION,
    maxOctets: MAX_DEFINITION_OCTETS,
  };
}
