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

/**
 * The command `sotto-client`.
 *
 * @param argv the arguments after the program's name.
 * @param context what it has to do with the world; tests give their own.
 * @returns the exit code.
 */
export async function main(argv: readonly string[], context: Context = systemContext()): Promise<number> {
  const program = new Command("sotto-client")
    .description("See and decide what programs that use sotto tell their developers, and report to them")
    .option("--debug", "print the stack of an error")
    .exitOverride();
  for (const register of COMMANDS) register(program, context);
  registerSend(program);
  registerCheck(program);
  registerDescribe(program);
  await program.parseAsync(argv, { from: "user" });
  return 0;
}
