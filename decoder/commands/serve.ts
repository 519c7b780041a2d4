import type { AddressInfo } from "node:net";
import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { formatLoopback, parseLoopback } from "../serve/loopback.ts";
import {
  addSourceOptions,
  audienceOf,
  type PublicFlags,
  type SourceFlags,
  thresholdOption,
  withRecords,
} from "./asking.ts";
import type { AnswerContext } from "./context.ts";
import { debugOption } from "./option.ts";

/** Where a viewer is looked for unless told otherwise. */
const DEFAULT_LISTEN = "127.0.0.1:8160";

interface ServeFlags extends SourceFlags, PublicFlags {
  readonly listen: string;
}

/** Adds `sotto-decoder serve`. */
export function register(program: Command, context: AnswerContext): void {
  addSourceOptions(program.command("serve").description("show figures with filters, to a browser on this machine"))
    .option("--listen <address:port>", "an address of this machine alone", DEFAULT_LISTEN)
    .option("--public", "as everybody may see it: small cells merged, complete windows only, no filters")
    .addOption(thresholdOption())
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        notes: ["Ends with Ctrl-C."],
        exit: "0 ended, 1 could not listen or read, 2 wrong usage",
        examples: ["sotto-decoder serve --store records.duckdb"],
      }),
    )
    .action((flags: ServeFlags) => serve(flags, context));
}

async function serve(flags: ServeFlags, context: AnswerContext): Promise<void> {
  const { address, port } = parseLoopback(flags.listen);
  const threshold = audienceOf(flags);
  await withRecords(flags, context, async (source, definition) => {
    // A web server is a lot to load for all the other commands.
    const { createViewer } = await import("../serve/app.ts");
    const viewer = createViewer({ source, definition, threshold });
    try {
      await viewer.listen({ host: address, port });
      const bound = viewer.server.address() as AddressInfo;
      // Before the line: whoever reads it may send a signal at once.
      const stopped = context.stopped();
      context.note(`ready: http://${formatLoopback({ address, port: bound.port })}/`);
      await stopped;
    } finally {
      await viewer.close();
    }
  });
}
