import { lstatSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { pathIn } from "../state/paths.ts";

/** Whoever puts something of this name into a folder opts out of all that runs below it. */
export const OPT_OUT_FILE = ".sotto-opt-out";

/** Folders that are looked into on the way up; real trees are a tenth as deep. */
const MAX_FOLDERS = 256;

/** Where the search starts. */
export interface OptOutSearch {
  /** null when it is gone. */
  readonly workingFolder: string | null;
  /** null when the system does not tell. */
  readonly home: string | null;
}

/**
 * Looks for a `.sotto-opt-out` in the working folder and all above it, then in home. A file of any kind counts, a folder
 * or a link to nowhere too. What the user may not look at is not found. Never throws, makes nothing.
 *
 * @returns the path of the nearest; null when there is none.
 */
export function findOptOut({ workingFolder, home }: OptOutSearch): string | null {
  const folders = [...(workingFolder === null ? [] : upwards(workingFolder)), ...(home === null ? [] : [home])];
  return folders.map((folder) => pathIn(folder, OPT_OUT_FILE)).find(isThere) ?? null;
}

function upwards(start: string): string[] {
  const folders = [resolve(start)];
  while (folders.length < MAX_FOLDERS) {
    const last = folders.at(-1) as string;
    const above = dirname(last);
    if (above === last) break;
    folders.push(above);
  }
  return folders;
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
