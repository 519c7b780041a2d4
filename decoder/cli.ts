import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { keepOutOfCoreFiles, type Passphrases, passphrasesFrom, processTerminal } from "@sotto/keys";
import { type MinisignPublicKey, resolveMinisignPublicKey, SottoError } from "@sotto/wire";
import { Command } from "commander";
import { engineOf } from "./engine/choice.ts";
import { SourceError } from "./errors.ts";
import { withKeys } from "./keysources.ts";
import { Progress } from "./progress.ts";
import { formatRecord, type ReportRecord } from "./record.ts";
import { Scan } from "./scan.ts";
import type { ScanKeys } from "./scankeys.ts";
import { listSegments } from "./source/source.ts";
import { formatPendingKey, formatSummary } from "./summary.ts";

interface ScanFlags {
  keyring?: string[];
  keyFile?: string[];
  passphraseFile?: string;
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
    .option(
      "--keyring <folder>",
      "a keyring, as sotto-keys makes it (repeatable): a week's key for its frames",
      collect,
    )
    .option("--key-file <file>", "a secret key, tried on every frame (repeatable)", collect)
    .option(
      "--passphrase-file <file>",
      "the passphrase, in a file that only you can read (else SOTTO_PASSPHRASE, else a question)",
    )
    .requiredOption("--from <folder|url>", "a folder with *.seg files, or a collector's address (repeatable)", collect)
    .option(
      "--public-key <file|key>",
      "a collector's minisign key (repeatable): read only what a list signed by it names, in every source",
      collect,
    )
    .option("--debug", "print the stack of an error")
    .addHelpText(
      "after",
      "\nGive --keyring, --key-file or both. The week in a frame's head chooses the key of a keyring that is tried. Frames\n" +
        "of weeks whose secret is kept elsewhere are pending: scan again when it is there. Frames of weeks without a key, or\n" +
        "whose key was retired, are not tried.\n" +
        "The summary goes to standard error. Exit codes: 0 everything read, 1 not, 2 wrong usage.",
    )
    .action(async (flags: ScanFlags, command: Command) => {
      if (flags.keyring === undefined && flags.keyFile === undefined) {
        command.error("error: no key to scan with: give --keyring <folder> or --key-file <file>");
      }
      exitCode = await scan(flags);
    });
  await program.parseAsync(argv, { from: "user" });
  return exitCode;
}

async function scan({ keyring, keyFile, passphraseFile, from, publicKey }: ScanFlags): Promise<number> {
  keepOutOfCoreFiles();
  const trustedKeys = publicKey === undefined ? null : await Promise.all(publicKey.map(resolvePublicKey));
  const sources = { keyrings: keyring ?? [], keyFiles: keyFile ?? [], passphrases: passphrasesOf(passphraseFile) };
  return await withKeys(sources, (keys) => scanWith(keys, from, trustedKeys));
}

async function scanWith(
  keys: ScanKeys,
  from: readonly string[],
  trustedKeys: readonly MinisignPublicKey[] | null,
): Promise<number> {
  let troubles = 0;
  const trouble = (name: string, error: Error) => {
    troubles++;
    warn(`${name}: ${error.message}`);
  };
  const lists = await Promise.all(from.map((place) => listSegments(place, trouble, trustedKeys)));
  const segments = lists.flat().sort((a, b) => a.start - b.start || a.end - b.end);
  const engine = await engineOf("auto");
  const reader = new Scan(engine, keys);
  const total = segments.reduce((sum, { count }) => sum + count, 0);
  const progress = new Progress(process.stderr, total);
  for (const segment of segments) {
    try {
      for await (const run of segment.frames()) {
        const records = reader.read(run, segment);
        if (records.length > 0 && process.stdout.isTTY) progress.clear();
        await print(records);
        progress.update(reader.counters.scanned);
      }
    } catch (error) {
      progress.clear();
      if (!(error instanceof SottoError)) throw error;
      if (isGone(error)) warn(`${error.message}: purged meanwhile, skipped`);
      else trouble(segment.name, error);
    }
  }
  progress.clear();
  await print(reader.finish());
  for (const key of reader.pendingKeys) warn(formatPendingKey(key));
  process.stderr.write(`${formatSummary(reader.counters, segments.length, engine.name)}\n`);
  return troubles === 0 ? 0 : 1;
}

function passphrasesOf(file: string | undefined): Passphrases {
  return passphrasesFrom({ file, environment: process.env, terminal: processTerminal() });
}

function warn(message: string): void {
  process.stderr.write(`sotto-decoder: ${message}\n`);
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

function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}
