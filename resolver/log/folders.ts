import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Span } from "@sotto/wire";
import { journalSpan } from "./journal.ts";

const TEMPORARY_SUFFIX = ".part";

/** Where what of a log lies. */
export interface Folders {
  readonly root: string;
  /** Journals: frames of buckets that are not sealed. */
  readonly journal: string;
  /** Sealed frames below the minimum batch. */
  readonly held: string;
  /** What is, or will be, published. */
  readonly segments: string;
  /** Temporary files of sealing: nothing in it outlives a run. */
  readonly sealing: string;
  /** The timeline. */
  readonly time: string;
}

/** A journal file with the bucket that its name gives. */
export interface JournalFile {
  readonly span: Span;
  readonly path: string;
}

/** Makes what is missing of a data folder and the folder itself. */
export async function makeFolders(root: string): Promise<Folders> {
  const of = (name: string) => join(root, name);
  const folders = {
    journal: of("journal"),
    held: of("held"),
    segments: of("segments"),
    sealing: of("sealing"),
  };
  // A recursive mkdir says ENOENT where a plain one says that the file system is read-only.
  await mkdir(root, { recursive: true, mode: 0o700 }).catch(() => mkdir(root, { mode: 0o700 }));
  for (const path of Object.values(folders)) await mkdir(path, { recursive: true, mode: 0o700 });
  return { ...folders, root, time: of("time.json") };
}

/** Deletes what a crash left half-written. Only the holder of the lock may. */
export async function removeTemporary(folders: Folders): Promise<void> {
  for (const folder of [folders.root, folders.journal, folders.held, folders.segments, folders.sealing]) {
    const names = (await readdir(folder)).filter((name) => name.endsWith(TEMPORARY_SUFFIX));
    for (const name of names) await rm(join(folder, name), { force: true });
  }
}

/** The journals of a folder. */
export async function journalsIn(folder: string): Promise<JournalFile[]> {
  return (await readdir(folder)).flatMap((name) => {
    const span = journalSpan(name);
    return span === null ? [] : [{ span, path: join(folder, name) }];
  });
}

/** Octets of files that may be deleted meanwhile. */
export async function octetsOf(paths: readonly string[]): Promise<number> {
  let octets = 0;
  for (const path of paths) octets += (await stat(path).catch(() => null))?.size ?? 0;
  return octets;
}

/** Files by bucket, the earliest first. */
export function byBucket(files: readonly JournalFile[]): { readonly span: Span; readonly paths: string[] }[] {
  const groups = new Map<string, { span: Span; paths: string[] }>();
  for (const { span, path } of files) {
    const key = `${span.start}-${span.end}`;
    const group = groups.get(key) ?? { span, paths: [] };
    group.paths.push(path);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}
