import { HELP_FORM, namedCommand, VERSION } from "@sotto/wire/help";
import { Command } from "commander";
import { type Context, systemContext } from "./commands/context.ts";

/** In the order of the help text. A run loads the code of the one that it names. */
const COMMANDS = {
  scan: () => import("./commands/scan.ts"),
  report: () => import("./commands/report.ts"),
  publish: () => import("./commands/publish.ts"),
  serve: () => import("./commands/serve.ts"),
  losses: () => import("./commands/losses.ts"),
  export: () => import("./commands/export.ts"),
  forget: () => import("./commands/forget.ts"),
  enqueue: () => import("./commands/enqueue.ts"),
  work: () => import("./commands/work.ts"),
  queue: () => import("./commands/queue.ts"),
  engines: () => import("./commands/engines.ts"),
};

/**
 * The command line of `sotto-decoder`: what it understands, for those who run it and for those who describe it.
 *
 * @param wanted the one subcommand that is needed; all of them without it.
 */
export async function programOf(
  context: Context,
  exit: (code: number) => void,
  wanted: keyof typeof COMMANDS | null = null,
): Promise<Command> {
  const program = new Command("sotto-decoder")
    .description("Find a project's own reports in the public log of a sotto zone, count them, and publish figures")
    .version(VERSION, "--version", "print the version")
    .option("--debug", "print the stack of an error")
    .configureHelp(HELP_FORM)
    .exitOverride();
  if (wanted !== null) {
    (await COMMANDS[wanted]()).register(program, context, exit);
    return program;
  }
  for (const load of Object.values(COMMANDS)) (await load()).register(program, context, exit);
  const { addCompletion } = await import("@sotto/wire/commandline");
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
  const exit = (code: number) => {
    exitCode = code;
  };
  const program = await programOf(context, exit, namedCommand(argv, COMMANDS));
  await program.parseAsync(argv, { from: "user" });
  return exitCode;
}
