import { lstatSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { clearHistory } from "../history/history.ts";
import { historyPlacesOf } from "../history/setting.ts";
import { removeInstallation } from "../installation/removal.ts";
import { clearSpool } from "../spool/spool.ts";
import type { Place, Places } from "../state/paths.ts";
import { filesBelow, findKept, installationsOf, type Kept } from "./kept.ts";

/** What was deleted. */
export interface Erased {
  readonly frames: number;
  readonly installations: number;
  readonly entries: number;
  /** Of the history's files, those that could not be overwritten first. */
  readonly unwiped: number;
  /** Files that are still there: a newer program's, or such that the file system does not give away. */
  readonly left: readonly string[];
}

/**
 * Milliseconds between two looks. A sender that is writing at this moment finds its lock gone before the next file; one
 * that waits for a resolver finds it gone after that.
 */
const PAUSES = [100, 400, 1500] as const;

/** Milliseconds to wait for the spool's lock: a no does not wait for a program that hangs. */
const PATIENCE = 2000;

const ENTRY = /^\d{5}-[0-9a-f]{64}\.json$/;

/**
 * Stops the sender and deletes what is kept of a project, or of all. Since a program that is just writing may bring a
 * file back, it looks again and deletes again, a few times. The decision must be recorded before: who writes looks at
 * it.
 *
 * @param project null for all.
 * @param sleep waits for milliseconds.
 */
export async function eraseKept(
  places: Places,
  project: string | null,
  sleep: (milliseconds: number) => Promise<void>,
): Promise<Erased> {
  const { state } = places;
  const seen = { frames: new Set<string>(), installations: new Set<string>(), entries: new Set<string>() };
  let unwiped = 0;
  const isSending = state !== null && (await stopSender(state));
  // Without a sender, nobody writes for longer than it takes a program to end.
  for (const pause of isSending ? PAUSES : PAUSES.slice(0, 1)) {
    unwiped += await eraseOnce();
    await sleep(pause);
  }
  unwiped += await eraseOnce();
  const kept = await findKept(places, project);
  const gone = (all: ReadonlySet<string>, here: readonly string[]) =>
    all.size - here.filter((path) => all.has(path)).length;
  return {
    frames: gone(seen.frames, kept.frames),
    installations: gone(seen.installations, kept.installations),
    entries: gone(seen.entries, entriesOf(kept)),
    unwiped,
    left: [...kept.frames, ...kept.installations.flatMap(filesBelow), ...kept.entries],
  };

  async function eraseOnce(): Promise<number> {
    const kept = await findKept(places, project);
    for (const path of kept.frames) seen.frames.add(path);
    for (const path of kept.installations) seen.installations.add(path);
    for (const path of entriesOf(kept)) seen.entries.add(path);
    if (state !== null) {
      await clearSpool(state, project, { patience: PATIENCE });
      for (const place of installationsOf(state, project)) await removeInstallation(place);
    }
    const history = historyPlacesOf(places);
    return history === null ? 0 : (await clearHistory(history, project)).unwiped;
  }
}

/** A sender whose lock is gone ends. @returns whether there was one. */
async function stopSender(state: Place): Promise<boolean> {
  const path = join(state.path, "sender.lock");
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return false;
  await rm(path, { force: true }).catch(() => {});
  return true;
}

function entriesOf({ entries }: Kept): string[] {
  return entries.filter((path) => ENTRY.test(path.split(/[\\/]/).at(-1) ?? ""));
}
