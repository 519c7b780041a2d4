import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { onAction } from "./action.ts";
import type { Context } from "./context.ts";
import { debugOption, examplesFor, jsonOption, projectWord, takeProject } from "./option.ts";

/** Adds `preview`. */
export function register(program: Command, context: Context): void {
  const command = program
    .command("preview")
    .description(`what the next reports of ${projectWord(context)} would hold, field by field`);
  takeProject(command, context)
    .addOption(jsonOption())
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        notes: ["Nothing is kept or sent."],
        exit: "0 shown, 1 not, 2 wrong usage",
        examples: examplesFor(context, ["sotto-client preview django"]),
      }),
    );
  onAction(command, context, async () => (await import("../looking/preview.ts")).preview);
}
