import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { onAction } from "./action.ts";
import type { Context } from "./context.ts";
import { debugOption, examplesFor, projectWord, takeProject } from "./option.ts";

/** Adds `enable`. */
export function register(program: Command, context: Context): void {
  const command = program
    .command("enable")
    .description(`say yes: to ${projectWord(context)}, or to all on this machine`);
  takeProject(command, context)
    .option("--all", "all projects on this machine, each after its notice was shown")
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "A yes is to what the project's report definition tells now; of what is added later you are asked or " +
            "told first.",
        ],
        exit: "0 recorded, 1 not, 2 wrong usage",
        examples: examplesFor(context, ["sotto-client enable django"]),
      }),
    );
  onAction(command, context, async () => (await import("../deciding/enable.ts")).enable);
}
