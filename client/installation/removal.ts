import { readdir, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readStateFile } from "../state/file.ts";
import type { Place } from "../state/paths.ts";

const VERSION = 1;

/** As much as the largest of these files may hold. */
const MAX_OCTETS = 1024 * 1024;

const VERSIONED = /^(definition|session|state|due-[a-z][a-z0-9-]{0,31})\.json$/;
const COUNTS = /^counts-\d{5}(\.[0-9a-f]{16})?\.ndjson$/;

/** Half written, by a program that was killed. */
const LEFTOVER = /^\..+\.new-/;

/**
 * Removes an installation, with the folders that are empty then. What a newer program wrote stays, and what is not named
 * as ours: it may be a newer program's, too. Never throws.
 */
export async function removeInstallation({ path }: Place): Promise<void> {
  for (const name of await readdir(path).catch(() => [])) {
    if (isOurs(path, name)) await rm(join(path, name), { force: true }).catch(() => {});
  }
  const binding = dirname(path);
  for (const folder of [path, binding, dirname(binding)]) await rmdir(folder).catch(() => {});
}

function isOurs(folder: string, name: string): boolean {
  if (COUNTS.test(name) || LEFTOVER.test(name)) return true;
  if (!VERSIONED.test(name)) return false;
  return readStateFile({ path: join(folder, name), version: VERSION, maxOctets: MAX_OCTETS }).type !== "newer";
}
