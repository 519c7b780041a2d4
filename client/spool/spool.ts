import { existsSync } from "node:fs";
import { rmdir } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, readStateFile, replaceStateFile } from "../state/file.ts";
import { makeFolder } from "../state/folder.ts";
import { type Lock, takeLock } from "../state/lock.ts";
import type { Place } from "../state/paths.ts";
import { jsonOfEntry, readEntry, type SpoolEntry } from "./entry.ts";
import { entryFile, type FrameName, frameNames, listSpool, projectsIn, removed, removeProject } from "./folder.ts";
import { countLosses, type LossReason } from "./losses.ts";
import { fateOf, healedEntry } from "./schedule.ts";
import type { Settlement } from "./verdict.ts";

/** Frames of all projects together. */
export const MAX_FRAMES = 200;

/** Milliseconds to wait for other programs that use the spool; each takes a few for each frame. */
const PATIENCE = 10_000;

/** What became of a change. Nothing is thrown. */
export type SpoolChange<T> =
  | { readonly type: "done"; readonly value: T }
  /** The state folder, or the spool in it, is not there: nothing was to be done. */
  | { readonly type: "absent" }
  /** `reason` is a phrase for a person. */
  | { readonly type: "refused"; readonly cause: "busy" | "unwritable"; readonly reason: string };

/** How a change waits. */
export interface ChangeOptions {
  /** Milliseconds to wait for the lock. */
  readonly patience?: number;
}

/**
 * Adds the frames of a message: all of them or none. When the spool then holds more than two hundred, those that expired
 * are dropped, then the oldest, which may be one of the new.
 *
 * @param state the state folder.
 * @param now minutes since 1970-01-01 UTC.
 * @returns how many frames were dropped.
 */
export async function addFrames(
  state: Place,
  entries: readonly SpoolEntry[],
  now: number,
  { patience = PATIENCE }: ChangeOptions = {},
): Promise<SpoolChange<number>> {
  // What could not be read again must not be written, and a folder's name comes from here.
  const isSound = (entry: SpoolEntry) => readEntry(jsonOfEntry(entry), entry.project, entry.hash).type === "read";
  if (!entries.every(isSound)) return unwritable("SOTTO_SPOOL_ENTRY");
  try {
    await makeFolder(state);
  } catch (error) {
    return unwritable(codeOf(error));
  }
  return await underLock(state, patience, async (lock) => {
    for (const [at, entry] of entries.entries()) {
      const written = await replaceStateFile(entryFile(state, entry), jsonOfEntry(entry), () => lock.isHeld());
      if (written.type === "replaced") continue;
      // A message of which a part is missing will never be complete.
      for (const whole of entries.slice(0, at)) await removed(entryFile(state, whole).path);
      return unwritable(written.type === "failed" ? written.code : "SOTTO_STATE_NEWER");
    }
    return done(frameNames(state).length > MAX_FRAMES ? await trim(state, now) : 0);
  });
}

/**
 * Brings the spool in order before a flush: drops what expired, is spent or is damaged, and what is beyond two hundred;
 * heals attempts that the clock had in the future. Makes nothing where there is no spool.
 *
 * @param now minutes since 1970-01-01 UTC.
 * @returns the frames that are left.
 */
export async function sweepSpool(
  state: Place,
  now: number,
  { patience = PATIENCE }: ChangeOptions = {},
): Promise<SpoolChange<readonly SpoolEntry[]>> {
  if (!isThere(state)) return { type: "absent" };
  return await underLock(state, patience, async () => {
    await trim(state, now);
    const left: SpoolEntry[] = [];
    for (const entry of listSpool(state).entries) {
      const healed = healedEntry(entry, now);
      if (healed !== entry) await rewrite(state, healed);
      left.push(healed);
    }
    return done(left);
  });
}

/**
 * Keeps a frame as it is now, for instance when its attempt begins. One that is not in the spool any more is not put
 * back: the user may have disabled the project.
 *
 * @returns whether it was there. If not, it must not be sent.
 */
export async function updateFrame(
  state: Place,
  entry: SpoolEntry,
  { patience = PATIENCE }: ChangeOptions = {},
): Promise<SpoolChange<boolean>> {
  if (!isThere(state)) return { type: "absent" };
  return await underLock(state, patience, async () => {
    const code = await rewrite(state, entry);
    if (code === "ENOENT") return done(false);
    return code === null ? done(true) : unwritable(code);
  });
}

/** Does what was settled about a frame: keeps it, or removes it and counts the loss. */
export async function applySettlement(
  state: Place,
  name: FrameName,
  settlement: Settlement,
  options: ChangeOptions = {},
): Promise<SpoolChange<boolean>> {
  if (settlement.type === "waits") return await updateFrame(state, settlement.entry, options);
  if (!isThere(state)) return { type: "absent" };
  return await underLock(state, options.patience ?? PATIENCE, async () => {
    const losses: [FrameName, LossReason][] =
      settlement.type === "dropped" && isFrame(state, name) ? [[name, settlement.reason]] : [];
    await drop(state, losses);
    return done(await removed(entryFile(state, name).path));
  });
}

/**
 * Deletes a project's frames, or everything with the count of losses; for `disable`. What a newer program wrote stays.
 * It does not depend on the lock: a no must not wait for a program that hangs.
 *
 * @param project null for all.
 * @returns whether everything is gone.
 */
export async function clearSpool(
  state: Place,
  project: string | null,
  { patience = PATIENCE }: ChangeOptions = {},
): Promise<SpoolChange<boolean>> {
  if (!isThere(state)) return { type: "absent" };
  const taking = await takeLock(lockIn(state), { patience });
  try {
    let isGone = true;
    for (const name of projectsIn(state)) {
      if (project === null || name === project) isGone = (await removeProject(state, name)) && isGone;
    }
    if (project !== null) return done(isGone);
    const spool = join(state.path, "spool");
    isGone = (await removed(join(spool, "losses.json"))) && isGone;
    await rmdir(spool).catch(() => {});
    return done(isGone);
  } finally {
    if (taking.type === "taken") await taking.lock.release();
  }
}

/** Drops what is to be dropped, under the lock. @returns how many frames. */
async function trim(state: Place, now: number): Promise<number> {
  const { entries, damaged } = listSpool(state);
  const fates = entries.map((entry) => ({ entry, fate: fateOf(entry, now) }));
  const living = fates.flatMap(({ entry, fate }) => (fate === "due" || fate === "waiting" ? [entry] : []));
  const losses: [FrameName, LossReason][] = [
    ...damaged.map((name): [FrameName, LossReason] => [name, "damaged"]),
    ...fates.flatMap(({ entry, fate }): [FrameName, LossReason][] => {
      if (fate === "expired") return [[entry, "expired"]];
      return fate === "spent" ? [[entry, "attempts"]] : [];
    }),
    ...living
      .toSorted(oldestFirst)
      .slice(0, Math.max(0, living.length - MAX_FRAMES))
      .map((entry): [FrameName, LossReason] => [entry, "overflow"]),
  ];
  return await drop(state, losses);
}

/** Of a day, what was tried most often has the least to expect. */
function oldestFirst(a: SpoolEntry, b: SpoolEntry): number {
  return a.day - b.day || b.attempts - a.attempts || (a.hash < b.hash ? -1 : 1);
}

async function drop(state: Place, losses: readonly [FrameName, LossReason][]): Promise<number> {
  const reasons: LossReason[] = [];
  for (const [name, reason] of losses) {
    if (await removed(entryFile(state, name).path)) reasons.push(reason);
  }
  await countLosses(state, reasons);
  return reasons.length;
}

/** Writes an entry over the one that is there, with what is unknown in it. @returns null, or what went wrong. */
async function rewrite(state: Place, entry: SpoolEntry): Promise<string | null> {
  const file = entryFile(state, entry);
  const there = readStateFile(file);
  if (there.type !== "read") return there.type === "absent" ? "ENOENT" : "SOTTO_STATE_DAMAGED";
  // Asked again at the last moment: `disable` does not wait for our lock for ever.
  const written = await replaceStateFile(file, { ...there.value, ...jsonOfEntry(entry) }, async () =>
    isFrame(state, entry),
  );
  if (written.type === "replaced") return null;
  return isFrame(state, entry) && written.type === "failed" ? written.code : "ENOENT";
}

async function underLock<T>(
  state: Place,
  patience: number,
  change: (lock: Lock) => Promise<SpoolChange<T>>,
): Promise<SpoolChange<T>> {
  const taking = await takeLock(lockIn(state), { patience });
  if (taking.type === "busy") return { type: "refused", cause: "busy", reason: "another program is using the spool" };
  if (taking.type === "failed") return taking.code === "ENOENT" ? { type: "absent" } : unwritable(taking.code);
  try {
    return await change(taking.lock);
  } finally {
    await taking.lock.release();
  }
}

function lockIn(state: Place): string {
  return join(state.path, "spool.lock");
}

function isThere(state: Place): boolean {
  return existsSync(join(state.path, "spool"));
}

function isFrame(state: Place, name: FrameName): boolean {
  return readStateFile(entryFile(state, name)).type !== "absent";
}

function done<T>(value: T): SpoolChange<T> {
  return { type: "done", value };
}

function unwritable(code: string): { type: "refused"; cause: "unwritable"; reason: string } {
  return { type: "refused", cause: "unwritable", reason: `it cannot be written (${code})` };
}
