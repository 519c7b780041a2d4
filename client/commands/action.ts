import type { Command } from "commander";
import type { World } from "../telemetry/world.ts";
import type { Context } from "./context.ts";

/** A command as a person called it. */
export interface Call<Flags = object> extends Omit<Context, "world"> {
  readonly world: World;
  readonly words: readonly string[];
  readonly flags: Flags;
  /** What the commands are called by: `sotto-client`, or `myapp telemetry`. */
  readonly caller: string;
}

/**
 * Sets what a command does.
 *
 * @param load loads the work, when it is to be done: most commands are not, in most runs, and an application that
 *   mounts them all must start as quickly as before.
 */
export function onAction<Flags>(
  command: Command,
  context: Context,
  load: () => Promise<(call: Call<Flags>) => Promise<void>>,
): void {
  command.action(async () => {
    const flags = flagsOf<Flags>(command);
    const caller = callerOf(command);
    const done = async () => {
      const work = await load();
      await work({ ...context, world: await context.world(), words: command.args, flags, caller });
    };
    const { failed } = context;
    if (failed === null) return await done();
    await done().catch((error: Error & { exitCode?: number }) => {
      const text = flags.debug === true ? String(error.stack) : `${caller}: ${error.message.split("\n")[0]}`;
      failed(text, error.exitCode ?? 1);
    });
  });
}

/**
 * A command's flags. Of those that a program above it has as well, that program takes what is given; --debug and --json
 * mean the same everywhere.
 */
function flagsOf<Flags>(command: Command): Flags & { readonly debug?: boolean } {
  const { debug, json } = command.optsWithGlobals();
  return { ...(debug === true ? { debug } : {}), ...(json === true ? { json } : {}), ...command.opts() } as Flags & {
    readonly debug?: boolean;
  };
}

/** How to call another command about a project: an application's own commands need no name. */
export function callOf({ caller, own }: Call, command: string, project: string): string {
  return own === null ? `${caller} ${command} ${project}` : `${caller} ${command}`;
}

function callerOf(command: Command): string {
  const names: string[] = [];
  for (let above = command.parent; above !== null; above = above.parent) names.unshift(above.name());
  return names.join(" ");
}
