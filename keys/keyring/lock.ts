import { randomUUID } from "node:crypto";
import { lstat, open, readFile, rm } from "node:fs/promises";
import { KeyringError } from "../errors.ts";

/** A lock of this age was left behind by a program that died; what it protects takes seconds. */
const STALE_MILLISECONDS = 6 * 60_000;

/**
 * Does something that nobody else may do at the same time.
 *
 * @param path of the lock, a file that exists meanwhile. Process ids would say nothing: containers have their own.
 * @throws KeyringError `SOTTO_KEYRING_LOCKED`, and what `work` throws.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const token = randomUUID();
  await take(path, token);
  try {
    return await work();
  } finally {
    // Whoever was suspended for long finds another's lock here.
    if ((await readFile(path, "utf8").catch(() => null)) === token) await rm(path, { force: true });
  }
}

async function take(path: string, token: string): Promise<void> {
  for (const isLast of [false, true]) {
    try {
      const file = await open(path, "wx", 0o600);
      try {
        await file.writeFile(token).finally(() => file.close());
      } catch (error) {
        // A full disk: without its token nobody would let go of it.
        await rm(path, { force: true });
        throw error;
      }
      return;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== "EEXIST") throw new KeyringError("SOTTO_KEYRING_WRITE", `cannot write to the keyring: ${message}`);
      const since = await lstat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => null,
      );
      // Let go in between: whoever takes it next keeps it.
      if (since === null && !isLast) continue;
      if (isLast || Date.now() - (since ?? 0) <= STALE_MILLISECONDS) {
        throw new KeyringError(
          "SOTTO_KEYRING_LOCKED",
          `another sotto-keys is at work in this keyring; if not, remove ${path}`,
        );
      }
      await rm(path, { force: true });
    }
  }
}
