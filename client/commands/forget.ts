import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { onAction } from "./action.ts";
import type { Context } from "./context.ts";
import { debugOption, examplesFor, yesOption } from "./option.ts";

/** Adds `forget`. */
export function register(program: Command, context: Context): void {
  const name =
    context.own === null ? "a project's name, or a name from a log of DNS, as for open" : "a name, as for open";
  const command = program
    .command("forget")
    .description("delete entries of the history with their secrets")
    .argument("[name]", name)
    .option("--all", context.own === null ? "the whole history" : "the whole history of this program")
    .addOption(yesOption())
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "What was sent stays sent; without its entry nobody here can open it or ask for its deletion any more.",
        ],
        exit: "0 forgotten, 1 not, 2 wrong usage",
        examples: examplesFor(context, ["sotto-client forget django"]),
      }),
    );
  onAction(command, context, async () => (await import("../looking/forget.ts")).forget);
}
