import { consentOf } from "@sotto/wire";
import type { Decision } from "./consent/decision.ts";
import { decideNow } from "./consent/now.ts";
import { type DefinitionSource, readSource } from "./definitionsource.ts";
import { isOnTerminal } from "./onterminal.ts";
import { programToRead } from "./program.ts";
import { systemWorld } from "./systemworld.ts";
import { openTelemetry } from "./telemetry/running.ts";
import { type Begun, SILENT, type Telemetry } from "./telemetry/telemetry.ts";

/**
 * Opens a program's telemetry with all that any run may need. Where the definition cannot be used it is silent, and says
 * why to who looks for a mistake.
 *
 * @param command what the program's own commands are called by.
 * @param begun what a usual run has counted and heard before it turned out not to be one.
 */
export function openWhole(definition: DefinitionSource, command: string | undefined, begun?: Begun): Telemetry {
  const world = systemWorld(command);
  const isDebugged = world.environment.SOTTO_TELEMETRY === "debug";
  try {
    const raw = readSource(definition);
    const asked = consentOf(raw);
    const decided = asked === null ? undefined : decideNow(world, asked);
    if (decided !== undefined && !isDebugged && isOver(decided.decision)) return SILENT;
    const program = programToRead(raw, asked, world);
    // Whoever looks for a mistake sees it at once.
    if (isDebugged) void program.collection;
    return openTelemetry(program, world, decided, begun);
  } catch (error) {
    if (isDebugged) {
      world.complain(`sotto: the report definition cannot be used: ${(error as Error).message}\n`);
    }
    return SILENT;
  }
}

/** Whether nothing can come of a run any more: neither may it count, nor is there anybody to ask. */
function isOver({ state, rule }: Decision): boolean {
  if (state === "denied") return true;
  return state === "undecided" && !((rule === "question-due" || rule === "notice-due") && isOnTerminal());
}
