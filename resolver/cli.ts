import { HELP_FORM, namedCommand, VERSION } from "@sotto/wire/help";
import { Command } from "commander";

/** In the order of the help text. A run loads the code of the one that it names. */
const COMMANDS = {
  serve: () => import("./commands/serve.ts"),
  check: () => import("./commands/check.ts"),
  doctor: () => import("./commands/doctor.ts"),
  segments: () => import("./commands/segments.ts"),
  verify: () => import("./commands/verify.ts"),
  purge: () => import("./commands/purge.ts"),
  export: () => import("./commands/export.ts"),
  mirror: () => import("./commands/mirror.ts"),
  migrate: () => import("./commands/migrate.ts"),
  "sign-key": () => import("./commands/signkey.ts"),
};

/**
 * The command line of `sotto-resolver`: what it understands, for those who run it and for those who describe it.
 *
 * @param wanted the one subcommand that is needed; all of them without it.
 */
export async function programOf(wanted: keyof typeof COMMANDS | null = null): Promise<Command> {
  const program = new Command("sotto-resolver")
    .description("The authoritative name server of a sotto collection zone")
    .version(VERSION, "--version", "print the version")
    .option("--debug", "print the stack of an error")
    .configureHelp(HELP_FORM)
    .exitOverride();
  if (wanted !== null) {
    (await COMMANDS[wanted]()).register(program);
    return program;
  }
  for (const load of Object.values(COMMANDS)) (await load()).register(program);
  const { addCompletion } = await import("@sotto/wire/commandline");
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
  const program = await programOf(namedCommand(argv, COMMANDS));
  await program.parseAsync(argv, { from: "user" });
  return 0;
}
