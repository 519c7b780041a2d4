import type { Command } from "commander";
import { programOf as clientProgram } from "../client/cli.ts";
import { systemContext as clientContext } from "../client/commands/context.ts";
import { programOf as decoderProgram } from "../decoder/cli.ts";
import { systemContext as decoderContext } from "../decoder/commands/context.ts";
import { programOf as keysProgram } from "../keys/cli.ts";
import { systemContext as keysContext } from "../keys/commands/context.ts";
import { programOf as resolverProgram } from "../resolver/cli.ts";

/** The command line of each package that has one, by the package's folder, made anew: parsing leaves things in it. */
export async function programs(): Promise<ReadonlyMap<string, Command>> {
  return new Map([
    ["client", clientProgram(clientContext())],
    ["keys", await keysProgram(keysContext())],
    ["resolver", await resolverProgram()],
    ["decoder", await decoderProgram(decoderContext(), () => {})],
  ]);
}
