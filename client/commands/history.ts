import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { onAction } from "./action.ts";
import type { Context } from "./context.ts";
import { debugOption, examplesFor, jsonOption, takeProject } from "./option.ts";

/** Adds `history`. */
export function register(program: Command, context: Context): void {
  const command = program.command("history").description("what was sealed here in the last 90 days; or keep none");
  takeProject(command, context, "the project's name (else all); or on, or off");
  if (context.own !== null) command.argument("[on|off]", "keep a history, for all projects on this machine; or none");
  command
    .addOption(jsonOption())
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        notes: ["on and off are for all projects on this machine; off deletes what is there."],
        exit: "0 shown or set, 1 not, 2 wrong usage",
        examples: examplesFor(context, ["sotto-client history django", "sotto-client history off"]),
      }),
    );
  onAction(command, context, async () => (await import("../looking/history.ts")).history);
}
