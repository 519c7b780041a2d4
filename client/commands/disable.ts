import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { onAction } from "./action.ts";
import type { Context } from "./context.ts";
import { debugOption, examplesFor, projectWord, takeProject } from "./option.ts";

/** Adds `disable`. */
export function register(program: Command, context: Context): void {
  const command = program
    .command("disable")
    .description(`say no: to ${projectWord(context)}, or to all on this machine; deletes what is kept`);
  takeProject(command, context)
    .option("--all", "all projects on this machine, now and later")
    .option("--purge", "with --all: remove every file but the one with your decisions")
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "Stops a sender at work, and deletes what waits to be sent, what was counted, and the history with " +
            "its secrets. For what was sent already, print the receipts before: with one, the project can delete " +
            "a report.",
        ],
        exit: "0 recorded and deleted, 1 something is left or not recorded, 2 wrong usage",
        examples: examplesFor(context, ["sotto-client disable django", "sotto-client disable --all"]),
      }),
    );
  onAction(command, context, async () => (await import("../deciding/disable.ts")).disable);
}
