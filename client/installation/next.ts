import { rmSync } from "node:fs";
import { readStateFile, type StateFile } from "../state/file.ts";
import { type Place, pathIn } from "../state/paths.ts";
import { replaceFileSync } from "../state/sync.ts";

const VERSION = 1;
/** Larger ones are damaged. */
export const MAX_NEXT_OCTETS = 4096;

/** Minutes for which nobody else starts a sender after somebody did. */
export const START_GAP_MINUTES = 10;

/** Eleven days: no wait is longer, so a minute further ahead was written by a clock that ran ahead. */
const MAX_AHEAD_MINUTES = 11 * 1440;

/** Reads the minute, since 1970-01-01 UTC, from which a sender has something to do; null when it has nothing. */
export function readNext(state: Place): number | null {
  const reading = readStateFile(fileIn(state));
  if (reading.type !== "read") return null;
  const { minute } = reading.value;
  return typeof minute === "number" && Number.isSafeInteger(minute) ? minute : null;
}

/** Whether that minute has come. */
export function isNextDue(minute: number | null, now: number): boolean {
  return minute !== null && (minute <= now || minute - now > MAX_AHEAD_MINUTES);
}

/**
 * Writes the minute, or removes the file when there is nothing to do. A newer program's file is left alone. Never throws.
 *
 * @returns whether it is as it should be.
 */
export function writeNext(state: Place, minute: number | null): boolean {
  const file = fileIn(state);
  if (readStateFile(file).type === "newer") return false;
  if (minute !== null) return replaceFileSync(file, `${JSON.stringify({ version: VERSION, minute })}\n`);
  try {
    rmSync(file.path, { force: true });
    return true;
  } catch {
    return false;
  }
}

function fileIn(state: Place): StateFile {
  return { path: pathIn(state.path, "next.json"), within: state.within, version: VERSION, maxOctets: MAX_NEXT_OCTETS };
}
