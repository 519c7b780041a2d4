import { keepOutOfCoreFiles } from "@sotto/keys";
import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { ReportCheck } from "../checking/reportcheck.ts";
import { UsageError } from "../errors.ts";
import { keepHeapSmall } from "../heap.ts";
import { withKeys } from "../keysources.ts";
import { OpenerPool } from "../opening/pool.ts";
import { Places } from "../queue/places.ts";
import { work } from "../queue/worker.ts";
import type { ScanKeys } from "../scankeys.ts";
import { type Context, passphrasesOf } from "./context.ts";
import { debugOption } from "./option.ts";
import { queueStoreOption, refuseFile } from "./queuestore.ts";
import { addEngineOptions, addKeyOptions, type EngineFlags, type KeyFlags, keepOption } from "./scanoptions.ts";
import { stopped } from "./stopped.ts";
import { WorkReport } from "./workreport.ts";

interface WorkFlags extends KeyFlags, EngineFlags {
  readonly store: string;
  readonly definition?: string;
  /** Days. */
  readonly keep?: number;
  readonly once?: boolean;
}

/** Adds `sotto-decoder work`. */
export function register(program: Command, context: Context, exit: (code: number) => void): void {
  const command = program
    .command("work")
    .description("take segments from the queue, open them, and commit what is in them as records");
  addKeyOptions(command)
    .addOption(queueStoreOption())
    .option("--definition <sotto.json>", "hold reports against it: what it does not allow is kept apart as rejected")
    .addOption(keepOption())
    .option("--once", "end when no segment is ready; those to be tried again later are left to the next run");
  addEngineOptions(command)
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "Run it on as many machines as you like, each with the same keys and definition. A segment is opened before " +
            "the records are locked, so machines open at the same time, and commit one after the other. Ctrl-C or " +
            "SIGTERM hands the segment in hand back; one whose worker died is another's after two minutes or so. A " +
            "segment that cannot be read is tried again eight times in some three hours, and then given up: see " +
            "sotto-decoder queue.",
        ],
        exit:
          "0 ended by Ctrl-C or SIGTERM, or with --once everything was scanned; 1 with --once something could not be " +
          "read, or records or queue could not be reached; 2 wrong usage; 3 an engine that computes wrongly: the " +
          "segment was handed back, and nothing of it recorded; 130 --once was stopped",
        examples: [
          "sotto-decoder work --keyring keyring --definition sotto.json \\\n    --store postgres://db.example.net/sotto",
        ],
      }),
    )
    .action(async (flags: WorkFlags) => exit(await run(flags, context)));
}

async function run(flags: WorkFlags, context: Context): Promise<number> {
  const { store, keyring: keyrings = [], keyFile: keyFiles = [], passphraseFile } = flags;
  refuseFile(store);
  if (keyrings.length + keyFiles.length === 0) {
    throw new UsageError("SOTTO_USAGE", "no key to scan with: give --keyring <folder> or --key-file <file>");
  }
  keepOutOfCoreFiles();
  keepHeapSmall();
  const passphrases = passphrasesOf(context, passphraseFile);
  return await withKeys({ keyrings, keyFiles, passphrases }, (keys, retired) =>
    workWith(keys, retired, flags, context),
  );
}

async function workWith(
  keys: ScanKeys,
  retired: ReadonlySet<string>,
  flags: WorkFlags,
  context: Context,
): Promise<number> {
  const { store: place, definition, keep = null, once = false, engine, threads } = flags;
  // A definition that cannot be read is found before anything is opened.
  const check = definition === undefined ? null : new ReportCheck((await context.definition(definition)).reports);
  const stop = context.stop();
  const store = await context.openStoreToWrite(place, stop);
  try {
    const queue = await context.openQueue(place, { supervise: true });
    try {
      const pool = await OpenerPool.start({ engine, keys, ...(threads === undefined ? {} : { threads }) });
      try {
        const listener = new WorkReport(context, { store, keepDays: keep, retired });
        const project = { store, keys, check };
        await work({ queue, places: new Places(), project, pool, stop, listener }, { once });
        listener.finish(pool.engine);
        if (stop.aborted && once) return stopped(context, "what was scanned is kept, the rest is in the queue");
        return once && listener.hasTroubles ? 1 : 0;
      } finally {
        await pool.close();
      }
    } finally {
      await queue.close();
    }
  } finally {
    await store.close();
  }
}
