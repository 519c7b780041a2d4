import { chmod, type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, statfs } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import {
  isSegmentId,
  parseSegmentList,
  SEGMENT_LIST_PATH,
  SEGMENT_LIST_SIGNATURE_PATH,
  type SegmentEntry,
  type SegmentList,
  segmentPath,
} from "@sotto/wire";
import { StoreError } from "../errors.ts";
import { deleteAll, syncFolder } from "../log/durable.ts";
import { FolderLock } from "../log/lock.ts";
import { isMissing, SEGMENT_SUFFIX } from "./stored.ts";

/** What lies here is for everybody, whatever the umask of the one who runs the command. */
const PUBLIC_FILE_MODE = 0o644;
const PUBLIC_FOLDER_MODE = 0o755;

/** Holds what is not whole yet, out of every published path. */
const PARTIAL = ".partial";

/**
 * A folder that any static web server publishes with the same paths below it as a collector's HTTP side. A segment gets
 * its name there only when it is whole, checked and on stable storage.
 */
export class PublishedFolder {
  readonly #folder: string;
  readonly #segments: string;
  readonly #partial: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.#segments = dirname(join(folder, segmentPath("0-1-0")));
    this.#partial = join(folder, PARTIAL);
  }

  /**
   * Makes the folder where it is missing, and keeps other processes out until the returned function is called.
   *
   * @throws StoreError `SOTTO_STORE_LOCKED` while another process writes here, `SOTTO_STORE` when it cannot be written.
   */
  async open(): Promise<() => Promise<void>> {
    try {
      const made = await mkdir(this.#folder, { recursive: true });
      if (made !== undefined) await chmod(this.#folder, PUBLIC_FOLDER_MODE);
      await mkdir(this.#partial, { recursive: true, mode: 0o700 });
      for (const path of [dirname(this.#segments), this.#segments]) {
        await mkdir(path, { recursive: true });
        await chmod(path, PUBLIC_FOLDER_MODE);
      }
      const lock = await FolderLock.acquire(this.#partial);
      return () => lock.release();
    } catch (error) {
      if (error instanceof StoreError) {
        throw new StoreError("SOTTO_STORE_LOCKED", `another process is writing to ${this.#folder}: try again later`);
      }
      const why = (error as Error).message;
      throw new StoreError("SOTTO_STORE", `cannot write to the folder: ${why}`, { cause: error });
    }
  }

  /** The list that lies here; null when there is none, or none that can be read. */
  async list(): Promise<SegmentList | null> {
    try {
      return parseSegmentList(await readFile(join(this.#folder, SEGMENT_LIST_PATH), "utf8"));
    } catch {
      return null;
    }
  }

  /** Whether the list that lies here is signed. */
  async isSigned(): Promise<boolean> {
    return (await sizeOf(join(this.#folder, SEGMENT_LIST_SIGNATURE_PATH))) !== null;
  }

  /** Whether a segment lies here; it was checked before it got its name. */
  async has({ id, bytes }: Pick<SegmentEntry, "id" | "bytes">): Promise<boolean> {
    return (await sizeOf(this.pathOf(id))) === bytes;
  }

  /** Where a segment lies. */
  pathOf(id: string): string {
    return join(this.#folder, segmentPath(id));
  }

  /** Where a segment lies until it is whole and checked. */
  partialPathOf(id: string): string {
    return join(this.#partial, id + SEGMENT_SUFFIX);
  }

  /** Gives a segment its name. Its octets must be whole and checked. */
  async admit(id: string): Promise<void> {
    const partial = this.partialPathOf(id);
    const file = await open(partial, "r+");
    await makePublic(file);
    await rename(partial, this.pathOf(id));
    await syncFolder(this.#segments);
  }

  /** Puts a list and its signature in the place of what is there; null: it is not signed. */
  async publish(list: Uint8Array, signature: string | null): Promise<void> {
    const [listPath, signaturePath] = [SEGMENT_LIST_PATH, SEGMENT_LIST_SIGNATURE_PATH].map((path) =>
      join(this.#folder, path),
    ) as [string, string];
    const changes: [string, Uint8Array][] = [];
    if (!(await holds(listPath, list))) changes.push([listPath, list]);
    if (signature === null) await rm(signaturePath, { force: true });
    else if (!(await holds(signaturePath, Buffer.from(signature))))
      changes.push([signaturePath, Buffer.from(signature)]);
    // Both are written before either is renamed: the time in which they do not fit each other is two renames long.
    for (const [path, octets] of changes) await writePublic(this.#temporaryOf(path), octets);
    for (const [path] of changes) await rename(this.#temporaryOf(path), path);
    await syncFolder(dirname(listPath));
  }

  /** The ids of all segments here, and when each starts. */
  async segments(): Promise<{ id: string; start: number }[]> {
    const ids = (await readdir(this.#segments))
      .filter((name) => name.endsWith(SEGMENT_SUFFIX))
      .map((name) => name.slice(0, -SEGMENT_SUFFIX.length));
    return ids.filter(isSegmentId).map((id) => ({ id, start: Number(id.split("-")[0]) }));
  }

  /** Deletes segments, and what was begun of them. */
  async remove(ids: readonly string[]): Promise<void> {
    await deleteAll(ids.map((id) => this.pathOf(id)));
  }

  /** Deletes what was begun of segments that are not wanted any more. */
  async forgetPartial(wanted: (id: string) => boolean): Promise<void> {
    for (const name of await readdir(this.#partial)) {
      const id = basename(name, SEGMENT_SUFFIX);
      if (isSegmentId(id) && !wanted(id)) await rm(join(this.#partial, name), { force: true });
    }
  }

  /** Octets that still fit on the file system. */
  async room(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#folder);
    return bavail * bsize;
  }

  #temporaryOf(path: string): string {
    return join(this.#partial, basename(path));
  }
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function holds(path: string, octets: Uint8Array): Promise<boolean> {
  const there = await readFile(path).catch(() => null);
  return there !== null && Buffer.compare(there, octets) === 0;
}

async function writePublic(path: string, octets: Uint8Array): Promise<void> {
  const file = await open(path, "w");
  await file.writeFile(octets);
  await makePublic(file);
}

async function makePublic(file: FileHandle): Promise<void> {
  try {
    await file.chmod(PUBLIC_FILE_MODE);
    await file.sync();
  } finally {
    await file.close();
  }
}
