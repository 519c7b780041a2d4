import type { Command } from "commander";
import { programs as byFolder } from "../../build/programs.ts";

/** The command lines of all packages, by their names, made anew. */
export async function programs(): Promise<ReadonlyMap<string, Command>> {
  return new Map([...(await byFolder()).values()].map((program) => [program.name(), program]));
}

/** What a command prints of itself, at the width of a terminal of 80 columns. */
export function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 80 }).outputHelp();
  return text;
}
