import { addCompletion, VERSION } from "@sotto/wire/commandline";
import { HELP_FORM } from "@sotto/wire/help";
import { Command } from "commander";
import { register as registerCheck } from "./commands/check.ts";
import { register as registerDoctor } from "./commands/doctor.ts";
import { register as registerExport } from "./commands/export.ts";
import { register as registerMigrate } from "./commands/migrate.ts";
import { register as registerMirror } from "./commands/mirror.ts";
import { register as registerPurge } from "./commands/purge.ts";
import { register as registerSegments } from "./commands/segments.ts";
import { register as registerServe } from "./commands/serve.ts";
import { register as registerSignKey } from "./commands/signkey.ts";
import { register as registerVerify } from "./commands/verify.ts";

const COMMANDS = [
  registerServe,
  registerCheck,
  registerDoctor,
  registerSegments,
  registerVerify,
  registerPurge,
  registerExport,
  registerMirror,
  registerMigrate,
  registerSignKey,
];

/** The command line of `sotto-resolver`: what it understands, for those who run it and for those who describe it. */
export function programOf(): Command {
  const program = new Command("sotto-resolver")
    .description("The authoritative name server of a sotto collection zone")
    .version(VERSION, "--version", "print the version")
    .option("--debug", "print the stack of an error")
    .configureHelp(HELP_FORM)
    .exitOverride();
  for (const register of COMMANDS) register(program);
  addCompletion(program, (text) => process.stdout.write(text));
  return program;
}

/**
 * The command `sotto-resolver`.
 *
 * @param argv the arguments after the program's name.
 * @returns the exit code.
 */
export async function main(argv: readonly string[]): Promise<number> {
  await programOf().parseAsync(argv, { from: "user" });
  return 0;
}
