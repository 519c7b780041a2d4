import { lstat, utimes } from "node:fs/promises";
import { DAY_SECONDS } from "@sotto/wire";
import type { Place } from "../state/paths.ts";
import { projectPlace } from "./layout.ts";

/**
 * Sets the times of a file or folder to the beginning of a day, so that its date tells no more than what is in it.
 * (The file system's own note of its last change cannot be set.) What cannot be set or is gone is left.
 *
 * @param day days since 1970-01-01 UTC.
 */
export async function coarsen(path: string, day: number): Promise<void> {
  const status = await lstat(path).catch(() => null);
  // Setting them changes the note of the last change, so what is right stays untouched.
  if (status === null || [status.mtimeMs, status.atimeMs].every((time) => time === day * DAY_SECONDS * 1000)) return;
  await utimes(path, day * DAY_SECONDS, day * DAY_SECONDS).catch(() => {});
}

/** The same for the folders of these projects and the one above them: names that come and go change their times. */
export async function coarsenFolders(folder: Place, projects: Iterable<string>, day: number): Promise<void> {
  for (const project of new Set(projects)) await coarsen(projectPlace(folder, project).path, day);
  await coarsen(folder.path, day);
}
