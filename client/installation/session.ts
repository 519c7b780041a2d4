import { rmSync } from "node:fs";
import type { RandomSource } from "@sotto/wire";
import { isSessionId, type Session, usedSession } from "../report/session.ts";
import { type Reading, readStateFile, type StateFile } from "../state/file.ts";
import { type Place, pathIn } from "../state/paths.ts";
import { replaceFileSync } from "../state/sync.ts";

const VERSION = 1;
/** Larger ones are damaged. */
export const MAX_SESSION_OCTETS = 4096;

/** Reads `session.json`; null when there is none that can be used. */
export function readSession(folder: Place): Session | null {
  return sessionIn(readStateFile(fileIn(folder)));
}

/**
 * The session that a use belongs to. It is kept, unless a newer program wrote the file, or it says the same already: of
 * many runs in a minute one writes. Never throws.
 *
 * @param minute the whole minute of the use, since 1970-01-01 UTC.
 */
export function useSession(folder: Place, minute: number, random: RandomSource): Session {
  const file = fileIn(folder);
  const reading = readStateFile(file);
  const before = sessionIn(reading);
  const session = usedSession(before, minute, random);
  const isKept = before?.id === session.id && before.minute === minute;
  if (!isKept && reading.type !== "newer") {
    replaceFileSync(file, `${JSON.stringify({ version: VERSION, id: session.id, minute })}\n`);
  }
  return session;
}

function sessionIn(reading: Reading): Session | null {
  if (reading.type !== "read") return null;
  const { id, minute } = reading.value;
  if (typeof id !== "string" || !isSessionId(id)) return null;
  return typeof minute === "number" && Number.isSafeInteger(minute) ? { id, minute } : null;
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
  return {
    path: pathIn(folder.path, "session.json"),
    within: folder.within,
    version: VERSION,
    maxOctets: MAX_SESSION_OCTETS,
  };
}
