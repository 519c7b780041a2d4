import { addCompletion, VERSION } from "@sotto/wire/commandline";
import { HELP_FORM } from "@sotto/wire/help";
import { Command } from "commander";
import { type Context, systemContext } from "./commands/context.ts";
import { register as registerEngines } from "./commands/engines.ts";
import { register as registerEnqueue } from "./commands/enqueue.ts";
import { register as registerExport } from "./commands/export.ts";
import { register as registerForget } from "./commands/forget.ts";
import { register as registerLosses } from "./commands/losses.ts";
import { register as registerPublish } from "./commands/publish.ts";
import { register as registerQueue } from "./commands/queue.ts";
import { register as registerReport } from "./commands/report.ts";
import { register as registerScan } from "./commands/scan.ts";
import { register as registerServe } from "./commands/serve.ts";
import { register as registerWork } from "./commands/work.ts";

const COMMANDS = [
  registerScan,
  registerReport,
  registerPublish,
  registerServe,
  registerLosses,
  registerExport,
  registerForget,
  registerEnqueue,
  registerWork,
  registerQueue,
  registerEngines,
];

/** The command line of `sotto-decoder`: what it understands, for those who run it and for those who describe it. */
export function programOf(context: Context, exit: (code: number) => void): Command {
  const program = new Command("sotto-decoder")
    .description("Find a project's own reports in the public log of a sotto zone, count them, and publish figures")
    .version(VERSION, "--version", "print the version")
    .option("--debug", "print the stack of an error")
    .configureHelp(HELP_FORM)
    .exitOverride();
  for (const register of COMMANDS) register(program, context, exit);
  addCompletion(program, (text) => context.write(text));
  return program;
}

/**
 * The command `sotto-decoder`.
 *
 * @param argv the arguments after the program's name.
 * @param context what it has to do with the world; tests give their own.
 * @returns the exit code.
 */
export async function main(argv: readonly string[], context: Context = systemContext()): Promise<number> {
  let exitCode = 0;
  const program = programOf(context, (code) => {
    exitCode = code;
  });
  await program.parseAsync(argv, { from: "user" });
  return exitCode;
}
