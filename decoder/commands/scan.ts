import { keepOutOfCoreFiles } from "@sotto/keys";
import { type Command, InvalidArgumentError, Option } from "commander";
import { ENGINE_NAMES } from "../engine/engine.ts";
import { UsageError } from "../errors.ts";
import { keepHeapSmall } from "../heap.ts";
import { type KeySources, withKeys } from "../keysources.ts";
import { OpenerPool } from "../opening/pool.ts";
import type { ScanKeys } from "../scankeys.ts";
import { type Context, passphrasesOf } from "./context.ts";
import { collect, debugOption } from "./option.ts";
import { printScan } from "./printscan.ts";
import type { ScanFlags } from "./scanflags.ts";
import { Sources } from "./sources.ts";
import { replayStore, scanStore } from "./storescan.ts";

/** Adds `sotto-decoder scan`. */
export function register(program: Command, context: Context, exit: (code: number) => void): void {
  program
    .command("scan")
    .description("try keys on every frame, and print what opens or keep it as records")
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
    .option(
      "--from <folder|url>",
      "a folder with *.seg files, a collector's address, or postgres://... (repeatable)",
      collect,
    )
    .option(
      "--public-key <file|key>",
      "a collector's minisign key (repeatable): read only what a list signed by it names, in every source",
      collect,
    )
    .option(
      "--store <file>",
      "keep records there, made if it is missing, instead of printing them; scan only what is new",
    )
    .option("--definition <sotto.json>", "hold reports against it: what it does not allow is kept apart as rejected")
    .option("--replay", "hold what the store rejected against the definition again; --from and keys may be left out")
    .addOption(new Option("--keep <days>", "delete records older than this, such as 400d").argParser(parseDays))
    .addOption(new Option("--engine <name>", `what opens boxes: auto, ${ENGINE_NAMES.join(", ")}`).default("auto"))
    .addOption(new Option("--threads <n>", "how many threads open boxes (default: all cores)").argParser(parseThreads))
    .addOption(debugOption())
    .addHelpText(
      "after",
      "\nWithout --store every report is printed, one JSON object a line. With it nothing is printed; every segment is\n" +
        "committed with its records at once, so a scan that was stopped, however, goes on where it was: run it again.\n" +
        "\nGive --keyring, --key-file or both. The week in a frame's head chooses the key of a keyring that is tried. Frames\n" +
        "of weeks whose secret is kept elsewhere are pending: scan again when it is there. Frames of weeks without a key, or\n" +
        "whose key was retired, are not tried.\n" +
        "The summary goes to standard error. Exit codes: 0 everything read, 1 not, 2 wrong usage, 130 stopped by Ctrl-C.",
    )
    .action(async (flags: ScanFlags) => exit(await scan(flags, context)));
}

async function scan(flags: ScanFlags, context: Context): Promise<number> {
  refuseContradictions(flags);
  keepOutOfCoreFiles();
  keepHeapSmall();
  if (flags.from === undefined) return await replayStore(flags, context);
  const { from, publicKey = null } = flags;
  return await withKeys(keySourcesOf(flags, context), async (keys, retired) => {
    const sources = await Sources.list(from, publicKey, context);
    return await withPool(flags, keys, async (pool) =>
      flags.store === undefined
        ? await printScan({ sources, pool }, context)
        : await scanStore({ sources, keys, retired, pool, flags }, context),
    );
  });
}

async function withPool<T>(
  { engine, threads }: ScanFlags,
  keys: ScanKeys,
  work: (pool: OpenerPool) => Promise<T>,
): Promise<T> {
  const pool = await OpenerPool.start({ engine, keys, ...(threads === undefined ? {} : { threads }) });
  try {
    return await work(pool);
  } finally {
    await pool.close();
  }
}

function keySourcesOf({ keyring, keyFile, passphraseFile }: ScanFlags, context: Context): KeySources {
  return { keyrings: keyring ?? [], keyFiles: keyFile ?? [], passphrases: passphrasesOf(context, passphraseFile) };
}

function refuseContradictions({ keyring, keyFile, from, store, definition, replay, keep }: ScanFlags): void {
  if (from === undefined && replay !== true) throw usage("nothing to scan: give --from <folder|url>");
  if (from !== undefined && keyring === undefined && keyFile === undefined) {
    throw usage("no key to scan with: give --keyring <folder> or --key-file <file>");
  }
  if (store === undefined) {
    for (const [flag, value] of Object.entries({ definition, replay, keep })) {
      if (value !== undefined) throw usage(`--${flag} is for records: give --store <file>, too`);
    }
  }
  if (replay === true && definition === undefined)
    throw usage("--replay needs the definition: --definition <sotto.json>");
}

function usage(message: string): UsageError {
  return new UsageError("SOTTO_USAGE", message);
}

function parseDays(text: string): number {
  const [, days] = /^([1-9]\d{0,4})d$/.exec(text) ?? [];
  if (days === undefined) throw new InvalidArgumentError("give a number of days, such as 400d");
  return Number(days);
}

function parseThreads(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError(`'${text}' is not a number of threads`);
  return Number(text);
}
