import { addCompletion, VERSION } from "@sotto/wire/commandline";
import { HELP_FORM } from "@sotto/wire/help";
import { Command } from "commander";
import { register as registerCheck } from "./commands/check.ts";
import { register as registerCombine } from "./commands/combine.ts";
import { type Context, systemContext } from "./commands/context.ts";
import { register as registerEpochs } from "./commands/epochs.ts";
import { register as registerExport } from "./commands/export.ts";
import { register as registerImport } from "./commands/import.ts";
import { register as registerList } from "./commands/list.ts";
import { register as registerNew } from "./commands/new.ts";
import { register as registerPassphrase } from "./commands/passphrase.ts";
import { register as registerPublic } from "./commands/public.ts";
import { register as registerReplace } from "./commands/replace.ts";
import { register as registerRetire } from "./commands/retire.ts";
import { register as registerShow } from "./commands/show.ts";
import { register as registerSplit } from "./commands/split.ts";
import { keepOutOfCoreFiles } from "./memory.ts";

const COMMANDS = [
  registerNew,
  registerPublic,
  registerEpochs,
  registerList,
  registerShow,
  registerCheck,
  registerRetire,
  registerReplace,
  registerPassphrase,
  registerSplit,
  registerCombine,
  registerImport,
  registerExport,
];

/** The command line of `sotto-keys`: what it understands, for those who run it and for those who describe it. */
export function programOf(context: Context): Command {
  const program = new Command("sotto-keys")
    .description("Make, keep and destroy the keys that open a project's sotto reports")
    .version(VERSION, "--version", "print the version")
    .option("--debug", "print the stack of an error")
    .configureHelp(HELP_FORM)
    .exitOverride();
  for (const register of COMMANDS) register(program, context);
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
  await programOf(context).parseAsync(argv, { from: "user" });
  return 0;
}
