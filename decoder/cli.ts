import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { readKeyFile } from "@sotto/keys";
import { type MinisignPublicKey, resolveMinisignPublicKey, SottoError } from "@sotto/wire";
import { Command } from "commander";
import { bestEngine } from "./engine.ts";
import { SourceError } from "./errors.ts";
import { Progress } from "./progress.ts";
import { formatRecord, type ReportRecord } from "./record.ts";
import { Scan, type ScanCounters } from "./scan.ts";
import { listSegments, type Segment } from "./source.ts";

interface ScanFlags {
  keyFile: string[];
  from: string[];
  publicKey?: string[];
}

/**
 * The command `sotto-decoder`.
 *
 * @param argv the arguments after the program's name.
 * @returns the exit code.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const program = new Command("sotto-decoder")
    .description("Find a project's own reports in the public log of a sotto zone")
    .option("--debug", "print the stack of an error")
    .exitOverride();
  let exitCode = 0;
  program
    .command("scan")
    .description("try keys on every frame and print what opens, one JSON object a line")
    .requiredOption("--key-file <file>", "a secret key, as sotto-keys writes it (repeatable)", collect)
    .requiredOption("--from <folder|url>", "a folder with *.seg files, or a collector's address (repeatable)", collect)
    .option(
      "--public-key <file|key>",
      "a collector's minisign key (repeatable): read only what a list signed by it names, in every source",
      collect,
    )
    .option("--debug", "print the stack of an error")
    .addHelpText("after", "\nThe summary goes to standard error. Exit codes: 0 everything read, 1 not, 2 wrong usage.")
    .action(async (flags: ScanFlags) => {
      exitCode = await scan(flags);
    });
  await program.parseAsync(argv, { from: "user" });
  return exitCode;
}

async function scan({ keyFile, from, publicKey }: ScanFlags): Promise<number> {
  const keyPairs = await Promise.all(keyFile.map(readKeyFile));
  const trustedKeys = publicKey === undefined ? null : await Promise.all(publicKey.map(resolvePublicKey));
  let troubles = 0;
  const trouble = (name: string, error: Error) => {
    troubles++;
    process.stderr.write(`sotto-decoder: ${name}: ${error.message}\n`);
  };
  const lists = await Promise.all(from.map((place) => listSegments(place, trouble, trustedKeys)));
  const segments = lists.flat().sort((a, b) => a.start - b.start || a.end - b.end);
  const engine = await bestEngine();
  const reader = new Scan(engine, keyPairs);
  const total = segments.reduce((sum, { count }) => sum + count, 0);
  const progress = new Progress(process.stderr, total);
  for (const segment of segments) {
    try {
      for await (const run of segment.frames()) {
        await print(reader.read(run, segment));
        progress.update(reader.counters.scanned);
      }
    } catch (error) {
      progress.clear();
      if (!(error instanceof SottoError)) throw error;
      if (isGone(error)) process.stderr.write(`sotto-decoder: ${error.message}: purged meanwhile, skipped\n`);
      else trouble(segment.name, error);
    }
  }
  await print(reader.finish());
  progress.clear();
  process.stderr.write(`${summary(reader.counters, segments, engine.name)}\n`);
  return troubles === 0 ? 0 : 1;
}

async function resolvePublicKey(given: string): Promise<MinisignPublicKey> {
  return await resolveMinisignPublicKey(given, (path) => readFile(path, "utf8"));
}

/** A collector may purge a segment between its list and the request: nothing is wrong. */
function isGone(error: SottoError): boolean {
  return error instanceof SourceError && error.code === "SOTTO_SOURCE_GONE";
}

async function print(records: readonly ReportRecord[]): Promise<void> {
  if (records.length === 0) return;
  const lines = records.map((record) => `${formatRecord(record)}\n`).join("");
  if (!process.stdout.write(lines)) await once(process.stdout, "drain");
}

function summary(counters: ScanCounters, segments: readonly Segment[], engine: string): string {
  const rows: [string, number | string][] = [
    ["segments", segments.length],
    ["frames scanned", counters.scanned],
    ["opened", counters.opened],
    ["foreign", counters.foreign],
    ["duplicates", counters.duplicates],
    ["incomplete", counters.incomplete],
    ["void", counters.voided],
    ["malformed", counters.malformed],
    ["late", counters.late],
    ["future", counters.future],
    ["unknown kind", counters.unknown],
    ["reports", counters.reports],
    ["engine", engine],
  ];
  return rows.map(([label, value]) => `${label}: ${value}`).join("\n");
}

function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}
