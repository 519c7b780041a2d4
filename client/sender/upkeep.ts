import { lstat, readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { reconcileHistory } from "../history/marking.ts";
import { pruneHistory } from "../history/prune.ts";
import { historyPlacesOf } from "../history/setting.ts";
import { bindingsOf, installationPlace, projectsOf } from "../installation/folder.ts";
import { readSession, removeSession } from "../installation/session.ts";
import { livingSession } from "../report/session.ts";
import { frameNames, projectsIn } from "../spool/folder.ts";
import { nowOf, type SenderRun } from "./world.ts";

const DAY_MILLISECONDS = 86_400_000;

/** Days after which another machine's installation, or a copied one, is nobody's. */
const FOREIGN_DAYS = 90;

/** What is half written for so long was left by a program that died (docs/client-state.md, "Files and locks"). */
const LEFTOVER_MILLISECONDS = 6 * 60_000;

const LEFTOVER = /^\..+\.new-/;

/** Removes what is old: of the history, sessions that are over, installations of others, and what programs left that died. */
export async function upkeep(run: SenderRun): Promise<void> {
  const { world, state } = run;
  const history = historyPlacesOf(world.places);
  if (history !== null) {
    const spooled = new Set(frameNames(state).map(({ hash }) => hash));
    await reconcileHistory(history, (box) => spooled.has(box));
    await pruneHistory(history, world.clock);
  }
  const installations = projectsOf(state, world.binding).map((name) => installationPlace(state, world.binding, name));
  for (const folder of installations) {
    const session = readSession(folder);
    if (session !== null && livingSession(session, nowOf(world)) === null) removeSession(folder);
  }
  // What was sent leaves nothing, not even the project's name.
  for (const name of projectsIn(state)) await rmdir(join(state.path, "spool", name)).catch(() => {});
  for (const { path } of [state, ...installations]) await removeLeftovers(path, world.clock());
  await removeForeign(run);
}

async function removeForeign({ world, state }: SenderRun): Promise<void> {
  for (const binding of bindingsOf(state)) {
    const path = join(state.path, "installations", binding);
    if (binding === world.binding) continue;
    const changed = await lastChange(path);
    if (changed === null || world.clock() - changed <= FOREIGN_DAYS * DAY_MILLISECONDS) continue;
    await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

/** When anything in a folder last changed, milliseconds since 1970-01-01 UTC; null when that cannot be known. */
async function lastChange(path: string): Promise<number | null> {
  try {
    const status = await lstat(path);
    if (!status.isDirectory()) return status.mtimeMs;
    const inside = await Promise.all((await readdir(path)).map((name) => lastChange(join(path, name))));
    return inside.reduce<number | null>(
      (latest, one) => (latest === null || one === null ? null : Math.max(latest, one)),
      status.mtimeMs,
    );
  } catch {
    return null;
  }
}

async function removeLeftovers(folder: string, now: number): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!LEFTOVER.test(name)) continue;
    const path = join(folder, name);
    const status = await lstat(path).catch(() => null);
    if (status !== null && Math.abs(now - status.mtimeMs) > LEFTOVER_MILLISECONDS) {
      await rm(path, { force: true }).catch(() => {});
    }
  }
}
