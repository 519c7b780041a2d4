import { readdir, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { historyPlacesOf } from "../history/setting.ts";
import { readStateFile } from "../state/file.ts";
import type { Places } from "../state/paths.ts";
import { filesBelow } from "./kept.ts";

const VERSION = 1;

/** Larger than any of these files may be. */
const MAX_OCTETS = 4 * 1024 * 1024;

/** Locks, also dead and half taken-over ones; files half written or half erased. */
const PASSING = /^(sender|spool|consent\.json)\.lock(\.|$)|^\..+\.(new|gone)-/;

/** Files of the state folder that tell of no project alone. */
const HOST_FILES = ["next.json", "pace.json", "zones.json"];

/**
 * Removes every file of ours but consent.json, and the folders that are empty then. What projects have must be gone
 * before. Never throws.
 *
 * @returns what is left: files of newer programs, and such that are not ours.
 */
export async function purge(places: Places): Promise<string[]> {
  const { state, consent } = places;
  if (state === null || consent === null) return [];
  const setting = historyPlacesOf(places)?.setting.path ?? "";
  const hostFiles = [...HOST_FILES.map((name) => join(state.path, name)), setting];
  for (const path of hostFiles) if (!isNewer(path)) await remove(path);
  const config = dirname(consent.path);
  const inConfig = (await readdir(config).catch(() => [])).map((name) => join(config, name));
  for (const path of [...filesBelow(state.path), ...inConfig]) if (PASSING.test(basename(path))) await remove(path);
  for (const name of ["spool", "history", "installations", "."]) await rmdir(join(state.path, name)).catch(() => {});
  const left = [...filesBelow(state.path), ...(isNewer(setting) ? [setting] : [])];
  // On some systems both folders are one.
  return [...new Set(left)].filter((path) => path !== consent.path);
}

async function remove(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => {});
}

function isNewer(path: string): boolean {
  return readStateFile({ path, version: VERSION, maxOctets: MAX_OCTETS }).type === "newer";
}
