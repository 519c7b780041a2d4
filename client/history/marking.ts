import { lstat } from "node:fs/promises";
import { type Replacement, readStateFile, replaceStateFile } from "../state/file.ts";
import { type Entry, MAX_ENTRY_OCTETS } from "./entry.ts";
import { forgetEntry } from "./history.ts";
import { entryPlace, statePlace } from "./layout.ts";
import { type KeptEntry, listHistory } from "./list.ts";
import { reconciled, STATE_VERSION, type State } from "./progress.ts";
import type { HistoryPlaces } from "./setting.ts";
import { coarsen, coarsenFolders } from "./times.ts";

/** Which frame it is, as the spool names it. */
export interface MarkedFrame {
  readonly project: string;
  /** SHA-256 of the box, 64 lower-case hexadecimal digits. */
  readonly hash: string;
}

/** What became of recording a state. */
export type Marking =
  | Replacement
  /** No entry has this frame: none was kept, or it was forgotten. */
  | { readonly type: "absent" };

/** Numbers of entries. */
export interface Reconciliation {
  /** Whose state was not what the spool says. */
  readonly changed: number;
  /** Of these, the ones for which that could not be recorded. */
  readonly failed: number;
}

/**
 * Records what became of a frame. Who removes the frame from the spool does this first, under the sender's lock: it is
 * what keeps two programs from writing the same file. When an answer came is not kept. Never throws.
 */
export async function markFrame(
  places: HistoryPlaces,
  { project, hash }: MarkedFrame,
  state: Exclude<State, "waiting">,
): Promise<Marking> {
  const { entries } = await listHistory(places, project);
  const entry = entries.find(({ frames }) => frames.some(({ box }) => box === hash));
  if (entry === undefined) return { type: "absent" };
  // Where the file was damaged nobody knows what became of the others.
  const before = entry.progress ?? entry.frames.map((): State => "unanswered");
  const after = before.map((other, part) => (entry.frames[part]?.box === hash ? state : other));
  return await record(places, entry, after);
}

/**
 * Brings the states in line with the spool: a frame that waits and is not there any more was dropped. Frames expire,
 * are pushed out by others, and are never spooled by a program that dies after it wrote the history. Called after each
 * flush, under the sender's lock. Never throws.
 *
 * @param isSpooled whether the spool has the frame of a box now, by the SHA-256 of that box in lower-case hexadecimal.
 */
export async function reconcileHistory(
  places: HistoryPlaces,
  isSpooled: (box: string) => boolean,
): Promise<Reconciliation> {
  const counts = { changed: 0, failed: 0 };
  for (const entry of (await listHistory(places)).entries) {
    if (entry.progress === null) continue;
    const after = reconciled(entry.progress, (part) => isSpooled(entry.frames[part]?.box ?? ""));
    if (isSame(entry.progress, after)) continue;
    const { type } = await record(places, entry, after);
    if (type === "absent") continue;
    counts.changed++;
    if (type !== "replaced") counts.failed++;
  }
  return counts;
}

async function record(places: HistoryPlaces, entry: KeptEntry, frames: readonly State[]): Promise<Marking> {
  if (entry.progress !== null && isSame(entry.progress, frames)) return { type: "replaced" };
  const place = statePlace(places.folder, entry);
  const file = { ...place, version: STATE_VERSION, maxOctets: MAX_ENTRY_OCTETS };
  const before = readStateFile(file);
  const others = before.type === "read" ? before.value : {};
  const replacement = await replaceStateFile(file, { ...others, version: STATE_VERSION, frames });
  await coarsen(place.path, entry.day);
  await coarsenFolders(places.folder, [entry.project], entry.day);
  if (await isThere(places, entry)) return replacement;
  // It was forgotten meanwhile, and whoever did so may have looked before its state was there.
  await forgetEntry(places, entry);
  return { type: "absent" };
}

async function isThere({ folder }: HistoryPlaces, entry: Entry): Promise<boolean> {
  return await lstat(entryPlace(folder, entry).path).then(
    (status) => status.isFile(),
    () => false,
  );
}

function isSame(some: readonly State[], others: readonly State[]): boolean {
  return some.every((state, part) => state === others[part]);
}
