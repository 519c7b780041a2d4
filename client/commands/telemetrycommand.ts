import type { Command } from "commander";
import type { DefinitionSource } from "../definitionsource.ts";
import { systemContext } from "./context.ts";
import { mountedCommand } from "./mounted.ts";

/**
 * The commands about an application's own telemetry, to mount in its program: `myapp telemetry status` and all else
 * that `sotto-client` does for users. `--all` of `enable` and `disable` is for all projects on the machine.
 *
 * A command that fails prints one line and sets the exit code; nothing is thrown into the application.
 *
 * @param definition as for `open`; read when one of the commands is run.
 */
export function telemetryCommand(definition: DefinitionSource): Command {
  return mountedCommand(definition, systemContext());
}
