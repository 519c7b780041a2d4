import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";

/** What a file takes on a tmpfs. */
const PAGE_OCTETS = 4096;

/** Fills a file system but for some pages; gives the file to remove. */
export function fill(folder: string, freePages: number): string {
  const ballast = join(folder, "ballast");
  const file = openSync(ballast, "w");
  let written = 0;
  try {
    const page = Buffer.alloc(PAGE_OCTETS);
    while (writeSync(file, page) === PAGE_OCTETS) written++;
  } catch (error) {
    expect(error).toMatchObject({ code: "ENOSPC" });
  }
  ftruncateSync(file, Math.max(0, written - freePages) * PAGE_OCTETS);
  closeSync(file);
  return ballast;
}
