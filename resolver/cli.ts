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

/**
 * The command `sotto-resolver`.
 *
 * @param argv the arguments after the program's name.
 * @returns the exit code.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const program = new Command("sotto-resolver")
    .description("The authoritative name server of a sotto collection zone")
    .option("--debug", "print the stack of an error")
    .exitOverride();
  for (const register of COMMANDS) register(program);
  await program.parseAsync(argv, { from: "user" });
  return 0;
}
