import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { findFiles } from "../history/layout.ts";
import { historyPlacesOf } from "../history/setting.ts";
import { bindingsOf, installationPlace, projectsOf } from "../installation/folder.ts";
import { entryFile, frameNames } from "../spool/folder.ts";
import type { Place, Places } from "../state/paths.ts";

/** What is kept of one project, or of all: paths, so that what comes back can be told from what stayed. */
export interface Kept {
  readonly frames: readonly string[];
  /** Folders, also those of other machines that share this one. */
  readonly installations: readonly string[];
  /** Files that hold an entry of the history, or what is half of one. */
  readonly entries: readonly string[];
}

/** Looks for what is kept. Makes nothing. @param project null for all. */
export async function findKept(places: Places, project: string | null): Promise<Kept> {
  const { state } = places;
  const history = historyPlacesOf(places);
  const found = history === null ? { files: [] } : await findFiles(history.folder, project);
  return {
    frames: state === null ? [] : framesOf(state, project),
    installations: state === null ? [] : installationsOf(state, project).map(({ path }) => path),
    entries: found.files.map(({ path }) => path),
  };
}

/** The folders of a project's installations, or of all, under every binding. */
export function installationsOf(state: Place, project: string | null): Place[] {
  return bindingsOf(state).flatMap((binding) => {
    const names = project === null ? projectsOf(state, binding) : [project];
    return names.map((name) => installationPlace(state, binding, name)).filter(({ path }) => existsSync(path));
  });
}

/** Every file below a folder; none where it is not there. */
export function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted();
  } catch {
    return [];
  }
}

function framesOf(state: Place, project: string | null): string[] {
  return frameNames(state)
    .filter((name) => project === null || name.project === project)
    .map((name) => entryFile(state, name).path);
}
