import { randomUUID } from "node:crypto";
import { chmod, type FileHandle, link, lstat, mkdir, open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { KeyFileError } from "./errors.ts";

/** Only the owner may read or write a secret, and enter a folder that holds some. */
export const KEY_FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** What group and others may do; none of it with a secret. */
const SHARED_BITS = 0o077;

/** A person gave the secret itself in a file's place; it belongs in no message. */
const SECRET_TEXT = /^(sotto-secret-key-|sotto-share-|age-secret-key-)1/i;

/** More than any file that holds a secret has; a mistaken file is not read to its end. */
const MAX_OCTETS = 65_536;

/**
 * Reads a file that holds a secret, and refuses one that others can read or write. Pipes and terminals have no such
 * modes and are read as they are.
 *
 * @returns the octets, for the caller to overwrite after use.
 * @throws KeyFileError `SOTTO_KEY_FILE_READ`, `SOTTO_KEY_FILE_MODE` or `SOTTO_KEY_FILE` when it is too large.
 */
export async function readSecretFile(path: string): Promise<Buffer> {
  try {
    const file = await open(path, "r");
    try {
      const status = await file.stat();
      if (status.isFile() && isShared(status.mode)) throw sharedError(path, status.mode, "600");
      return await readWhole(file, path);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof KeyFileError) throw error;
    if (SECRET_TEXT.test(path)) {
      throw new KeyFileError("SOTTO_KEY_FILE_READ", "this is a secret, not the name of a file that holds it");
    }
    throw new KeyFileError("SOTTO_KEY_FILE_READ", `cannot read the key file: ${(error as Error).message}`);
  }
}

/**
 * Writes a new file with a secret, mode 0600: whole or not at all, and never over another.
 *
 * @throws KeyFileError `SOTTO_KEY_FILE_EXISTS` or `SOTTO_KEY_FILE_WRITE`.
 */
export async function writeSecretFile(path: string, content: string | Uint8Array): Promise<void> {
  await write(path, content, KEY_FILE_MODE, async (whole) => {
    // A link, unlike renaming, refuses to take the place of what is there.
    await link(whole, path);
    await rm(whole);
  });
}

/**
 * Refuses a path at which something is already, before a person is asked for anything.
 *
 * @throws KeyFileError `SOTTO_KEY_FILE_EXISTS`.
 */
export async function refuseExisting(path: string): Promise<void> {
  const there = await lstat(path).catch(() => null);
  if (there !== null) throw existsError(path);
}

/**
 * Puts new content in the place of a file's old one: whole or not at all. Other names of the file that are symbolic
 * links stay so.
 *
 * @param mode of the file when it is made anew; 0600 when it is to hold anything of a secret.
 * @throws KeyFileError `SOTTO_KEY_FILE_WRITE`.
 */
export async function replaceFile(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const target = await realpath(path).catch(() => path);
  await write(target, content, mode, (whole) => rename(whole, target));
}

/**
 * Puts a new secret in the place of an old one, mode 0600, and then overwrites what held the old one.
 *
 * @throws KeyFileError `SOTTO_KEY_FILE_WRITE`; the old secret is then still there.
 */
export async function replaceSecretFile(path: string, content: string | Uint8Array): Promise<void> {
  const old = await open(path, "r+").catch((error: Error) => {
    throw new KeyFileError("SOTTO_KEY_FILE_WRITE", `cannot write the key file: ${error.message}`);
  });
  try {
    await replaceFile(path, content, KEY_FILE_MODE);
    await overwrite(old);
  } finally {
    await old.close();
  }
}

/**
 * Makes a folder for secrets, mode 0700, or takes the one that is there.
 *
 * @throws KeyFileError `SOTTO_KEY_FILE_WRITE`, `SOTTO_KEY_FILE_MODE`.
 */
export async function makeSecretFolder(path: string): Promise<void> {
  try {
    const first = await mkdir(path, { recursive: true, mode: FOLDER_MODE });
    if (first !== undefined) await chmod(path, FOLDER_MODE);
  } catch (error) {
    // Node calls it ENOENT when a file system is read-only or full; asked for the one folder, it says what is wrong.
    const reason = await mkdir(await firstMissing(path)).then(
      () => error,
      (told: unknown) => told,
    );
    throw new KeyFileError("SOTTO_KEY_FILE_WRITE", `cannot make the folder: ${(reason as Error).message}`);
  }
  await checkSecretFolder(path);
}

/** The uppermost folder of a path that is not there. */
async function firstMissing(path: string): Promise<string> {
  const parent = dirname(path);
  if (parent === path || (await lstat(parent).catch(() => null)) !== null) return path;
  return await firstMissing(parent);
}

/**
 * Refuses a folder that others can enter or write.
 *
 * @throws KeyFileError `SOTTO_KEY_FILE_READ`, `SOTTO_KEY_FILE_MODE`.
 */
export async function checkSecretFolder(path: string): Promise<void> {
  let status: Awaited<ReturnType<typeof stat>>;
  try {
    status = await stat(path);
  } catch (error) {
    throw new KeyFileError("SOTTO_KEY_FILE_READ", `cannot read the folder: ${(error as Error).message}`);
  }
  if (!status.isDirectory()) throw new KeyFileError("SOTTO_KEY_FILE_READ", `${path} is not a folder`);
  if (isShared(status.mode)) throw sharedError(path, status.mode, "700");
}

/**
 * Overwrites a file and removes it. What a drive, a file system with copies on write or a backup keeps of the old
 * content is beyond its reach (docs/threat-model.md).
 *
 * @returns false when it was not there.
 * @throws KeyFileError `SOTTO_KEY_FILE_WRITE`.
 */
export async function destroyFile(path: string): Promise<boolean> {
  try {
    const file = await open(path, "r+");
    try {
      await overwrite(file);
    } finally {
      await file.close();
    }
    await rm(path);
    await syncFolder(dirname(path));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw new KeyFileError("SOTTO_KEY_FILE_WRITE", `cannot destroy the key: ${(error as Error).message}`);
  }
}

async function overwrite(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  await file.write(Buffer.alloc(size), 0, size, 0);
  await file.sync();
}

/** Whether group or others may do anything with a file of this mode. Windows has no such modes. */
export function isShared(mode: number): boolean {
  return process.platform !== "win32" && (mode & SHARED_BITS) !== 0;
}

/** All of a file, in one piece of memory that its caller can overwrite. A pipe does not tell its size beforehand. */
async function readWhole(file: FileHandle, path: string): Promise<Buffer> {
  const room = Buffer.alloc(MAX_OCTETS + 1);
  for (let length = 0; ; ) {
    const { bytesRead } = await file.read(room, length, room.length - length);
    if (bytesRead === 0) return room.subarray(0, length);
    length += bytesRead;
    if (length <= MAX_OCTETS) continue;
    room.fill(0);
    throw new KeyFileError("SOTTO_KEY_FILE", `${path} is too large for a key file`);
  }
}

async function write(
  path: string,
  content: string | Uint8Array,
  mode: number,
  place: (whole: string) => Promise<void>,
): Promise<void> {
  const whole = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  try {
    const file = await open(whole, "wx", mode);
    try {
      // A umask may have taken away what the owner, or a file's readers, are to have.
      if (((await file.stat()).mode & mode) !== mode) await file.chmod(mode);
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await place(whole);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(whole, { force: true }).catch(() => {});
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw existsError(path);
    throw new KeyFileError("SOTTO_KEY_FILE_WRITE", `cannot write the key file: ${(error as Error).message}`);
  }
}

/** A new name is on the disk only when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function existsError(path: string): KeyFileError {
  return new KeyFileError("SOTTO_KEY_FILE_EXISTS", `${path} is there already; a key is never overwritten`);
}

function sharedError(path: string, mode: number, wanted: string): KeyFileError {
  const octal = (mode & 0o777).toString(8).padStart(3, "0");
  return new KeyFileError(
    "SOTTO_KEY_FILE_MODE",
    `others can get at ${path} (mode ${octal}): its secret may be known already; if not, chmod ${wanted} it`,
  );
}
