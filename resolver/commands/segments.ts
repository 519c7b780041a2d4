import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { StoreError } from "../errors.ts";
import { formatCount, formatMoment, formatSize, formatTable } from "./display.ts";
import { type PublishingFlags, publishAfterOption, retentionOption } from "./option.ts";
import { asStored, type PlaceFlags, placeOf, placeOptions, withTables } from "./place.ts";
import { readStored, type SegmentState, type Stored, type StoredSegment, stateOf } from "./stored.ts";

interface Flags extends PublishingFlags, PlaceFlags {
  readonly json?: boolean;
}

/** Adds `sotto-resolver segments`. */
export function register(program: Command): void {
  const command = program
    .command("segments")
    .description("list the sealed segments of a log: span in UTC, frames, size, whether published");
  placeOptions(command)
    .addOption(publishAfterOption())
    .addOption(retentionOption())
    .option("--json", "print one JSON object instead of a table")
    .option("--debug", "print the stack of an error")
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "held: below the minimum batch; waiting: its publication delay is not over; expired: to be " +
            "deleted. Sums are not checked here, see verify.",
        ],
        exit: "0 every file has its form, 1 not, 2 wrong usage",
        examples: ["sotto-resolver segments --data /var/lib/sotto"],
      }),
    )
    .action(list);
}

async function list(flags: Flags): Promise<void> {
  const now = Date.now() / 1000;
  const place = placeOf(flags);
  const { segments, damaged } = "data" in place ? await readStored(place.data) : await readTables(place.store);
  const rows = segments.map((segment) => ({ ...segment, state: stateOf(segment, now, flags) }));
  process.stdout.write(flags.json === true ? asJson(rows) : asTable(rows));
  for (const line of damaged) process.stderr.write(`sotto-resolver: damaged: ${line}\n`);
  if (damaged.length > 0) {
    throw new StoreError("SOTTO_STORE_DAMAGED", `${formatCount(damaged.length, "file")} cannot be read as a segment`);
  }
}

async function readTables(store: string): Promise<Stored> {
  return { segments: await withTables(store, async ({ tables }) => tables.map(asStored)), damaged: [] };
}

type Row = StoredSegment & { readonly state: SegmentState };

function asJson(rows: readonly Row[]): string {
  const segments = rows.map(({ id, zone, start, end, count, bytes, state }) => {
    return { id, zone, start, end, count, bytes, published: state === "published", state };
  });
  return `${JSON.stringify({ segments })}\n`;
}

function asTable(rows: readonly Row[]): string {
  const head = ["id", "from (UTC)", "to (UTC)", "frames", "size", "state"];
  const cells = rows.map(({ id, start, end, count, bytes, state }) => {
    return [id, formatMoment(start), formatMoment(end), String(count), formatSize(bytes), state];
  });
  const total = (pick: (row: Row) => number) => rows.reduce((sum, row) => sum + pick(row), 0);
  const frames = formatCount(
    total(({ count }) => count),
    "frame",
  );
  const summary = `${formatCount(rows.length, "segment")}, ${frames}, ${formatSize(total(({ bytes }) => bytes))}\n`;
  return formatTable([head, ...cells], [3, 4]) + summary;
}
