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
  let folder = workingFolder === null ? null : resolve(workingFolder);
  for (let looked = 0; folder !== null && looked < MAX_FOLDERS; looked++) {
    const path = pathIn(folder, OPT_OUT_FILE);
    if (isThere(path)) return path;
    const above = dirname(folder);
    folder = above === folder ? null : above;
  }
  const last = home === null ? null : pathIn(home, OPT_OUT_FILE);
  return last !== null && isThere(last) ? last : null;
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
