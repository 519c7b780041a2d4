import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { onAction } from "./action.ts";
import type { Context } from "./context.ts";

/** Adds `report`. */
export function register(program: Command, context: Context): void {
  const command = program
    .command("report")
    .description("say what a program's report tells, for programs that do not run Node")
    .requiredOption("--definition <file>", "the project's report definition, sotto.json")
    .argument("<report>", "the report's name in the definition")
    .argument("[field=value...]", "what it tells, and what is counted: command=build, runs=3")
    .option("--debug", "print the decision, and the stack of an error")
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "To be called in every run: one report is made for each window, as the user allows. It never asks " +
            "and prints nothing, and ends with 0 also where nothing may be kept. SOTTO_TELEMETRY=debug shows " +
            "what would be sent.",
        ],
        exit: "0 said, 1 the definition is refused, 2 wrong usage",
        examples: ["sotto-client report --definition sotto.json weekly command=build runs=1"],
      }),
    );
  onAction(command, context, async () => (await import("../saying/report.ts")).report);
}
