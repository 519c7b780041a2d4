import { readdirSync } from "node:fs";
import { rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { isProject } from "@sotto/wire";
import { readStateFile, type StateFile } from "../state/file.ts";
import type { Place } from "../state/paths.ts";
import { ENTRY_VERSION, readEntry, type SpoolEntry } from "./entry.ts";

/** Ten times what an entry has. */
const MAX_OCTETS = 8192;

const ENTRY_FILE = /^([0-9a-f]{64})\.json$/;

/** An entry half written, by a program that was killed. */
const ORPHAN_FILE = /^\.[0-9a-f]{64}\.json\.new-/;

/** Which frame it is. */
export type FrameName = Pick<SpoolEntry, "project" | "hash">;

/** Which message it is. */
export type MessageName = Pick<SpoolEntry, "project" | "message">;

/** What is in the spool. */
export interface SpoolListing {
  readonly entries: readonly SpoolEntry[];
  /** Files that cannot be understood. */
  readonly damaged: readonly FrameName[];
  /** Files by a newer program, or that may not be read: left alone. */
  readonly others: readonly FrameName[];
}

/** The file of a frame. */
export function entryFile(state: Place, { project, hash }: FrameName): StateFile {
  const path = join(state.path, "spool", project, `${hash}.json`);
  return { path, within: state.within, version: ENTRY_VERSION, maxOctets: MAX_OCTETS };
}

/** Lists the spool, of all projects. A folder that is not there is empty. Makes nothing, and never throws. */
export function listSpool(state: Place): SpoolListing {
  const entries: SpoolEntry[] = [];
  const damaged: FrameName[] = [];
  const others: FrameName[] = [];
  for (const name of frameNames(state)) {
    const reading = readStateFile(entryFile(state, name));
    // It was delivered, or deleted, since the folder was read.
    if (reading.type === "absent") continue;
    if (reading.type === "newer" || reading.type === "unreadable") {
      others.push(name);
      continue;
    }
    const entry = reading.type === "read" ? readEntry(reading.value, name.project, name.hash) : reading;
    if (entry.type === "read") entries.push(entry.entry);
    else damaged.push(name);
  }
  return { entries, damaged, others };
}

/** What the spool's files are called; they are not opened. */
export function frameNames(state: Place): FrameName[] {
  return projectsIn(state).flatMap((project) =>
    namesIn(join(state.path, "spool", project)).flatMap((name) => {
      const hash = ENTRY_FILE.exec(name)?.[1];
      return hash === undefined ? [] : [{ project, hash }];
    }),
  );
}

/** Projects that have a folder in the spool. */
export function projectsIn(state: Place): string[] {
  return namesIn(join(state.path, "spool")).filter(isProject);
}

/**
 * Removes a project's frames and their halves, and its folder when nothing else is in it.
 *
 * @returns whether nothing of it is left but what a newer program wrote.
 */
export async function removeProject(state: Place, project: string): Promise<boolean> {
  const folder = join(state.path, "spool", project);
  let isGone = true;
  for (const name of namesIn(folder)) {
    const hash = ENTRY_FILE.exec(name)?.[1];
    if (hash === undefined && !ORPHAN_FILE.test(name)) continue;
    if (hash !== undefined && readStateFile(entryFile(state, { project, hash })).type === "newer") continue;
    isGone = (await removed(join(folder, name))) && isGone;
  }
  await rmdir(folder).catch(() => {});
  return isGone;
}

/**
 * Removes the frames of a message, whatever became of them: of a part that is missing the others are of no use, and a no
 * takes back what was sealed. They are no losses. Like {@link removeProject} it waits for nobody.
 *
 * @returns whether none of them is left.
 */
export async function removeMessage(state: Place, { project, message }: MessageName): Promise<boolean> {
  const its = listSpool(state).entries.filter((entry) => entry.project === project && entry.message === message);
  const gone = await Promise.all(its.map((entry) => removed(entryFile(state, entry).path)));
  return gone.every(Boolean);
}

/** Removes a file. @returns whether it is gone. */
export async function removed(path: string): Promise<boolean> {
  return await rm(path, { force: true }).then(
    () => true,
    () => false,
  );
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}
