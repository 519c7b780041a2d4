import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { onAction } from "./action.ts";
import type { Context } from "./context.ts";
import { debugOption, examplesFor, takeProject } from "./option.ts";

/** Adds `receipts`. */
export function register(program: Command, context: Context): void {
  const command = program
    .command("receipts")
    .description("print what a project needs to find your reports and delete them");
  takeProject(command, context, "the project's name (else all)")
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "One line for each frame in the history, to standard output. Each is a secret: whoever has it can " +
            "show that the report came from you.",
        ],
        exit: "0 printed, 1 at least one could not be proved, 2 wrong usage",
        examples: examplesFor(context, ["sotto-client receipts django > receipts.txt"]),
      }),
    );
  onAction(command, context, async () => (await import("../looking/receipts.ts")).receipts);
}
