import { open, rm } from "node:fs/promises";
import { join } from "node:path";

/** The file by which writing is tried. */
const PROBE = "writable.probe";

/** Whether a folder takes a file to stable storage now: a full or failing disk, or one mounted for reading, does not. */
export async function isWritable(folder: string): Promise<boolean> {
  const path = join(folder, PROBE);
  try {
    const file = await open(path, "w", 0o600);
    try {
      await file.writeFile("sotto");
      await file.sync();
    } finally {
      await file.close();
    }
    return true;
  } catch {
    return false;
  } finally {
    await rm(path, { force: true }).catch(() => {});
  }
}
