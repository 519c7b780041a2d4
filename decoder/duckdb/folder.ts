import { chmod, lstat, mkdir, open, readdir, realpath, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { StoreError } from "../errors.ts";

/** DuckDB makes files that everybody may read, its write-ahead log among them: the folder keeps others out. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const SHARED_BITS = 0o077;

/** A database without content, whose lock is the store's: unlike the records' file it never gives way to a new one. */
const LOCK = "lock.duckdb";
const RECORDS = "records.duckdb";
const FRESH = "fresh.duckdb";

/** What a writer that was killed may have left: a file being made, and what did not fit memory. */
const LEFTOVER = /^(fresh\.duckdb(\..*)?|temporary-.*)$/;

/** The folders that this process has open: a process's own locks do not keep it out. */
const opened = new Set<string>();

/** The folder of a store, with its files. */
export class StoreFolder {
  /** As it was named, for messages. */
  readonly name: string;
  readonly path: string;
  readonly lock: string;
  readonly records: string;
  readonly fresh: string;
  /** One for each process, since several may read at once. */
  readonly temporary: string;

  private constructor(name: string, path: string) {
    this.name = name;
    this.path = path;
    this.lock = join(path, LOCK);
    this.records = join(path, RECORDS);
    this.fresh = join(path, FRESH);
    this.temporary = join(path, `temporary-${process.pid}`);
  }

  /**
   * Takes the folder of a store, or makes it.
   *
   * @throws StoreError `SOTTO_STORE_MISSING`, `SOTTO_STORE_FOREIGN`, `SOTTO_STORE_MODE`, `SOTTO_STORE_LOCKED`,
   *   `SOTTO_STORE_WRITE`.
   */
  static async take(name: string, readOnly: boolean): Promise<StoreFolder> {
    if (!readOnly) await make(name);
    await check(name, readOnly);
    const path = await realpath(resolve(name));
    if (opened.has(path)) throw new StoreError("SOTTO_STORE_LOCKED", `the store ${name} is open already`);
    opened.add(path);
    return new StoreFolder(name, path);
  }

  /** Whether its records were ever made. */
  async hasRecords(): Promise<boolean> {
    return (await lstat(this.records).catch(() => null)) !== null;
  }

  /** Removes what a process that was killed left; for who holds the lock for writing. */
  async tidy(): Promise<void> {
    await writing(async () => {
      const left = (await readdir(this.path)).filter((name) => LEFTOVER.test(name));
      for (const name of left) await rm(join(this.path, name), { recursive: true, force: true });
    });
  }

  /** Removes a lock that is none; for who makes the store. */
  async removeLock(): Promise<void> {
    await writing(() => rm(this.lock, { force: true }));
  }

  /** Removes a fresh file that is not to be. */
  async removeFresh(): Promise<void> {
    await writing(() => rm(this.fresh, { force: true }));
  }

  /** Puts the fresh file in the place of the records; neither is open. */
  async renew(): Promise<void> {
    await writing(async () => {
      await chmod(this.fresh, FILE_MODE);
      await rename(this.fresh, this.records);
      await syncFolder(this.path);
    });
  }

  /** Gives it back, when nothing in it is open any more. */
  async release(): Promise<void> {
    await rm(this.temporary, { recursive: true, force: true }).catch(() => {});
    opened.delete(this.path);
  }
}

async function writing(task: () => Promise<void>): Promise<void> {
  try {
    await task();
  } catch (error) {
    throw new StoreError("SOTTO_STORE_WRITE", `cannot write the store: ${(error as Error).message}`, { cause: error });
  }
}

async function make(name: string): Promise<void> {
  try {
    await mkdir(name, { recursive: true, mode: FOLDER_MODE });
    if ((await readdir(name)).length === 0) await chmod(name, FOLDER_MODE);
  } catch (error) {
    // A file in its place is told of as what it is.
    if (["EEXIST", "ENOTDIR"].includes(String((error as NodeJS.ErrnoException).code))) return;
    throw new StoreError("SOTTO_STORE_WRITE", `cannot make the store: ${(error as Error).message}`, { cause: error });
  }
}

async function check(name: string, readOnly: boolean): Promise<void> {
  const status = await lstat(await realpath(name).catch(() => name)).catch(() => null);
  if (status === null) throw new StoreError("SOTTO_STORE_MISSING", `there is no store ${name}`);
  if (!status.isDirectory()) throw foreign(name);
  const names = await readdir(name).catch((error: Error) => {
    throw new StoreError("SOTTO_STORE_READ", `cannot read the store: ${error.message}`, { cause: error });
  });
  if (!names.includes(LOCK) && (readOnly || names.length > 0)) throw foreign(name);
  if (process.platform !== "win32" && (status.mode & SHARED_BITS) !== 0) {
    throw new StoreError("SOTTO_STORE_MODE", `others can get at the store ${name}: chmod 700 it`);
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

/** The error of what is there and is not a store. */
export function foreign(name: string): StoreError {
  return new StoreError("SOTTO_STORE_FOREIGN", `${name} is not a store of sotto-decoder`);
}
