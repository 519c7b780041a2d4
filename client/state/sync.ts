import {
  chmodSync,
  closeSync,
  existsSync,
  fchmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Place } from "./paths.ts";

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** A file half written this long ago belongs to a program that died. */
const ORPHAN_MILLISECONDS = 6 * 60_000;

/** What became of making a file that must not be there yet. */
export type Making = "made" | "there" | "failed";

/** Names within this process: nobody else has its number and its clock. */
let made = 0;

/**
 * Makes a folder and those above it, mode 0700, but not `within`. For programs that are about to end and cannot wait for a
 * promise; otherwise as `makeFolder`.
 *
 * @throws the file system's error.
 */
export function makeFolderSync({ path, within }: Place): void {
  // Mostly it is there, and the error that says so takes longer to make than to look.
  if (path === within || existsSync(path)) return;
  try {
    mkdirSync(path, { mode: FOLDER_MODE });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    const above = dirname(path);
    if (code !== "ENOENT" || above === within || above === path) throw error;
    makeFolderSync({ path: above, within });
    makeFolderSync({ path, within: above });
    return;
  }
  if (process.platform !== "win32") chmodSync(path, FOLDER_MODE);
}

/**
 * Puts a file in the place of another, whole or not at all. It does not wait for the disk: after a power failure it may
 * be damaged, which its readers take for absent. Never throws.
 *
 * @returns whether it is there.
 */
export function replaceFileSync(place: Place, text: string): boolean {
  return writeWhole(place, text, renameSync) === "made";
}

/** Makes a file, whole or not at all, where there is none. Never throws. */
export function makeFileSync(place: Place, text: string): Making {
  // Unlike renaming, linking refuses to take the place of what is there.
  return writeWhole(place, text, (whole, path) => {
    linkSync(whole, path);
    rmSync(whole, { force: true });
  });
}

/**
 * Appends to a file in one write, which no other program's write can be mixed with (O_APPEND). Never throws.
 *
 * @returns the file's size then, in octets; null when nothing was written.
 */
export function appendSync(place: Place, text: string, sizeOf: (file: number) => number): number | null {
  try {
    const file = openToAppend(place);
    try {
      writeSync(file, text);
      return sizeOf(file);
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}

function openToAppend({ path, within }: Place): number {
  try {
    return openSync(path, "a", FILE_MODE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    makeFolderSync({ path: dirname(path), within });
    return openSync(path, "a", FILE_MODE);
  }
}

function writeWhole(place: Place, text: string, put: (whole: string, path: string) => void): Making {
  const folder = dirname(place.path);
  const prefix = `.${basename(place.path)}.new-`;
  const whole = join(folder, `${prefix}${process.pid}-${process.hrtime.bigint()}-${made++}`);
  try {
    makeFolderSync({ path: folder, within: place.within });
    removeOrphans(folder, prefix);
    const file = openSync(whole, "wx", FILE_MODE);
    try {
      if (process.platform !== "win32") fchmodSync(file, FILE_MODE);
      writeSync(file, text);
    } finally {
      closeSync(file);
    }
    put(whole, place.path);
    return "made";
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === "EEXIST";
    try {
      rmSync(whole, { force: true });
    } catch {
      // A disk that refuses even this is not ours to mend.
    }
    return isThere ? "there" : "failed";
  }
}

/** Nobody else ever would. */
function removeOrphans(folder: string, prefix: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(prefix)) continue;
    const path = join(folder, name);
    const since = lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Math.abs(Date.now() - since) > ORPHAN_MILLISECONDS) rmSync(path, { force: true });
  }
}
