import { resolve } from "node:path";
import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { UsageError } from "../errors.ts";
import { keysAtHand } from "../keysources.ts";
import { type Enqueued, enqueue } from "../queue/enqueue.ts";
import { isFolder } from "../source/source.ts";
import type { Context } from "./context.ts";
import { collect, count, debugOption } from "./option.ts";
import { queueStoreOption, refuseFile } from "./queuestore.ts";
import { addFromOptions } from "./scanoptions.ts";
import { Sources } from "./sources.ts";

interface EnqueueFlags {
  readonly from?: string[];
  readonly publicKey?: string[];
  readonly keyring?: string[];
  readonly store: string;
}

/** Adds `sotto-decoder enqueue`. */
export function register(program: Command, context: Context, exit: (code: number) => void): void {
  const command = program.command("enqueue").description("put new segments into the queue that workers take them from");
  addFromOptions(command)
    .addOption(queueStoreOption())
    .option(
      "--keyring <folder>",
      "also segments that were scanned without one of its keys (repeatable); nothing is unlocked",
      collect,
    )
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "What is scanned or queued already is passed over: run it as often as you like, from cron as well. The queue " +
            "holds where each segment is, and no key or password. Workers have to reach the same places by the same " +
            "names; for a database each has its own password, by PGPASSWORD or PGPASSFILE.",
        ],
        exit: "0 everything was put in or is there, 1 something could not be read or the queue not be written, 2 wrong usage",
        examples: [
          "sotto-decoder enqueue --from https://log.example.net \\\n    --store postgres://db.example.net/sotto",
        ],
      }),
    )
    .action(async (flags: EnqueueFlags) => exit(await run(flags, context)));
}

async function run(flags: EnqueueFlags, context: Context): Promise<number> {
  const { from, publicKey = null, keyring, store: place } = flags;
  refuseFile(place);
  if (from === undefined) throw new UsageError("SOTTO_USAGE", "nothing to put in: give --from <folder|url>");
  const keys = keyring === undefined ? null : await keysAtHand(keyring);
  const sources = await Sources.list(from.map(whole), publicKey, context);
  const listed = sources.segments.map((segment) => ({ segment, place: sources.placeOf(segment) }));
  const store = await context.openStoreToWrite(place);
  try {
    const queue = await context.openQueue(place);
    try {
      context.note(formatEnqueued(await enqueue(listed, { store, queue, keys, trouble: sources.trouble })));
    } finally {
      await queue.close();
    }
  } finally {
    await store.close();
  }
  return sources.hasTroubles ? 1 : 0;
}

/** A folder by its whole path, since a worker has a working folder of its own. */
function whole(place: string): string {
  return isFolder(place) ? resolve(place) : place;
}

function formatEnqueued({ added, queued, scanned, dead }: Enqueued): string {
  const lines = [`put in: ${count(added, "segment")}`, `in the queue before: ${queued}`, `scanned before: ${scanned}`];
  if (dead > 0) lines.push(`given up before: ${dead} (see sotto-decoder queue)`);
  return lines.join("\n");
}
