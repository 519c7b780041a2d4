import { Command } from "commander";
import { type Context, systemContext } from "./commands/context.ts";
import { register as registerForget } from "./commands/forget.ts";
import { register as registerLosses } from "./commands/losses.ts";
import { register as registerScan } from "./commands/scan.ts";

/**
 * The command `sotto-decoder`.
 *
 * @param argv the arguments after the program's name.
 * @param context what it has to do with the world; tests give their own.
 * @returns the exit code.
 */
export async function main(argv: readonly string[], context: Context = systemContext()): Promise<number> {
  const program = new Command("sotto-decoder")
    .description("Find a project's own reports in the public log of a sotto zone")
    .option("--debug", "print the stack of an error")
    .exitOverride();
  let exitCode = 0;
  const exit = (code: number) => {
    exitCode = code;
  };
  for (const register of [registerScan, registerLosses, registerForget]) register(program, context, exit);
  await program.parseAsync(argv, { from: "user" });
  return exitCode;
}
