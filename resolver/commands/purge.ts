import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { ConfigError, StoreError } from "../errors.ts";
import { deleteAll } from "../log/durable.ts";
import { journalSpan } from "../log/journal.ts";
import { formatCount, formatMoment, formatSize } from "./display.ts";
import { argument, durationOption, parseMoment } from "./option.ts";
import { asStored, type PlaceFlags, placeOf, placeOptions, withTables } from "./place.ts";
import { readStored, SEALED_FOLDERS, type StoredSegment } from "./stored.ts";

interface Flags extends PlaceFlags {
  readonly before?: number;
  readonly olderThan?: number;
  readonly yes?: boolean;
}

/** Adds `sotto-resolver purge`. */
export function register(program: Command): void {
  const command = program
    .command("purge")
    .description("delete the sealed segments, held ones too, that end at or before a time");
  placeOptions(command, "; its server may be running")
    .option("--before <time>", "a time in UTC: 2026-11-16 or 2026-11-16T12:00Z", argument(parseMoment))
    .addOption(durationOption("--older-than <time>", "a time before now: 90s, 10m, 48h, 7d"))
    .option("--yes", "do not ask")
    .option("--debug", "print the stack of an error")
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "A segment that goes beyond the time stays. So does the journal of a bucket that is not sealed " +
            "yet: the server seals and deletes it.",
        ],
        exit: "0 deleted or nothing to delete, 1 not, 2 wrong usage",
        examples: ["sotto-resolver purge --data /var/lib/sotto --older-than 48h"],
      }),
    )
    .action(purge);
}

/** What is deleted: what lies wholly before a moment. What goes beyond it stays. */
export function goesAt<T extends { readonly end: number }>(segments: readonly T[], unixSeconds: number): T[] {
  return segments.filter(({ end }) => end <= unixSeconds);
}

async function purge(flags: Flags): Promise<void> {
  const moment = momentOf(flags);
  const place = placeOf(flags);
  if ("data" in place) {
    const { segments, damaged } = await readStored(place.data);
    for (const line of damaged) process.stderr.write(`sotto-resolver: damaged, left: ${line}\n`);
    await tellJournals(place.data, moment);
    const going = goesAt(segments, moment);
    if (!(await mayDelete(going, moment, flags))) return;
    await deleteSegments(going);
    tellDeleted(going.length, moment);
    return;
  }
  await withTables(place.store, async (stored) => {
    tellUnsealed(stored.unsealed(moment), "bucket");
    const going = stored.tables.filter(({ segment }) => goesAt([segment.entry], moment).length > 0);
    if (!(await mayDelete(going.map(asStored), moment, flags))) return;
    await stored.remove(going);
    tellDeleted(going.length, moment);
  });
}

/** Says what goes, and asks. */
async function mayDelete(going: readonly StoredSegment[], moment: number, flags: Flags): Promise<boolean> {
  for (const { id, start, end, count, bytes, folder } of going) {
    const held = folder === "held" ? ", held" : "";
    const span = `${formatMoment(start)} to ${formatMoment(end)} UTC`;
    process.stdout.write(`${id}  ${span}, ${formatCount(count, "frame")}, ${formatSize(bytes)}${held}\n`);
  }
  const what = `${formatCount(going.length, "segment")} before ${formatMoment(moment)} UTC`;
  if (going.length === 0) {
    process.stderr.write(`nothing to delete: ${what}\n`);
    return false;
  }
  if (flags.yes !== true && !(await isConfirmed(`delete ${what} for good? [y/N] `))) {
    throw new StoreError("SOTTO_PURGE_DECLINED", "nothing was deleted");
  }
  return true;
}

function tellDeleted(count: number, moment: number): void {
  process.stderr.write(`deleted ${formatCount(count, "segment")} before ${formatMoment(moment)} UTC\n`);
}

function momentOf({ before, olderThan }: Flags): number {
  if ((before === undefined) === (olderThan === undefined)) {
    throw new ConfigError("SOTTO_USAGE", "give either --before TIME or --older-than 48h");
  }
  return before ?? Math.floor(Date.now() / 1000) - (olderThan ?? 0);
}

/** Who purges for good must know of what is not sealed yet. */
async function tellJournals(data: string, moment: number): Promise<void> {
  const names = await readdir(join(data, "journal")).catch(() => []);
  const spans = names.flatMap((name) => journalSpan(name) ?? []);
  tellUnsealed(goesAt(spans, moment).length, "journal");
}

function tellUnsealed(left: number, what: string): void {
  if (left === 0) return;
  process.stderr.write(
    `sotto-resolver: ${formatCount(left, what)} before that time left: the server seals it when it runs\n`,
  );
}

async function isConfirmed(question: string): Promise<boolean> {
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  // The end of standard input is no answer, and so is not a yes.
  const ended = new Promise<string>((resolve) => {
    asking.once("close", () => resolve(""));
  });
  const answer = await Promise.race([asking.question(question), ended]);
  asking.close();
  return /^y(es)?$/i.test(answer.trim());
}

async function deleteSegments(segments: readonly StoredSegment[]): Promise<void> {
  try {
    for (const folder of SEALED_FOLDERS) {
      await deleteAll(segments.filter((segment) => segment.folder === folder).map(({ path }) => path));
    }
  } catch (error) {
    throw new StoreError("SOTTO_STORE", `cannot delete: ${(error as Error).message}`, { cause: error });
  }
}
