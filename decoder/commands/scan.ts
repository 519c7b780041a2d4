import { resolve } from "node:path";
import { keepOutOfCoreFiles } from "@sotto/keys";
import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { UsageError } from "../errors.ts";
import { keepHeapSmall } from "../heap.ts";
import { type KeySources, withKeys } from "../keysources.ts";
import { OpenerPool } from "../opening/pool.ts";
import { ScanKeys } from "../scankeys.ts";
import { type Context, passphrasesOf } from "./context.ts";
import { collect, debugOption } from "./option.ts";
import { printScan } from "./printscan.ts";
import type { ScanFlags } from "./scanflags.ts";
import { addEngineOptions, addFromOptions, addKeyOptions, keepOption } from "./scanoptions.ts";
import { Sources } from "./sources.ts";
import { type KeyLot, replayStores, scanStores } from "./storescan.ts";

/** Adds `sotto-decoder scan`. */
export function register(program: Command, context: Context, exit: (code: number) => void): void {
  const command = program
    .command("scan")
    .description("try keys on every frame, and print what opens or keep it as records");
  addFromOptions(addKeyOptions(command))
    .option(
      "--store <file|url>",
      "keep records in a file or postgres://..., made if missing, not print them; scan only what is new (repeatable)",
      collect,
    )
    .option(
      "--definition <file>",
      "the report definition, sotto.json, that reports are held against; what it does not allow is kept apart as rejected (repeatable)",
      collect,
    )
    .option("--replay", "hold what the store rejected against the definition again; --from and keys may be left out")
    .addOption(keepOption());
  addEngineOptions(command)
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "Give --keyring, --key-file or both. The week in a frame's head chooses the key of a keyring " +
            "that is tried. Frames of weeks whose secret is kept elsewhere are pending: scan again when it " +
            "is there. Frames of weeks without a key, or whose key was retired, are not tried.",
          "Without --store every report is printed, one JSON object a line. With it nothing is printed; " +
            "every segment is committed with its records at once, so a scan that was stopped, in whatever way, goes " +
            "on where it was: run it again.",
          "Several projects are scanned in one pass: give as many --keyring, --store and, if any, " +
            "--definition, in the same order. Segments are then read, and frames opened, once for all of " +
            "them.",
          "The summary goes to standard error.",
        ],
        exit: "0 everything read, 1 not, 2 wrong usage, 3 an engine that computes wrongly, 130 stopped by Ctrl-C",
        examples: [
          "sotto-decoder scan --keyring keyring --from https://log.example.net",
          "sotto-decoder scan --keyring keyring --from https://log.example.net \\\n    --store records.duckdb --definition sotto.json",
        ],
      }),
    )
    .action(async (flags: ScanFlags) => exit(await scan(flags, context)));
}

async function scan(flags: ScanFlags, context: Context): Promise<number> {
  refuseContradictions(flags);
  keepOutOfCoreFiles();
  keepHeapSmall();
  if (flags.from === undefined) return await replayStores(flags, context);
  const { from, publicKey = null } = flags;
  return await withKeyLots(keySourcesOf(flags, context), async (lots) => {
    const keys = ScanKeys.join(lots.map((lot) => lot.keys));
    const sources = await Sources.list(from, publicKey, context);
    return await withPool(flags, { keys, frames: sources.frames }, async (pool) =>
      flags.store === undefined
        ? await printScan({ sources, pool }, context)
        : await scanStores({ sources, lots, pool, flags }, context),
    );
  });
}

async function withPool<T>(
  { engine, threads }: ScanFlags,
  { keys, frames }: { keys: ScanKeys; frames: number },
  work: (pool: OpenerPool) => Promise<T>,
): Promise<T> {
  const pool = await OpenerPool.start({ engine, keys, frames, ...(threads === undefined ? {} : { threads }) });
  try {
    return await work(pool);
  } finally {
    await pool.close();
  }
}

/** Where the keys are: in one lot, or for several stores in as many. */
function keySourcesOf(flags: ScanFlags, context: Context): KeySources[] {
  const { keyring = [], keyFile = [], store = [], passphraseFile } = flags;
  const passphrases = passphrasesOf(context, passphraseFile);
  if (store.length <= 1) return [{ keyrings: keyring, keyFiles: keyFile, passphrases }];
  return keyring.map((folder) => ({ keyrings: [folder], keyFiles: [], passphrases }));
}

/** Does something with the keys of each lot, which are all overwritten afterwards. */
async function withKeyLots<T>(
  [first, ...others]: readonly KeySources[],
  work: (lots: readonly KeyLot[]) => Promise<T>,
): Promise<T> {
  if (first === undefined) return await work([]);
  return await withKeys(first, (keys, retired) => withKeyLots(others, (lots) => work([{ keys, retired }, ...lots])));
}

function refuseContradictions(flags: ScanFlags): void {
  const { keyring, keyFile, from, store, definition, replay, keep } = flags;
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
  refuseUnequal(flags);
}

/** Each of several projects has a store, a keyring and perhaps a definition of its own. */
function refuseUnequal({ store: stores = [], keyring = [], keyFile = [], from, definition }: ScanFlags): void {
  if (new Set(stores.map((path) => resolve(path))).size < stores.length) throw usage("one --store is given twice");
  if (definition !== undefined && definition.length !== stores.length) {
    throw usage(`give as many --definition as --store, in the same order: ${stores.length}, not ${definition.length}`);
  }
  if (stores.length <= 1 || from === undefined) return;
  if (keyFile.length > 0) throw usage("--key-file goes with one --store only: give a --keyring for each of several");
  if (keyring.length !== stores.length) {
    throw usage(`give as many --keyring as --store, in the same order: ${stores.length}, not ${keyring.length}`);
  }
}

function usage(message: string): UsageError {
  return new UsageError("SOTTO_USAGE", message);
}
