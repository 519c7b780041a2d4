import { createReadStream } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type MinisignPublicKey, SegmentReader, segmentPath } from "@sotto/wire";
import { SourceError } from "../errors.ts";
import { readList } from "./list.ts";
import { openFile, readError, type Segment, segmentOf } from "./segment.ts";

/** Lists every `*.seg` at or below a folder. @param damaged is told of those that are no segments. */
export async function listFolder(folder: string, damaged: (name: string, error: Error) => void): Promise<Segment[]> {
  const segments: Segment[] = [];
  for (const path of await findSegmentFiles(folder)) {
    try {
      const file = createReadStream(path);
      const { start, end, count } = (await SegmentReader.open(file)).header;
      file.destroy();
      const open = () => openFile(path);
      segments.push(segmentOf({ name: path, place: folder, start, end, count, sha256: null, open }));
    } catch (error) {
      damaged(path, readError(error as Error));
    }
  }
  return segments;
}

/** Lists the segments that a signed list in a folder names, at the paths at which it would be published. */
export async function listSignedFolder(folder: string, publicKeys: readonly MinisignPublicKey[]): Promise<Segment[]> {
  const { segments, zone } = await readList(folder, (path) => readThere(join(folder, path)), publicKeys);
  return segments.map((entry) => {
    const path = join(folder, segmentPath(entry.id));
    const { start, end, count, sha256 } = entry;
    const open = () => openFile(path, { entry, zone });
    return segmentOf({ name: path, place: folder, start, end, count, sha256, open });
  });
}

async function findSegmentFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && entry.name.endsWith(".seg"))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    throw new SourceError("SOTTO_SOURCE_READ", `cannot read segments: ${(error as Error).message}`);
  }
}

async function readThere(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw readError(error as Error);
  }
}
