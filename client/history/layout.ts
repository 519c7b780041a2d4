import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isProject } from "@sotto/wire";
import { isPlausibleDay } from "../report/window.ts";
import { codeOf, type StateFile } from "../state/file.ts";
import type { Place } from "../state/paths.ts";
import { type Entry, idOf } from "./entry.ts";

/** A file of the history, by its name alone. */
export interface HistoryFile {
  readonly project: string;
  readonly path: string;
  /** `entry` holds secrets, `state` what became of it; `new` is half written and `gone` half erased. */
  readonly kind: "entry" | "state" | "new" | "gone";
  /** `<day>-<hash>`: the entry that it belongs to. */
  readonly stem: string;
  /** Days since 1970-01-01 UTC. */
  readonly day: number;
}

/** What is in the folder. What is not named as ours is not looked at. */
export interface HistoryFolder {
  readonly files: readonly HistoryFile[];
  /** Folders that cannot be read. */
  readonly unreadable: number;
}

/** The file of what is remembered of the clock. No project has a dot in its name. */
export const CLOCK_FILE = "clock.json";

/** The newest version of clock.json that is known here. */
export const CLOCK_VERSION = 1;

/** It holds two numbers. */
const MAX_CLOCK_OCTETS = 4096;

const PLAIN = /^((\d{5})-[0-9a-f]{64})(\.state)?\.json$/;
const LEFTOVER = /^\.((\d{5})-[0-9a-f]{64})(?:\.state)?\.json\.(new|gone)-[0-9a-f-]+$/;

/** The folder of a project. */
export function projectPlace(folder: Place, project: string): Place {
  return { path: join(folder.path, project), within: folder.within };
}

/** The file of an entry, which is written once and holds the secrets. */
export function entryPlace(folder: Place, entry: Entry): Place {
  return { path: join(projectPlace(folder, entry.project).path, `${stemOf(entry)}.json`), within: folder.within };
}

/**
 * The file of what became of an entry. It changes, so it is apart: each replacement of a file leaves the old content
 * somewhere on the disk, where no secret must be. It is never the reason to make a folder.
 */
export function statePlace(folder: Place, entry: Entry): Place {
  const project = projectPlace(folder, entry.project).path;
  return { path: join(project, `${stemOf(entry)}.state.json`), within: project };
}

/** What is remembered of the clock, beside the projects' folders. It is never the reason to make a folder. */
export function clockFile(folder: Place): StateFile {
  const path = join(folder.path, CLOCK_FILE);
  return { path, within: folder.path, version: CLOCK_VERSION, maxOctets: MAX_CLOCK_OCTETS };
}

/** `<day>-<hash of the first frame's box>`, what the names of an entry's files begin with. */
export function stemOf(entry: Entry): string {
  return `${entry.day}-${idOf(entry)}`;
}

/** Looks at the files of one project, or of all when `project` is null. A folder that is not there is empty. */
export async function findFiles(folder: Place, project: string | null): Promise<HistoryFolder> {
  const all = project === null ? await namesIn(folder.path) : [project];
  if (all === null) return { files: [], unreadable: 1 };
  const files: HistoryFile[] = [];
  let unreadable = 0;
  for (const name of all.filter(isProject)) {
    const path = projectPlace(folder, name).path;
    const names = await namesIn(path);
    if (names === null) unreadable++;
    else files.push(...names.flatMap((file) => readFileName(name, path, file)));
  }
  return { files, unreadable };
}

function readFileName(project: string, folder: string, name: string): HistoryFile[] {
  const [, stem, day, last] = PLAIN.exec(name) ?? LEFTOVER.exec(name) ?? [];
  if (stem === undefined || !isPlausibleDay(Number(day))) return [];
  const leftover = last === "new" || last === "gone" ? last : null;
  const kind = leftover ?? (last === undefined ? "entry" : "state");
  return [{ project, path: join(folder, name), kind, stem, day: Number(day) }];
}

/** @returns null when the folder is there and cannot be read. */
async function namesIn(path: string): Promise<string[] | null> {
  try {
    return await readdir(path);
  } catch (error) {
    return ["ENOENT", "ENOTDIR"].includes(codeOf(error)) ? [] : null;
  }
}
