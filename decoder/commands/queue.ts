import { describeConnection, isConnectionString } from "@sotto/wire";
import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import type { QueueEntry, QueueStanding, SegmentQueue } from "../queue/queue.ts";
import type { Context } from "./context.ts";
import { count, debugOption } from "./option.ts";
import { queueStoreOption, refuseFile } from "./queuestore.ts";
import { formatMoment } from "./sources.ts";
import { formatTable } from "./table.ts";

interface QueueFlags {
  readonly store: string;
  readonly json?: boolean;
  readonly retry?: boolean;
}

/** What a person calls where segments stand, in the order in which they are counted. */
const WORDS: Readonly<Record<QueueStanding, string>> = {
  waiting: "waiting",
  opening: "being opened",
  retrying: "to be tried again",
  dead: "given up",
};

/** Adds `sotto-decoder queue`. */
export function register(program: Command, context: Context): void {
  program
    .command("queue")
    .description("show which segments wait, are being opened, are to be tried again or were given up, and why")
    .option("--json", "print every segment as JSON")
    .option("--retry", "put the segments that were given up back to wait, and show nothing")
    .addOption(queueStoreOption())
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        notes: ["A segment that was given up stays so until --retry puts all of them back, or for 90 days."],
        exit: "0 shown, or put back; 1 there is no queue, or it could not be reached; 2 wrong usage",
        examples: [
          "sotto-decoder queue --store postgres://db.example.net/sotto",
          "sotto-decoder queue --store postgres://db.example.net/sotto --retry",
        ],
      }),
    )
    .action((flags: QueueFlags) => (flags.retry === true ? retry(flags, context) : show(flags, context)));
}

async function show({ store, json }: QueueFlags, context: Context): Promise<void> {
  const entries = await withQueue(store, context, async (queue) => {
    // Who died meanwhile is opening nothing.
    await queue.supervise();
    return await queue.entries();
  });
  const numbers = Object.fromEntries(
    Object.keys(WORDS).map((standing) => [standing, entries.filter((entry) => entry.standing === standing).length]),
  );
  if (json === true) {
    const segments = entries.map((entry) => ({ ...entry, place: shownPlace(entry) }));
    await context.write(`${JSON.stringify({ ...numbers, segments }, null, 2)}\n`);
    return;
  }
  const totals = Object.entries(WORDS).map(([standing, word]) => `${word}: ${numbers[standing]}`);
  await context.write(`${totals.join("\n")}\n`);
  const told = entries.filter(({ standing }) => standing !== "waiting");
  if (told.length === 0) return;
  const rows = told.map((entry) => [
    WORDS[entry.standing],
    formatMoment(entry.start),
    entry.count.toLocaleString("en-US"),
    String(entry.failures),
    entry.name,
    entry.reason ?? "",
  ]);
  await context.write(`\n${formatTable(["", "from", "frames", "failed", "segment", "why"], rows)}\n`);
  if (told.some(({ standing }) => standing === "dead")) {
    context.note("sotto-decoder queue --retry puts back what was given up");
  }
}

async function retry({ store }: QueueFlags, context: Context): Promise<void> {
  const moved = await withQueue(store, context, (queue) => queue.revive());
  context.note(`put back: ${count(moved, "segment")}`);
}

async function withQueue<T>(store: string, context: Context, work: (queue: SegmentQueue) => Promise<T>): Promise<T> {
  refuseFile(store);
  const queue = await context.openQueue(store, { make: false });
  try {
    return await work(queue);
  } finally {
    await queue.close();
  }
}

/** A database's name as it may be told, without the login. */
function shownPlace({ place }: QueueEntry): string {
  return isConnectionString(place) ? describeConnection(place) : place;
}
