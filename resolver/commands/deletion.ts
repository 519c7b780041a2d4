import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { syncFolder } from "../log/durable.ts";

/** Deletes files of one folder, those that somebody else deleted meanwhile included; they are gone for good on return. */
export async function deleteFiles(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { force: true });
  const [first] = paths;
  if (first !== undefined) await syncFolder(dirname(first));
}
