import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  FRAME_OCTETS,
  isSegmentId,
  SEGMENT_HEADER_OCTETS,
  SEGMENT_SUM_OCTETS,
  type SegmentHeader,
  SegmentReader,
} from "@sotto/wire";
import { StoreError } from "../errors.ts";
import { isExpired, isPublished } from "../log/bucket.ts";
import type { PublishingFlags } from "./option.ts";

/** How a segment's file name ends. */
export const SEGMENT_SUFFIX = ".seg";

/** The folders of a collector's data folder that hold sealed frames: released, and below the minimum batch. */
export const SEALED_FOLDERS = ["segments", "held"] as const;

/** A sealed file of a collector's data folder, by its name, header and size; its sum was not checked. */
export interface StoredSegment extends SegmentHeader {
  readonly id: string;
  readonly bytes: number;
  readonly path: string;
  readonly folder: (typeof SEALED_FOLDERS)[number];
}

/** What a data folder holds; `damaged` names files with the reason, in one line each. */
export interface Stored {
  readonly segments: readonly StoredSegment[];
  readonly damaged: readonly string[];
}

/**
 * Looks at the sealed files of a collector's data folder without changing anything, also while its server runs: what
 * that deletes meanwhile is left out.
 *
 * @throws StoreError `SOTTO_STORE` when it is no data folder.
 */
export async function readStored(data: string): Promise<Stored> {
  const segments: StoredSegment[] = [];
  const damaged: string[] = [];
  for (const folder of SEALED_FOLDERS) {
    for (const name of await segmentFiles(join(data, folder), data)) {
      const path = join(data, folder, name);
      try {
        segments.push({ ...(await readHeader(path, name)), path, folder });
      } catch (error) {
        if (!isMissing(error)) damaged.push(`${path}: ${(error as Error).message}`);
      }
    }
  }
  return { segments: segments.sort((a, b) => a.start - b.start || a.end - b.end || (a.id < b.id ? -1 : 1)), damaged };
}

/** What the public sees of a segment at a moment. */
export type SegmentState = "held" | "waiting" | "published" | "expired";

/** What the public sees of a stored segment. */
export function stateOf(segment: StoredSegment, unixSeconds: number, flags: PublishingFlags): SegmentState {
  if (isExpired(segment, unixSeconds, flags.retention)) return "expired";
  if (segment.folder === "held") return "held";
  // Neither a bucket's length nor the minimum batch decides of what is released already.
  return isPublished(segment, unixSeconds, { ...flags, bucket: 1, minBatch: 1 }) ? "published" : "waiting";
}

/** Whether a file went away meanwhile. */
export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}

async function segmentFiles(folder: string, data: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith(SEGMENT_SUFFIX)).sort();
  } catch (error) {
    const why = isMissing(error) ? `${folder} is missing` : (error as Error).message;
    throw new StoreError("SOTTO_STORE", `${data} is not a collector's data folder: ${why}`, { cause: error });
  }
}

async function readHeader(path: string, name: string): Promise<SegmentHeader & { id: string; bytes: number }> {
  const file = createReadStream(path, { end: SEGMENT_HEADER_OCTETS - 1 });
  const { header } = await SegmentReader.open(file);
  file.destroy();
  const id = name.slice(0, -SEGMENT_SUFFIX.length);
  const bytes = SEGMENT_HEADER_OCTETS + header.count * FRAME_OCTETS + SEGMENT_SUM_OCTETS;
  const { size } = await stat(path);
  if (size !== bytes) throw new StoreError("SOTTO_STORE", `it has ${size} octets, its header says ${bytes}`);
  if (!isSegmentId(id) || !id.startsWith(`${header.start}-${header.end}-`)) {
    throw new StoreError("SOTTO_STORE", "its name is not that of its span");
  }
  return { ...header, id, bytes };
}
