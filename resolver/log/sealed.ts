import { createReadStream } from "node:fs";
import { readdir, rm, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { FRAME_OCTETS, type SegmentEntry, verifySegment } from "@sotto/wire";
import { type Aged, inOwnTime } from "./bucket.ts";
import { syncFolder } from "./durable.ts";
import { segmentFrames } from "./sealing.ts";

export const SEGMENT_SUFFIX = ".seg";

/** A sealed file with where it lies. */
export interface Sealed {
  readonly entry: SegmentEntry;
  readonly path: string;
  /** From when on its age counts, in the log's own time; kept as the file's modification time. */
  readonly since: number;
}

/** What a folder of sealed files holds. */
export interface Loaded {
  readonly sealed: Sealed[];
  /** Paths of what cannot be read as what its name says. */
  readonly damaged: string[];
}

/** A sealed file's span as the log's own time sees it. */
export function ageOf({ entry: { start, end }, since }: Sealed): { start: number; end: number } {
  const aged: Aged = { start, end, since };
  return inOwnTime(aged);
}

/**
 * Reads and checks every sealed file of a folder.
 *
 * @param ahead the log's own time less the clock. A file whose modification time was lost, as copies do, counts from
 *   its first bucket's start.
 */
export async function loadSealed(folder: string, zone: string, ahead: number): Promise<Loaded> {
  const loaded: Loaded = { sealed: [], damaged: [] };
  for (const name of (await readdir(folder)).filter((file) => file.endsWith(SEGMENT_SUFFIX)).sort()) {
    const path = join(folder, name);
    try {
      const { header, entry } = await verifySegment(createReadStream(path));
      if (header.zone !== zone || name !== entry.id + SEGMENT_SUFFIX) throw new Error("another zone's, or renamed");
      const { mtimeMs } = await stat(path);
      loaded.sealed.push({ entry, path, since: Math.min(Math.floor(mtimeMs / 1000), entry.start + ahead) });
    } catch {
      loaded.damaged.push(path);
    }
  }
  return loaded;
}

/**
 * Deletes held files all of whose frames are in a later file that covers their span: a crash came between the writing
 * of that and their deletion.
 *
 * @returns the held files that stay.
 */
export async function dropMerged(held: readonly Sealed[], segments: readonly Sealed[]): Promise<Sealed[]> {
  const stay: Sealed[] = [];
  for (const file of held) {
    const later = [...segments.filter((one) => covers(one, file)), ...held.filter((one) => isLater(one, file))];
    if (later.length > 0 && (await hasAllOf(later, file))) {
      await unlink(file.path);
      await syncFolder(join(file.path, ".."));
    } else stay.push(file);
  }
  return stay;
}

export function framesOf(files: readonly Sealed[]): number {
  return files.reduce((sum, { entry }) => sum + entry.count, 0);
}

export function octetsOfSealed(files: readonly Sealed[]): number {
  return files.reduce((sum, { entry }) => sum + entry.bytes, 0);
}

export function pathsOf(files: readonly Sealed[]): string[] {
  return files.map(({ path }) => path);
}

/** Empties a folder of what was under way. */
export async function emptyFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await rm(join(folder, name), { force: true });
}

function covers({ entry: outer }: Sealed, { entry: inner }: Sealed): boolean {
  return outer.start <= inner.start && outer.end >= inner.end;
}

function isLater(outer: Sealed, inner: Sealed): boolean {
  return covers(outer, inner) && !covers(inner, outer);
}

async function hasAllOf(files: readonly Sealed[], { path }: Sealed): Promise<boolean> {
  const missing = new Set<string>();
  for await (const frame of eachFrame(path)) missing.add(frame);
  for (const file of files) {
    for await (const frame of eachFrame(file.path)) missing.delete(frame);
  }
  return missing.size === 0;
}

async function* eachFrame(path: string): AsyncGenerator<string> {
  for await (const block of await segmentFrames(path)) {
    for (let at = 0; at < block.length; at += FRAME_OCTETS) {
      yield Buffer.from(block.subarray(at, at + FRAME_OCTETS)).toString("latin1");
    }
  }
}
