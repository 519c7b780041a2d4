import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { onAction } from "./action.ts";
import type { Context } from "./context.ts";
import { debugOption, examplesFor, projectWord, takeProject } from "./option.ts";

/** Adds `ask`. */
export function register(program: Command, context: Context): void {
  const command = program
    .command("ask")
    .description(`show the question of ${projectWord(context)} now, however often it was shown`);
  takeProject(command, context)
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        notes: ["It takes a terminal."],
        exit: "0 answered, 1 not, 2 wrong usage",
        examples: examplesFor(context, ["sotto-client ask django"]),
      }),
    );
  onAction(command, context, async () => (await import("../deciding/ask.ts")).ask);
}
