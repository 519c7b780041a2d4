import { rmSync } from "node:fs";
import { join } from "node:path";
import { isSessionId, type Session } from "../report/session.ts";
import { readStateFile, type StateFile } from "../state/file.ts";
import type { Place } from "../state/paths.ts";
import { replaceFileSync } from "../state/sync.ts";

const VERSION = 1;
const MAX_OCTETS = 4096;

/** Reads `session.json`; null when there is none that can be used. */
export function readSession(folder: Place): Session | null {
  const reading = readStateFile(fileIn(folder));
  if (reading.type !== "read") return null;
  const { id, minute } = reading.value;
  if (typeof id !== "string" || !isSessionId(id)) return null;
  return typeof minute === "number" && Number.isSafeInteger(minute) ? { id, minute } : null;
}

/** Writes `session.json`, unless a newer program did. Never throws. @returns whether it is written. */
export function writeSession(folder: Place, { id, minute }: Session): boolean {
  const file = fileIn(folder);
  if (readStateFile(file).type === "newer") return false;
  return replaceFileSync(file, `${JSON.stringify({ version: VERSION, id, minute })}\n`);
}

/** Removes it. Never throws. */
export function removeSession(folder: Place): void {
  try {
    rmSync(fileIn(folder).path, { force: true });
  } catch {
    // It will be over as well when it is looked at next.
  }
}

function fileIn(folder: Place): StateFile {
  return { path: join(folder.path, "session.json"), within: folder.within, version: VERSION, maxOctets: MAX_OCTETS };
}
