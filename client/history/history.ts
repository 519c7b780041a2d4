import { dayOf } from "@sotto/wire";
import { type Replacement, readStateFile, replaceStateFile } from "../state/file.ts";
import { ENTRY_VERSION, type Entry, encodeEntry, MAX_ENTRY_OCTETS, parseEntry } from "./entry.ts";
import { entryPlace, findFiles, stemOf } from "./layout.ts";
import { type Removal, removeFiles, removeFolders } from "./removal.ts";
import { type HistoryPlaces, readSetting, writeSetting } from "./setting.ts";
import { coarsen, coarsenFolders } from "./times.ts";

/** What became of keeping an entry. */
export type Keeping =
  | { readonly type: "kept" }
  /** The user wants no history, or what is set cannot be understood. */
  | { readonly type: "off" }
  /** Besides the codes of {@link replaceStateFile}, `SOTTO_HISTORY_ENTRY`: it could not be read again. */
  | Exclude<Replacement, { type: "replaced" }>;

/** What became of switching the history off: with a setting that was not written, nothing is removed. */
export interface SwitchingOff {
  readonly setting: Replacement;
  readonly removal: Removal;
}

/** Nothing there, nothing done. */
const NOTHING: Removal = { erased: 0, unwiped: 0, newer: 0, failed: 0 };

/**
 * Remembers a message that was sealed. It is on the disk as a whole or not at all when this returns. An entry that is
 * there is not written again. Never throws.
 */
export async function keepEntry(places: HistoryPlaces, entry: Entry): Promise<Keeping> {
  if (!isSound(entry)) return { type: "failed", code: "SOTTO_HISTORY_ENTRY", reason: "it is not an entry" };
  if (readSetting(places).type !== "on") return { type: "off" };
  const place = entryPlace(places.folder, entry);
  const file = { ...place, version: ENTRY_VERSION, maxOctets: MAX_ENTRY_OCTETS };
  const there = readStateFile(file);
  if (there.type === "read" && parseEntry(there.value).type === "entry") return { type: "kept" };
  const replacement = await replaceStateFile(file, encodeEntry(entry));
  await coarsen(place.path, entry.day);
  await coarsenFolders(places.folder, [entry.project], entry.day);
  if (replacement.type !== "replaced") return replacement;
  if (readSetting(places).type === "on") return { type: "kept" };
  // It was switched off meanwhile, and whoever did so may have looked before this was there.
  await forgetEntry(places, entry);
  return { type: "off" };
}

/** Forgets one entry: with its secrets, and with what writing it may have left. Never throws. */
export async function forgetEntry({ folder }: HistoryPlaces, entry: Entry): Promise<Removal> {
  const { files, unreadable } = await findFiles(folder, entry.project);
  const its = files.filter(({ stem }) => stem === stemOf(entry));
  const removal = await removeFiles({ files: its, unreadable });
  if (its.length > 0) await coarsenFolders(folder, [entry.project], entry.day);
  return removal;
}

/**
 * Forgets all of a project, for `disable` and `forget`, or of all projects when `project` is null, with the folders.
 * Files by a newer program stay and are counted. Never throws.
 *
 * @param clock milliseconds since 1970-01-01 UTC.
 */
export async function clearHistory(
  { folder }: HistoryPlaces,
  project: string | null,
  clock: () => number = Date.now,
): Promise<Removal> {
  const found = await findFiles(folder, project);
  const removal = await removeFiles(found);
  await removeFolders(folder, project);
  const projects = found.files.map((file) => file.project);
  await coarsenFolders(folder, projects, dayOf(clock() / 1000));
  return removal;
}

/**
 * Switches the history off for all projects, and forgets what is there. Never throws.
 *
 * @param clock milliseconds since 1970-01-01 UTC.
 */
export async function switchOff(places: HistoryPlaces, clock: () => number = Date.now): Promise<SwitchingOff> {
  const setting = await writeSetting(places, "off", dayOf(clock() / 1000));
  return { setting, removal: setting.type === "replaced" ? await clearHistory(places, null, clock) : NOTHING };
}

/** Switches the history on again. Never throws. */
export async function switchOn(places: HistoryPlaces, clock: () => number = Date.now): Promise<Replacement> {
  return await writeSetting(places, "on", dayOf(clock() / 1000));
}

/** Entries come from programs: what would not be read again, or would lead out of the folder, is none. */
function isSound(entry: Entry): boolean {
  try {
    return parseEntry(encodeEntry(entry)).type === "entry";
  } catch {
    return false;
  }
}
