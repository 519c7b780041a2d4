import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { lstat, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { codeOf } from "../state/file.ts";

/** What became of deleting a file. */
export type Erasure =
  /** `isWiped`: zeros are on the disk where the content was, as far as the file system writes in place. */
  | { readonly type: "erased"; readonly isWiped: boolean }
  | { readonly type: "absent" }
  /** It is still there. `code` is the file system's. */
  | { readonly type: "failed"; readonly code: string };

/**
 * Deletes a file with its secret: renames it, so that nobody reads half of it, writes zeros over it, and removes it. A
 * link in its place is removed, and what it leads to is left alone. Never throws.
 */
export async function eraseFile(path: string): Promise<Erasure> {
  const name = basename(path);
  // What was half written or half erased already has a name that nobody reads.
  const gone = name.startsWith(".") ? path : join(dirname(path), `.${name}.gone-${randomUUID()}`);
  try {
    if (gone !== path) await rename(path, gone);
    const isWiped = (await lstat(gone)).isFile() && (await wipe(gone));
    await rm(gone, { force: true });
    return { type: "erased", isWiped };
  } catch (error) {
    const code = codeOf(error);
    return code === "ENOENT" || code === "ENOTDIR" ? { type: "absent" } : { type: "failed", code };
  }
}

/** @returns false where the file cannot be written to; it can still be removed then. */
async function wipe(path: string): Promise<boolean> {
  try {
    const file = await open(path, constants.O_WRONLY | constants.O_NONBLOCK | (constants.O_NOFOLLOW ?? 0));
    try {
      const { size } = await file.stat();
      // From the beginning and without cutting it off: the zeros have to go where the content is.
      await file.writeFile(new Uint8Array(size));
      // Else the disk might never see the zeros: the file is removed right away.
      await file.sync();
      return true;
    } finally {
      await file.close();
    }
  } catch {
    return false;
  }
}
