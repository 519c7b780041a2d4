import { createReadStream, existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { UsageError } from "../errors.ts";
import { EXPORT_FORMATS, type ExportFormat, type ExportOptions, exportRecords } from "../export/exportrecords.ts";
import type { Context } from "./context.ts";
import { count, debugOption, storeOption } from "./option.ts";

/** Where programs keep theirs. */
const DEFAULT_DEFINITION = "sotto.json";

/** A format is given with the file, or without for standard output. */
type FormatFlags = Readonly<Partial<Record<ExportFormat, string | true>>>;

interface ExportFlags extends FormatFlags {
  readonly store: string;
  readonly definition?: string;
  readonly report?: string;
  readonly rejected?: boolean;
  readonly force?: boolean;
}

/** Adds `sotto-decoder export`. */
export function register(program: Command, context: Context): void {
  program
    .command("export")
    .description("write records to a file, one a row")
    .option("--parquet [file]", "as Parquet; to standard output where no file is named")
    .option("--csv [file]", "as CSV, a column for each field")
    .option("--ndjson [file]", "as JSON, an object a line")
    .option("--definition <file>", `the report definition (default: ${DEFAULT_DEFINITION}, if it is there)`)
    .option("--report <name>", "only records of this report of the definition")
    .option("--rejected", "also what was rejected, with the reason and what was sent")
    .option("--force", "write over a file that is there")
    .addOption(storeOption())
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "Rows come by day and in no order that tells more. What 'forget' deletes from the store stays " +
            "in what you exported before.",
        ],
        exit: "0 written, 1 not, 2 wrong usage",
        examples: [
          "sotto-decoder export --parquet records.parquet",
          "sotto-decoder export --csv weekly.csv --report weekly",
        ],
      }),
    )
    .action((flags: ExportFlags) => run(flags, context));
}

async function run(flags: ExportFlags, context: Context): Promise<void> {
  const formats = EXPORT_FORMATS.filter((format) => flags[format] !== undefined);
  const [format] = formats;
  if (format === undefined || formats.length > 1) {
    throw new UsageError("SOTTO_USAGE", "give one of --parquet, --csv and --ndjson");
  }
  const file = flags[format];
  if (format === "parquet" && file === true && context.screen !== null) {
    throw new UsageError("SOTTO_USAGE", "Parquet is no text for a terminal: give --parquet <file>");
  }
  const path = flags.definition ?? (existsSync(DEFAULT_DEFINITION) ? DEFAULT_DEFINITION : null);
  const options: ExportOptions = {
    format,
    // Without a definition there are only records that none was there for.
    reports: path === null ? [] : (await context.definition(path)).reports,
    ...(flags.report === undefined ? {} : { report: flags.report }),
    rejected: flags.rejected === true,
    force: flags.force === true,
  };
  const store = await context.openStore(flags.store);
  try {
    if (typeof file === "string") {
      const rows = await exportRecords(store, file, options);
      context.note(`${file}: ${count(rows, "row")}`);
    } else {
      await toStandardOutput((path) => exportRecords(store, path, options));
    }
  } finally {
    await store.close();
  }
}

/** Nothing is printed of what cannot be written to its end. */
async function toStandardOutput(write: (path: string) => Promise<unknown>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "sotto-export-"));
  try {
    const path = join(folder, "export");
    await write(path);
    await pipeline(createReadStream(path), process.stdout, { end: false });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
