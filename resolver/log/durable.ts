import { open, rename, rm, unlink } from "node:fs/promises";
import { dirname } from "node:path";

/** Makes a folder's entries durable: a file's own sync does not cover its name. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Writes a file so that after a crash it is either there whole or not at all: to a temporary name, synced, renamed,
 * folder synced.
 *
 * @param octets yields the file's content; its return value is passed on.
 * @param path gives the final name once the content, and with it the return value, is known.
 */
export async function writeWhole<T>(
  temporary: string,
  octets: AsyncGenerator<Uint8Array, T>,
  path: (result: T) => string,
): Promise<T> {
  const file = await open(temporary, "w", 0o600);
  try {
    let step = await octets.next();
    while (!step.done) {
      await file.writeFile(step.value);
      step = await octets.next();
    }
    await file.sync();
    await file.close();
    const target = path(step.value);
    await rename(temporary, target);
    await syncFolder(dirname(target));
    return step.value;
  } catch (error) {
    await file.close().catch(() => {});
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Deletes files of one folder; they are gone for good on return. */
export async function deleteAll(paths: readonly string[]): Promise<void> {
  for (const path of paths) await unlink(path);
  const [first] = paths;
  if (first !== undefined) await syncFolder(dirname(first));
}
