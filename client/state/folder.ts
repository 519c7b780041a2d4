import { chmod, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import type { Place } from "./paths.ts";

/** Only the user may enter a folder of ours. */
const FOLDER_MODE = 0o700;

/**
 * Makes a folder and those above it, each with mode 0700 whatever the umask. What is there already keeps its mode, and
 * `within` is never made.
 *
 * @throws the file system's error; `ENOENT` when `within` is not there.
 */
export async function makeFolder({ path, within }: Place): Promise<void> {
  // Its absence shows when something is to be made in it.
  if (path === within) return;
  try {
    await mkdir(path, { mode: FOLDER_MODE });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    const above = dirname(path);
    if (code !== "ENOENT" || above === within || above === path) throw error;
    await makeFolder({ path: above, within });
    return await makeFolder({ path, within: above });
  }
  if (process.platform !== "win32") await chmod(path, FOLDER_MODE);
}

/** Has a folder's names written to the disk: a new name is there after a crash only then. Windows cannot. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
