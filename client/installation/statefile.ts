import { asRecord } from "../report/record.ts";
import { type ProjectState, readProjectState } from "../report/state.ts";
import { type JsonObject, type Replacement, readStateFile, replaceStateFile, type StateFile } from "../state/file.ts";
import { type Place, pathIn } from "../state/paths.ts";

const VERSION = 1;

/** Sixteen reports with as many windows and counters as there can be take a tenth of it. */
export const MAX_STATE_OCTETS = 1024 * 1024;

/** What `state.json` says. */
export type StateReading =
  /** Null when there is none, or one that says nothing: a grant begins. */
  | { readonly type: "read"; readonly state: ProjectState | null }
  /** By a newer program, or it may not be read. It is left alone, so nothing can be reported. */
  | { readonly type: "unusable" };

/** Reads `state.json`. Makes nothing, and never throws. */
export function readState(folder: Place): StateReading {
  const reading = readStateFile(fileIn(folder));
  if (reading.type === "newer" || reading.type === "unreadable") return { type: "unusable" };
  return { type: "read", state: reading.type === "read" ? readProjectState(reading.value) : null };
}

/**
 * Writes `state.json`, on the disk when it returns. Members that are not known stay, those of a report too. Never throws.
 *
 * @param isStillOurs whether the sender's lock is still held.
 */
export async function writeState(
  folder: Place,
  state: ProjectState,
  isStillOurs?: () => Promise<boolean>,
): Promise<Replacement> {
  const file = fileIn(folder);
  const there = readStateFile(file);
  const before: JsonObject = there.type === "read" ? there.value : {};
  const reportsBefore = asRecord(before.reports) ?? {};
  const reports = Object.entries(state.reports).map(([name, report]) => {
    const known = Object.hasOwn(reportsBefore, name) ? asRecord(reportsBefore[name]) : null;
    return [name, { ...known, ...report }];
  });
  const { firstDay, merged } = state;
  const value = { ...before, version: VERSION, firstDay, reports: Object.fromEntries(reports), merged };
  return await replaceStateFile(file, value, isStillOurs);
}

function fileIn(folder: Place): StateFile {
  return {
    path: pathIn(folder.path, "state.json"),
    within: folder.within,
    version: VERSION,
    maxOctets: MAX_STATE_OCTETS,
  };
}
