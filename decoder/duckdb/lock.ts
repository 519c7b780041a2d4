import { StoreError } from "../errors.ts";
import { isLocked, isMissing, isNoDatabase } from "./failure.ts";
import type { StoreFiles } from "./files.ts";
import { quoted } from "./instance.ts";
import type { Session } from "./session.ts";

/** How often a lock may go, or come, while it is being taken. */
const ATTEMPTS = 100;

/**
 * Takes the lock that whoever writes has alone.
 *
 * It comes whole, by a link, and its holder alone removes it: what others left never stands in the way. It may be removed
 * between finding and locking it, so who has locked it looks whether it is still the one that others find.
 *
 * @throws StoreError `SOTTO_STORE_LOCKED`, `SOTTO_STORE_FOREIGN` for a lock that is none.
 */
export async function lockToWrite(session: Pick<Session, "run">, files: StoreFiles): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const isThere = await files.findLock();
    try {
      await session.run(`ATTACH ${quoted(files.ownLock)} AS lock`);
    } catch (error) {
      if (isLocked(error) || !(await files.hasTemporary())) throw locked(files);
      if (isNoDatabase(error)) throw noLock(files);
      throw error;
    }
    if (isThere ? await files.isLockShown() : await files.showLock()) return;
    await session.run("DETACH lock");
  }
  throw locked(files);
}

/**
 * Keeps those who write out. Where there is no lock nobody writes, and the records' own lock does it.
 *
 * @throws StoreError `SOTTO_STORE_LOCKED`.
 */
export async function lockToRead(session: Pick<Session, "run">, files: StoreFiles): Promise<void> {
  try {
    await session.run(`ATTACH ${quoted(files.lock)} AS lock (READ_ONLY)`);
  } catch (error) {
    if (isLocked(error)) throw locked(files);
    if (!isMissing(error) && !isNoDatabase(error)) throw error;
  }
}

/** The error of a store that another process has. */
export function locked({ name }: StoreFiles): StoreError {
  return new StoreError("SOTTO_STORE_LOCKED", `the store ${name} is in use by another process`);
}

function noLock({ name, lock }: StoreFiles): StoreError {
  return new StoreError("SOTTO_STORE_FOREIGN", `${lock} is not the lock of the store ${name}: remove it`);
}
