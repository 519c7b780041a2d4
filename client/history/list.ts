import { readStateFile } from "../state/file.ts";
import { ENTRY_VERSION, type Entry, MAX_ENTRY_OCTETS, parseEntry } from "./entry.ts";
import { findFiles, type HistoryFile, statePlace, stemOf } from "./layout.ts";
import { parseProgress, STATE_VERSION, type State, stateOf } from "./progress.ts";
import type { HistoryPlaces } from "./setting.ts";

/** An entry with what became of it. */
export interface KeptEntry extends Entry {
  /** That of its worst part; `unknown` when the state's file is damaged or by a newer program. */
  readonly state: State | "unknown";
  /** What became of each frame, in part order; null when unknown. */
  readonly progress: readonly State[] | null;
}

/** What is kept. */
export interface Listing {
  /** Newest day first; within a day by project and name, since nobody knows which was first. */
  readonly entries: readonly KeptEntry[];
  /** Files that say nothing that could be relied on. */
  readonly damaged: number;
  /** Files by a newer program. */
  readonly newer: number;
  /** Files and folders that the file system does not let us read. */
  readonly unreadable: number;
}

/**
 * Reads the history of one project, or of all when `project` is null. Makes nothing, and never throws. What vanishes
 * meanwhile is not there.
 */
export async function listHistory({ folder }: HistoryPlaces, project: string | null = null): Promise<Listing> {
  const found = await findFiles(folder, project);
  const counts = { damaged: 0, newer: 0, unreadable: found.unreadable };
  const entries: KeptEntry[] = [];
  for (const file of found.files) {
    if (file.kind !== "entry") continue;
    const reading = readStateFile({ path: file.path, version: ENTRY_VERSION, maxOctets: MAX_ENTRY_OCTETS });
    if (reading.type === "absent") continue;
    if (reading.type !== "read") {
      counts[reading.type]++;
      continue;
    }
    const parsed = parseEntry(reading.value);
    if (parsed.type === "entry" && isItsName(file, parsed.entry)) {
      const progress = readProgress(statePlace(folder, parsed.entry).path, parsed.entry.frames.length);
      entries.push({ ...parsed.entry, state: progress === null ? "unknown" : stateOf(progress), progress });
    } else counts.damaged++;
  }
  return { entries: entries.toSorted(newestFirst), ...counts };
}

/** What was copied under another name would be forgotten under the wrong one. */
function isItsName({ project, stem }: HistoryFile, entry: Entry): boolean {
  return entry.project === project && stemOf(entry) === stem;
}

function readProgress(path: string, parts: number): readonly State[] | null {
  const reading = readStateFile({ path, version: STATE_VERSION, maxOctets: MAX_ENTRY_OCTETS });
  if (reading.type === "absent") return Array.from({ length: parts }, () => "waiting");
  return reading.type === "read" ? parseProgress(reading.value, parts) : null;
}

function newestFirst(a: KeptEntry, b: KeptEntry): number {
  if (a.day !== b.day) return b.day - a.day;
  const left = `${a.project} ${stemOf(a)}`;
  const right = `${b.project} ${stemOf(b)}`;
  return left < right ? -1 : Number(left > right);
}
