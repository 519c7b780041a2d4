import { type FileHandle, open, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { type FaultHook, type FaultPoint, noFault } from "./fault.ts";

/** Makes a folder's entries durable: a file's own sync does not cover its name. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Writes all octets: a file system that runs full may take a part of them and report no error. */
export async function writeAll(file: FileHandle, octets: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < octets.length; ) {
    const { bytesWritten } = await file.write(octets, done, octets.length - done, position + done);
    done += bytesWritten;
  }
}

/** Gives a synced file its final name, for good on return. */
export async function place(temporary: string, target: string, fault: FaultHook = noFault): Promise<void> {
  await rename(temporary, target);
  await fault("sealed-renamed");
  await syncFolder(dirname(target));
}

/** Replaces a small file: after a crash it is the old one or the new one. */
export async function replaceFile(path: string, text: string, fault: FaultHook = noFault): Promise<void> {
  const temporary = `${path}.part`;
  const file = await open(temporary, "w", 0o600);
  try {
    await writeAll(file, Buffer.from(text), 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await fault("time-written");
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

/** What a deletion of several files tells of itself. */
export interface Deletion {
  readonly fault: FaultHook;
  /** Passed after each file. */
  readonly point: FaultPoint;
}

/** Deletes files of one folder, if they are there; they are gone for good on return. */
export async function deleteAll(paths: readonly string[], deletion?: Deletion): Promise<void> {
  for (const path of paths) {
    await unlink(path).catch(ignoreMissing);
    await deletion?.fault(deletion.point);
  }
  const [first] = paths;
  if (first !== undefined) await syncFolder(dirname(first));
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
