import { link, lstat, mkdtemp, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { ExportError } from "../errors.ts";

/** Records are for whoever exports them; who publishes them decides so. */
const MODE = 0o600;

/**
 * Makes a file: whole or not at all, mode 0600, and over another only when told so.
 *
 * @param write makes a file in a folder that nobody else can enter, and returns its path. Whatever else is in that folder
 *   is removed.
 * @throws ExportError `SOTTO_EXPORT_EXISTS`, `SOTTO_EXPORT_WRITE`, and what `write` throws.
 */
export async function makeFile(
  path: string,
  { force }: { readonly force: boolean },
  write: (folder: string) => Promise<string>,
): Promise<void> {
  const target = resolve(path);
  if (!force && (await lstat(target).catch(() => null)) !== null) throw existsError(path);
  const folder = await writing(path, () => mkdtemp(join(dirname(target), `.${basename(target)}.`)));
  try {
    const whole = await writing(path, () => write(folder));
    await writing(path, async () => {
      await settle(whole);
      // A link, unlike renaming, refuses to take the place of what is there.
      await (force ? rename(whole, target) : link(whole, target));
      await syncFolder(dirname(target));
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes text to a new file in pieces, each when the one before is with the system. */
export async function writePieces(path: string, pieces: AsyncIterable<string>): Promise<void> {
  const file = await open(path, "wx", MODE);
  try {
    for await (const piece of pieces) await file.write(piece);
  } finally {
    await file.close();
  }
}

async function settle(path: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.chmod(MODE);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Errors of the file system are told as what they mean for the export. */
async function writing<T>(path: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    if (code === "EEXIST" && syscall === "link") throw existsError(path);
    throw new ExportError("SOTTO_EXPORT_WRITE", `cannot write ${path}: ${message}`, { cause: error });
  }
}

function existsError(path: string): ExportError {
  return new ExportError("SOTTO_EXPORT_EXISTS", `${path} is there already`);
}
