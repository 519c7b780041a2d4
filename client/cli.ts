import { addCompletion } from "@sotto/wire/commandline";
import { HELP_FORM, VERSION } from "@sotto/wire/help";
import { Command } from "commander";
import { register as registerAsk } from "./commands/ask.ts";
import { register as registerCheck } from "./commands/check.ts";
import { type Context, systemContext } from "./commands/context.ts";
import { register as registerDescribe } from "./commands/describe.ts";
import { register as registerDisable } from "./commands/disable.ts";
import { register as registerEnable } from "./commands/enable.ts";
import { register as registerForget } from "./commands/forget.ts";
import { register as registerHistory } from "./commands/history.ts";
import { register as registerOpen } from "./commands/open.ts";
import { register as registerPreview } from "./commands/preview.ts";
import { register as registerReceipts } from "./commands/receipts.ts";
import { register as registerReport } from "./commands/report.ts";
import { register as registerSend } from "./commands/send.ts";
import { register as registerStatus } from "./commands/status.ts";

/** For users, for programs in other languages, and for developers, in this order in the help text. */
const COMMANDS = [
  registerStatus,
  registerEnable,
  registerDisable,
  registerAsk,
  registerPreview,
  registerHistory,
  registerOpen,
  registerReceipts,
  registerForget,
  registerReport,
];

/** The command line of `sotto-client`: what it understands, for those who run it and for those who describe it. */
export function programOf(context: Context): Command {
  const program = new Command("sotto-client")
    .description("See and decide what programs that use sotto tell their developers, and report to them")
    .version(VERSION, "--version", "print the version")
    .option("--debug", "print the stack of an error")
    .configureHelp(HELP_FORM)
    .exitOverride();
  for (const register of COMMANDS) register(program, context);
  registerSend(program);
  registerCheck(program);
  registerDescribe(program);
  addCompletion(program, (text) => context.print(text.trimEnd()));
  return program;
}

/**
 * The command `sotto-client`.
 *
 * @param argv the arguments after the program's name.
 * @param context what it has to do with the world; tests give their own.
 * @returns the exit code.
 */
export async function main(argv: readonly string[], context: Context = systemContext()): Promise<number> {
  await programOf(context).parseAsync(argv, { from: "user" });
  return 0;
}
