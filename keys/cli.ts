import { HELP_FORM, namedCommand, VERSION } from "@sotto/wire/help";
import { Command } from "commander";
import { type Context, systemContext } from "./commands/context.ts";
import { keepOutOfCoreFiles } from "./memory.ts";

/** In the order of the help text. A run loads the code of the one that it names. */
const COMMANDS = {
  new: () => import("./commands/new.ts"),
  public: () => import("./commands/public.ts"),
  epochs: () => import("./commands/epochs.ts"),
  list: () => import("./commands/list.ts"),
  show: () => import("./commands/show.ts"),
  check: () => import("./commands/check.ts"),
  retire: () => import("./commands/retire.ts"),
  replace: () => import("./commands/replace.ts"),
  passphrase: () => import("./commands/passphrase.ts"),
  split: () => import("./commands/split.ts"),
  combine: () => import("./commands/combine.ts"),
  import: () => import("./commands/import.ts"),
  export: () => import("./commands/export.ts"),
};

/**
 * The command line of `sotto-keys`: what it understands, for those who run it and for those who describe it.
 *
 * @param wanted the one subcommand that is needed; all of them without it.
 */
export async function programOf(context: Context, wanted: keyof typeof COMMANDS | null = null): Promise<Command> {
  const program = new Command("sotto-keys")
    .description("Make, keep and destroy the keys that open a project's sotto reports")
    .version(VERSION, "--version", "print the version")
    .option("--debug", "print the stack of an error")
    .configureHelp(HELP_FORM)
    .exitOverride();
  if (wanted !== null) {
    (await COMMANDS[wanted]()).register(program, context);
    return program;
  }
  for (const load of Object.values(COMMANDS)) (await load()).register(program, context);
  const { addCompletion } = await import("@sotto/wire/commandline");
  addCompletion(program, (text) => context.print(text.trimEnd()));
  return program;
}

/**
 * The command `sotto-keys`.
 *
 * @param argv the arguments after the program's name.
 * @param context what it has to do with the world; tests give their own.
 * @returns the exit code.
 */
export async function main(argv: readonly string[], context: Context = systemContext()): Promise<number> {
  keepOutOfCoreFiles();
  const program = await programOf(context, namedCommand(argv, COMMANDS));
  await program.parseAsync(argv, { from: "user" });
  return 0;
}
