import { randomUUID } from "node:crypto";
import { link, lstat, open, readFile, rename, rm, utimes } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "./file.ts";

/**
 * A lock that was not renewed for so long was left by a program that died. Process ids would say nothing: containers
 * that share a home have their own.
 */
export const DEAD_MILLISECONDS = 6 * 60_000;

/** Often enough that a busy machine misses several before its lock counts as dead. */
const RENEWAL_MILLISECONDS = 60_000;

const LOCK_MODE = 0o600;

/** Between two tries for a lock that somebody has: at least this, at most twice this. */
const PAUSE_MILLISECONDS = 15;

/** A lock that this program has. */
export interface Lock {
  /** False when another program took it over, or it is gone with its folder. */
  isHeld(): Promise<boolean>;
  /** Gives it back, if it is still ours. Never throws; a second time does nothing. */
  release(): Promise<void>;
}

/** What became of asking for a lock. */
export type Taking =
  | { readonly type: "taken"; readonly lock: Lock }
  /** Another program has it. */
  | { readonly type: "busy" }
  /** No lock can be made there. `code` is the file system's: `ENOENT` when the folder is not there. */
  | { readonly type: "failed"; readonly code: string };

/** How a lock is waited for. */
export interface LockOptions {
  /** Milliseconds to go on trying; 0, the default, tries once. */
  readonly patience?: number;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly clock?: () => number;
}

/**
 * Takes a lock: a file made with O_EXCL that holds a random token, and whose time its holder renews by a timer that
 * keeps no program running. The folder must be there. Never throws.
 *
 * @param path of the lock. While a dead one is taken over, `<path>.takeover` is beside it.
 */
export async function takeLock(path: string, { patience = 0, clock = Date.now }: LockOptions = {}): Promise<Taking> {
  // Not by the clock: one that is set back would make this wait for long.
  const start = performance.now();
  for (;;) {
    const taking = await tryLock(path, clock);
    if (taking.type !== "busy" || performance.now() - start >= patience) return taking;
    await sleep(PAUSE_MILLISECONDS * (1 + Math.random()));
  }
}

async function tryLock(path: string, clock: () => number): Promise<Taking> {
  const token = randomUUID();
  const first = await make(path, token, clock);
  if (first !== "EEXIST") return takingOf(first, path, token, clock);
  if (!(await isDead(path, clock)) || !(await removeDead(path, clock))) return { type: "busy" };
  return takingOf(await make(path, token, clock), path, token, clock);
}

function takingOf(code: string | null, path: string, token: string, clock: () => number): Taking {
  if (code === null) return { type: "taken", lock: hold(path, token, clock) };
  return code === "EEXIST" ? { type: "busy" } : { type: "failed", code };
}

function hold(path: string, token: string, clock: () => number): Lock {
  const isHeld = async () => (await tokenOf(path)) === token;
  const renew = async () => {
    const seconds = clock() / 1000;
    if (await isHeld()) await utimes(path, seconds, seconds).catch(() => {});
  };
  const timer = setInterval(() => void renew(), RENEWAL_MILLISECONDS).unref();
  return {
    isHeld,
    async release() {
      clearInterval(timer);
      if (await isHeld()) await rm(path, { force: true }).catch(() => {});
    },
  };
}

/** Makes a file that was not there. @returns null, or the file system's code. */
async function make(path: string, token: string, clock: () => number): Promise<string | null> {
  try {
    const file = await open(path, "wx", LOCK_MODE);
    try {
      // A umask may take away the holder's own right to look at its token.
      if (process.platform !== "win32") await file.chmod(LOCK_MODE);
      await file.writeFile(token);
      await file.utimes(clock() / 1000, clock() / 1000);
    } catch (error) {
      // On a full disk the name can be made and the token not written; nobody would ever give that lock back.
      await rm(path, { force: true }).catch(() => {});
      throw error;
    } finally {
      await file.close();
    }
    return null;
  } catch (error) {
    return codeOf(error);
  }
}

/** What is far in the future is dead too: the clock ran ahead once, and nobody renews the lock since it was set. */
async function isDead(path: string, clock: () => number): Promise<boolean> {
  const status = await lstat(path).catch(() => null);
  return status !== null && Math.abs(clock() - status.mtimeMs) > DEAD_MILLISECONDS;
}

/**
 * Removes a dead lock. Of all that found it dead at the same time, one alone may: who comes late would remove the living
 * lock of who came first. So this needs a lock of its own, and looks again once it has it.
 *
 * @returns whether the dead lock is gone.
 */
async function removeDead(path: string, clock: () => number): Promise<boolean> {
  const takeover = `${path}.takeover`;
  if ((await make(takeover, randomUUID(), clock)) !== null) {
    // Its owner died in the few lines below. Whoever tries next finds the way free.
    if (await isDead(takeover, clock)) await rm(takeover, { force: true }).catch(() => {});
    return false;
  }
  try {
    const token = await tokenOf(path);
    return (await isDead(path, clock)) && (await moveAway(path, token));
  } finally {
    await rm(takeover, { force: true }).catch(() => {});
  }
}

/** Renames before it removes: what was renamed can still be looked at, and given back if it was another's. */
async function moveAway(path: string, dead: string | null): Promise<boolean> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return false;
  }
  const isTheDeadOne = (await tokenOf(aside)) === dead;
  // Unlike renaming, linking fails where somebody else has made a new lock meanwhile.
  if (!isTheDeadOne) await link(aside, path).catch(() => {});
  await rm(aside, { force: true }).catch(() => {});
  return isTheDeadOne;
}

async function tokenOf(path: string): Promise<string | null> {
  return await readFile(path, "utf8").catch(() => null);
}
