import { type FileHandle, open } from "node:fs/promises";
import type { OpenSegment } from "./contract.ts";

/**
 * Opens the file of a segment. One that is listed may have been purged, or have suffered, since: then there is none. An
 * open file outlives its deletion.
 *
 * @param octets that it has to have.
 */
export async function openSegmentFile(path: string, octets: number): Promise<OpenSegment | null> {
  let file: FileHandle;
  try {
    file = await open(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  if ((await file.stat()).size !== octets) {
    await file.close();
    return null;
  }
  return { octets: (start, end) => file.createReadStream({ start, end }), close: () => file.close() };
}
