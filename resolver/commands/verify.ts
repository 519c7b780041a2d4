import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { isSegmentId, verifySegment } from "@sotto/wire";
import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { ConfigError, StoreError } from "../errors.ts";
import type { StoredTables } from "../postgres/stored.ts";
import { formatCount } from "./display.ts";
import { type PlaceFlags, withTables } from "./place.ts";
import { Progress } from "./progress.ts";
import { isMissing, SEALED_FOLDERS, SEGMENT_SUFFIX } from "./stored.ts";

/** Adds `sotto-resolver verify`. */
export function register(program: Command): void {
  program
    .command("verify")
    .description("check the sum of every segment and print one line for each that is bad")
    .argument("[files or folders...]", "segments, or folders with *.seg files at any depth")
    .option("--data <folder>", "a collector's data folder")
    .option("--store <url>", "a PostgreSQL database that keeps a log; the login needs the role sotto_sealer")
    .option("--debug", "print the stack of an error")
    .addHelpText(
      "after",
      furtherHelp({
        exit: "0 all are good, 1 one is bad or cannot be read, 2 wrong usage",
        examples: ["sotto-resolver verify --data /var/lib/sotto", "sotto-resolver verify downloads"],
      }),
    )
    .action((places: string[], flags: PlaceFlags) => verify(places, flags));
}

/** A file to check; one that was found in a folder may go away meanwhile, one that was named may not. */
interface Found {
  readonly path: string;
  readonly bytes: number;
  readonly named: boolean;
}

async function verify(places: readonly string[], { data, store }: PlaceFlags): Promise<void> {
  if (store !== undefined) {
    if (places.length > 0 || data !== undefined) throw new ConfigError("SOTTO_USAGE", "--store stands alone");
    await withTables(store, verifyTables);
    return;
  }
  const folders = data === undefined ? [] : SEALED_FOLDERS.map((folder) => join(data, folder));
  if (places.length + folders.length === 0) {
    throw new ConfigError("SOTTO_USAGE", "say what to verify: --data FOLDER, or files or folders");
  }
  let bad = 0;
  let frames = 0;
  const found: Found[] = [];
  for (const place of [...folders, ...places]) {
    try {
      found.push(...(await find(place)));
    } catch (error) {
      bad++;
      process.stdout.write(`bad: ${place}: ${(error as Error).message}\n`);
    }
  }
  const progress = new Progress(
    process.stderr,
    found.reduce((sum, { bytes }) => sum + bytes, 0),
  );
  for (const { path, named } of found) {
    try {
      frames += await checkSegment(path, progress);
    } catch (error) {
      if (!named && isMissing(error)) continue;
      bad++;
      progress.clear();
      process.stdout.write(`bad: ${path}: ${(error as Error).message}\n`);
    }
  }
  progress.clear();
  tellResult(found.length, bad, frames);
}

async function verifyTables(stored: StoredTables): Promise<void> {
  const { tables } = stored;
  const progress = new Progress(
    process.stderr,
    tables.reduce((sum, { segment }) => sum + segment.entry.bytes, 0),
  );
  let bad = 0;
  let frames = 0;
  for (const table of tables) {
    try {
      const { entry } = await verifySegment(progress.count(stored.octets(table)));
      if (entry.sha256 !== table.segment.entry.sha256) {
        throw new StoreError("SOTTO_STORE_NAME", `it is another segment than its name says: ${entry.id}`);
      }
      frames += entry.count;
    } catch (error) {
      // The server purged it meanwhile.
      if (isMissingTable(error)) continue;
      bad++;
      progress.clear();
      process.stdout.write(`bad: ${table.zone} ${table.segment.entry.id}: ${(error as Error).message}\n`);
    }
  }
  progress.clear();
  tellResult(tables.length, bad, frames);
}

/** @throws StoreError `SOTTO_STORE_DAMAGED` when one is bad. */
function tellResult(count: number, bad: number, frames: number): void {
  const checked = `${formatCount(count, "segment")} checked`;
  if (bad > 0) throw new StoreError("SOTTO_STORE_DAMAGED", `${checked}, ${bad} bad`);
  process.stderr.write(`${checked}, ${formatCount(frames, "frame")}, all good\n`);
}

/** Whether the database has no such table: SQLSTATE 42P01. */
function isMissingTable(error: unknown): boolean {
  return (error as { state?: unknown }).state === "42P01";
}

async function find(place: string): Promise<Found[]> {
  const { size, isFolder } = await stat(place).then((stats) => ({ size: stats.size, isFolder: stats.isDirectory() }));
  if (!isFolder) return [{ path: place, bytes: size, named: true }];
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(SEGMENT_SUFFIX))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const found: Found[] = [];
  for (const path of paths) {
    const bytes = await stat(path).then(
      (stats) => stats.size,
      () => 0,
    );
    found.push({ path, bytes, named: false });
  }
  return found;
}

/**
 * Checks one segment file: form, order, sum, and the name when it is that of a segment.
 *
 * @returns its number of frames.
 */
async function checkSegment(path: string, progress: Progress): Promise<number> {
  const { entry } = await verifySegment(progress.count(createReadStream(path)));
  const name = basename(path, SEGMENT_SUFFIX);
  if (isSegmentId(name) && name !== entry.id) {
    throw new StoreError("SOTTO_STORE_NAME", `it is another segment than its name says: ${entry.id}`);
  }
  return entry.count;
}
