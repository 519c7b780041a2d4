import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { onAction } from "./action.ts";
import type { Context } from "./context.ts";
import { debugOption, examplesFor, jsonOption, takeProject } from "./option.ts";

/** Adds `status`. */
export function register(program: Command, context: Context): void {
  const command = program.command("status").description("whether anything is told, why, and what waits to be sent");
  takeProject(command, context, "one project's name (else all that are known)")
    .addOption(jsonOption())
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        notes: ["Nothing is changed or sent."],
        exit: "0 shown, 2 wrong usage",
        examples: examplesFor(context, ["sotto-client status", "sotto-client status --json django"]),
      }),
    );
  onAction(command, context, async () => (await import("../overview/status.ts")).status);
}
