import type { Command } from "commander";
import { programOf as clientProgram } from "../../client/cli.ts";
import { systemContext as clientContext } from "../../client/commands/context.ts";
import { programOf as decoderProgram } from "../../decoder/cli.ts";
import { systemContext as decoderContext } from "../../decoder/commands/context.ts";
import { programOf as keysProgram } from "../../keys/cli.ts";
import { systemContext as keysContext } from "../../keys/commands/context.ts";
import { programOf as resolverProgram } from "../../resolver/cli.ts";

/** The command lines of all packages, by their names, made anew: parsing leaves things in a program. */
export function programs(): ReadonlyMap<string, Command> {
  const all = [
    clientProgram(clientContext()),
    keysProgram(keysContext()),
    resolverProgram(),
    decoderProgram(decoderContext(), () => {}),
  ];
  return new Map(all.map((program) => [program.name(), program]));
}

/** What a command prints of itself, at the width of a terminal of 80 columns. */
export function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 80 }).outputHelp();
  return text;
}
