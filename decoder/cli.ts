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

/**
 * The command `sotto-decoder`.
 *
 * @param argv the arguments after the program's name.
 * @param context what it has to do with the world; tests give their own.
 * @returns the exit code.
 */
export async function main(argv: readonly string[], context: Context = systemContext()): Promise<number> {
  const program = new Command("sotto-decoder")
    .description("Find a project's own reports in the public log of a sotto zone, count them, and publish figures")
    .option("--debug", "print the stack of an error")
    .exitOverride();
  let exitCode = 0;
  const exit = (code: number) => {
    exitCode = code;
  };
  for (const register of COMMANDS) register(program, context, exit);
  await program.parseAsync(argv, { from: "user" });
  return exitCode;
}
