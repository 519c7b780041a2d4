import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { onAction } from "./action.ts";
import type { Context } from "./context.ts";
import { debugOption, jsonOption } from "./option.ts";

/** Adds `open`. */
export function register(program: Command, context: Context): void {
  const command = program
    .command("open")
    .description("what is inside a name from a log of DNS, proved by opening it")
    .argument("<name>", "the name as the log shows it, with or without its zone")
    .addOption(jsonOption())
    .addOption(debugOption())
    .addHelpText("after", furtherHelp({ exit: "0 proved, 1 not of this machine's history, 2 no name of a report" }));
  onAction(command, context, async () => (await import("../looking/open.ts")).open);
}
