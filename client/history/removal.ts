import { readdir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { isProject } from "@sotto/wire";
import { readStateFile } from "../state/file.ts";
import type { Place } from "../state/paths.ts";
import { ENTRY_VERSION, MAX_ENTRY_OCTETS } from "./entry.ts";
import { eraseFile } from "./erase.ts";
import { CLOCK_FILE, clockFile, type HistoryFile, type HistoryFolder, projectPlace } from "./layout.ts";
import { STATE_VERSION } from "./progress.ts";

/** What was removed. Numbers of files. */
export interface Removal {
  readonly erased: number;
  /** Of these, the ones that could not be overwritten first. */
  readonly unwiped: number;
  /** Left, since a newer program wrote them. */
  readonly newer: number;
  /** Still there, since the file system says no; a folder that cannot be read counts as one. */
  readonly failed: number;
}

/** Erases files, entries before what else there is of them. What is not there any more is no failure. Never throws. */
export async function removeFiles({ files, unreadable }: HistoryFolder): Promise<Removal> {
  const counts = { erased: 0, unwiped: 0, newer: 0, failed: unreadable };
  const isEntry = ({ kind }: HistoryFile) => kind === "entry";
  for (const file of [...files.filter(isEntry), ...files.filter((other) => !isEntry(other))]) {
    if (isNewer(file)) {
      counts.newer++;
      continue;
    }
    const erasure = await eraseFile(file.path);
    if (erasure.type === "failed") counts.failed++;
    if (erasure.type !== "erased") continue;
    counts.erased++;
    if (!erasure.isWiped) counts.unwiped++;
  }
  return counts;
}

function isNewer({ kind, path }: HistoryFile): boolean {
  // What is half written is nobody's.
  if (kind === "new" || kind === "gone") return false;
  const version = kind === "entry" ? ENTRY_VERSION : STATE_VERSION;
  return readStateFile({ path, version, maxOctets: MAX_ENTRY_OCTETS }).type === "newer";
}

/** Removes folders that nothing is left in, and with `project` null the memory of the clock. Never throws. */
export async function removeFolders(folder: Place, project: string | null): Promise<void> {
  if (project !== null) {
    if (isProject(project)) await rmdir(projectPlace(folder, project).path).catch(() => {});
    return;
  }
  for (const name of await readdir(folder.path).catch(() => [])) {
    const path = join(folder.path, name);
    if (isProject(name)) await rmdir(path).catch(() => {});
    else if (name.startsWith(`.${CLOCK_FILE}.`)) await eraseFile(path);
  }
  const clock = clockFile(folder);
  if (readStateFile(clock).type !== "newer") await eraseFile(clock.path);
  await rmdir(folder.path).catch(() => {});
}
