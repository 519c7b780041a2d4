import { lstat } from "node:fs/promises";
import { dayOf } from "@sotto/wire";
import { isPlausibleDay } from "../report/window.ts";
import { readStateFile, replaceStateFile } from "../state/file.ts";
import type { Place } from "../state/paths.ts";
import { type ClockMemory, isOver, judgeClock, readClockMemory } from "./clock.ts";
import { CLOCK_VERSION, clockFile, findFiles, type HistoryFile } from "./layout.ts";
import { type Removal, removeFiles } from "./removal.ts";
import type { HistoryPlaces } from "./setting.ts";
import { coarsen, coarsenFolders } from "./times.ts";

/** What is half written for so long was left by a program that died; writing takes milliseconds. */
const LEFTOVER_MILLISECONDS = 6 * 60_000;

/** What became of the removal by age. */
export type Pruning =
  /** `step`: days that the clock moved since it was last believed; null when nothing is known of that. */
  | { readonly type: "pruned"; readonly removal: Removal; readonly step: number | null }
  /** The clock moved too far to be believed yet; `kept` entries would be too old, and `removal` is of leftovers only. */
  | { readonly type: "doubted"; readonly removal: Removal; readonly step: number; readonly kept: number }
  /** No client ever ran on such a day, or the memory of the clock is by a newer program: nothing was done. */
  | { readonly type: "left" };

/**
 * Removes the entries that are more than 90 days away from today, and what programs that died left. Never throws; makes
 * nothing where there is no history.
 *
 * @param clock milliseconds since 1970-01-01 UTC.
 */
export async function pruneHistory({ folder }: HistoryPlaces, clock: () => number = Date.now): Promise<Pruning> {
  const now = clock();
  const today = dayOf(now / 1000);
  if (!isPlausibleDay(today)) return { type: "left" };
  const { files, unreadable } = await findFiles(folder, null);
  const reading = readStateFile(clockFile(folder));
  if (reading.type === "newer") return { type: "left" };
  const read = reading.type === "read" ? readClockMemory(reading.value) : null;
  const { isBelieved, step, memory } = judgeClock(read ?? memoryFrom(files), today);
  const over = files.filter(({ kind, day }) => kind === "entry" && isOver(day, today));
  const leftovers = await leftoversIn(files, now);
  const stems = new Set(over.map(({ stem }) => stem));
  const doomed = isBelieved ? files.filter(({ kind, stem }) => stems.has(stem) && kind !== "new") : [];
  const removal = await removeFiles({ files: [...new Set([...doomed, ...leftovers])], unreadable });
  if (files.length > 0 || reading.type !== "absent") {
    await remember(folder, read, memory);
    await heal(folder, files, today);
  }
  if (isBelieved || step === null) return { type: "pruned", removal, step };
  return { type: "doubted", removal, step, kept: over.length };
}

/** Without a memory, the newest entry tells when the clock was last believed. */
function memoryFrom(files: readonly HistoryFile[]): ClockMemory | null {
  const days = files.filter(({ kind }) => kind === "entry").map(({ day }) => day);
  return days.length === 0 ? null : { day: Math.max(...days), doubted: null };
}

/** What is half written for long or half erased, and states whose entry is gone. */
async function leftoversIn(files: readonly HistoryFile[], now: number): Promise<HistoryFile[]> {
  const entries = new Set(
    files.filter(({ kind }) => kind === "entry").map(({ project, stem }) => `${project}/${stem}`),
  );
  const isLeft = await Promise.all(
    files.map(async ({ kind, path, project, stem }) => {
      if (kind === "new") return await isOld(path, now);
      return kind === "gone" || (kind === "state" && !entries.has(`${project}/${stem}`));
    }),
  );
  return files.filter((_, index) => isLeft[index]);
}

async function isOld(path: string, now: number): Promise<boolean> {
  const status = await lstat(path).catch(() => null);
  return status !== null && Math.abs(now - status.mtimeMs) > LEFTOVER_MILLISECONDS;
}

async function remember(folder: Place, before: ClockMemory | null, memory: ClockMemory): Promise<void> {
  if (before?.day === memory.day && before.doubted === memory.doubted) return;
  const { day, doubted } = memory;
  await replaceStateFile(clockFile(folder), { version: CLOCK_VERSION, day, ...(doubted === null ? {} : { doubted }) });
}

/** A program that died right after it wrote left a file with the time of writing. */
async function heal(folder: Place, files: readonly HistoryFile[], today: number): Promise<void> {
  for (const { kind, path, day } of files) if (kind === "entry" || kind === "state") await coarsen(path, day);
  await coarsen(clockFile(folder).path, today);
  await coarsenFolders(
    folder,
    files.map(({ project }) => project),
    today,
  );
}
