import { access, chmod, constants, link, lstat, mkdtemp, open, readdir, realpath, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { StoreError } from "../errors.ts";

const FILE_MODE = 0o600;
const SHARED_BITS = 0o077;

/** What DuckDB adds to a file's name: its write-ahead log, and what may stand beside that during a checkpoint. */
const LOGS = [".wal", ".wal.checkpoint", ".wal.recovery"] as const;
const LOCK = ".lock";
/** The system adds six letters or digits. */
const TEMPORARY = ".tmp-";
const TEMPORARY_END = /^[A-Za-z0-9]{6}$/;

/** Those that this process has open: a process's own locks do not keep it out. */
const opened = new Set<string>();

/** The file of a store, and what stands beside it for a while, named after it. */
export class StoreFiles {
  /** As it was named, for messages. */
  readonly name: string;
  /** The database that is the store. */
  readonly records: string;
  readonly log: string;
  /** A database without content, whose lock is the store's: unlike the records' file it never gives way to a new one. */
  readonly lock: string;
  /**
   * A folder of this process's own, mode 0700, so that nobody else gets at what DuckDB makes in it. A reader's is the
   * system's where the store's folder is only to be read.
   */
  readonly temporary: string;
  /** The records, while they are written anew. */
  readonly fresh: string;
  /** This process's own name of the lock: what it has locked by this is one file, whatever becomes of the other name. */
  readonly ownLock: string;

  private constructor(name: string, records: string, temporary: string) {
    this.name = name;
    this.records = records;
    this.log = records + LOGS[0];
    this.lock = records + LOCK;
    this.temporary = temporary;
    this.fresh = join(temporary, "fresh");
    this.ownLock = join(temporary, "lock");
  }

  /**
   * Finds the file of a store, or the place for it.
   *
   * @throws StoreError `SOTTO_STORE_MISSING`, `SOTTO_STORE_FOREIGN`, `SOTTO_STORE_LOCKED`, `SOTTO_STORE_READ`,
   *   `SOTTO_STORE_WRITE`.
   */
  static async take(name: string, readOnly: boolean): Promise<StoreFiles> {
    const records = await locate(name, readOnly);
    if (opened.has(records)) throw new StoreError("SOTTO_STORE_LOCKED", `the store ${name} is open already`);
    opened.add(records);
    try {
      return new StoreFiles(name, records, await makeTemporary(records, readOnly));
    } catch (error) {
      opened.delete(records);
      throw error;
    }
  }

  /** All that DuckDB may touch beside the temporary folder. */
  get paths(): string[] {
    return [this.records, this.lock].flatMap((file) => [file, ...LOGS.map((end) => file + end)]);
  }

  /** Whether its records were ever made. */
  async hasRecords(): Promise<boolean> {
    return (await statusOf(this.records)) !== null;
  }

  /** @throws StoreError `SOTTO_STORE_MODE`. */
  async refuseShared(): Promise<void> {
    const status = await statusOf(this.records);
    if (process.platform === "win32" || status === null || (Number(status.mode) & SHARED_BITS) === 0) return;
    throw new StoreError("SOTTO_STORE_MODE", `others can read the store ${this.name}: chmod 600 it`);
  }

  /** Gives the lock a name of this process's own. @returns whether there is a lock. */
  async findLock(): Promise<boolean> {
    return await writing(async () => {
      await rm(this.ownLock, { force: true });
      return await isDone(() => link(this.lock, this.ownLock), "ENOENT");
    });
  }

  /** Shows the lock that this process has made. @returns whether there was none before. */
  async showLock(): Promise<boolean> {
    const show = async () => {
      await chmod(this.ownLock, FILE_MODE);
      await link(this.ownLock, this.lock);
    };
    return await writing(() => isDone(show, "EEXIST", "ENOENT"));
  }

  /** Whether the temporary folder is there: whoever has the store takes any for one that was left. */
  async hasTemporary(): Promise<boolean> {
    return (await statusOf(this.temporary)) !== null;
  }

  /** Whether the lock that this process knows is the one that others find. */
  async isLockShown(): Promise<boolean> {
    const [own, shown] = [await statusOf(this.ownLock), await statusOf(this.lock)];
    return own !== null && shown !== null && own.ino === shown.ino && own.dev === shown.dev;
  }

  /** Removes the lock; for who holds it. */
  async removeLock(): Promise<void> {
    if (await this.isLockShown()) await rm(this.lock, { force: true });
  }

  /** Removes what processes that were killed left; for who has the store alone. */
  async tidy(): Promise<void> {
    const start = basename(this.records) + TEMPORARY;
    await writing(async () => {
      for (const name of await readdir(dirname(this.records))) {
        const path = join(dirname(this.records), name);
        const isTemporary = name.startsWith(start) && TEMPORARY_END.test(name.slice(start.length));
        if (!isTemporary || path === this.temporary || !(await statusOf(path))?.isDirectory()) continue;
        // One that is waiting for the store may be putting its lock in there: the next one removes it.
        await isDone(() => rm(path, { recursive: true, force: true }), "ENOTEMPTY");
      }
    });
  }

  /** Removes the logs of records that somebody removed; for who makes new ones. */
  async removeLogs(): Promise<void> {
    await writing(async () => {
      for (const end of LOGS) await rm(this.records + end, { force: true });
    });
  }

  /** Makes the log unless it is there: DuckDB writes to it as it is, and would make one that others may read. */
  async makeLog(): Promise<void> {
    await writing(async () => {
      // One that is there is not opened: to close a file takes the locks on it from all of the process.
      await isDone(async () => await (await open(this.log, "wx", FILE_MODE)).close(), "EEXIST");
    });
    await this.keepLog();
  }

  /** Keeps others out of a log, whoever made it. */
  async keepLog(): Promise<void> {
    await writing(() => isDone(() => chmod(this.log, FILE_MODE), "ENOENT"));
  }

  /** Removes a log without content; for who has the records alone, and not open. */
  async removeEmptyLog(): Promise<void> {
    if ((await statusOf(this.log))?.size === 0n) await rm(this.log, { force: true });
  }

  /** Removes a fresh file that is not to be. */
  async removeFresh(): Promise<void> {
    await writing(() => rm(this.fresh, { force: true }));
  }

  /** Puts the fresh file in the place of the records; neither is open, and everything was in the old one. */
  async renew(): Promise<void> {
    await writing(async () => {
      await this.removeEmptyLog();
      if ((await statusOf(this.log)) !== null) throw new Error("what is in its log did not come into the file");
      await chmod(this.fresh, FILE_MODE);
      await rename(this.fresh, this.records);
      await syncFolder(dirname(this.records));
    });
  }

  /** Gives it back, when nothing of it is open any more. */
  async release(): Promise<void> {
    await rm(this.temporary, { recursive: true, force: true }).catch(() => {});
    opened.delete(this.records);
  }
}

async function writing<T>(task: () => Promise<T>): Promise<T> {
  return await task().catch(cannot("WRITE", "write"));
}

/** Whether a task succeeded; false where it failed in one of these ways. */
async function isDone(task: () => Promise<void>, ...unless: string[]): Promise<boolean> {
  try {
    await task();
    return true;
  } catch (error) {
    if (unless.includes(String((error as NodeJS.ErrnoException).code))) return false;
    throw error;
  }
}

async function statusOf(path: string) {
  return await lstat(path, { bigint: true }).catch(() => null);
}

/** The one path of a store's file, however it was named. */
async function locate(name: string, readOnly: boolean): Promise<string> {
  const path = resolve(name);
  const there = await realpath(path).catch(() => null);
  if (there === null) {
    const status = await statusOf(path);
    // A link to nothing.
    if (status?.isSymbolicLink() === true) throw foreign(name);
    // Another process has just made it.
    if (status !== null) return await locate(name, readOnly);
    if (readOnly) throw new StoreError("SOTTO_STORE_MISSING", `there is no store ${name}`);
    return join(await realpath(dirname(path)).catch(cannot("WRITE", "make")), basename(path));
  }
  if (!(await statusOf(there))?.isFile()) throw foreign(name);
  await access(there, constants.R_OK).catch(cannot("READ", "read"));
  return there;
}

async function makeTemporary(records: string, readOnly: boolean): Promise<string> {
  const beside = mkdtemp(records + TEMPORARY);
  if (!readOnly) return await beside.catch(cannot("WRITE", "write"));
  return await beside.catch(() => mkdtemp(join(tmpdir(), "sotto-decoder-"))).catch(cannot("READ", "read"));
}

function cannot(code: "READ" | "WRITE", doing: string): (error: Error) => never {
  return (error) => {
    throw new StoreError(`SOTTO_STORE_${code}`, `cannot ${doing} the store: ${error.message}`, { cause: error });
  };
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
