import { consentOf } from "@sotto/wire";
import type { Decision } from "./consent/decision.ts";
import { decideNow } from "./consent/now.ts";
import { type DefinitionSource, readSource } from "./definitionsource.ts";
import { isOnTerminal } from "./onterminal.ts";
import { systemWorld } from "./systemworld.ts";
import { SILENT, type Telemetry } from "./telemetry/telemetry.ts";
import type { World } from "./telemetry/world.ts";

/** How a program opens its telemetry. */
export interface OpenOptions {
  /** False for a development build and the program's own tests: nothing is asked, counted or reported. */
  readonly release?: boolean;
  /** False when the program is to call `ask()` itself, at a moment that suits it. */
  readonly ask?: boolean;
  /** What users call the commands by that the program has mounted (`telemetryCommand`), `greet telemetry`. */
  readonly command?: string;
}

/**
 * Opens a program's telemetry: decides whether it may count at all, and asks the user if that is due and there is a
 * terminal. Reads a few small files, and writes nothing but what the user is asked.
 *
 * It never throws. With a definition that cannot be used it is silent; `SOTTO_TELEMETRY=debug` says why.
 */
export async function open(
  definition: DefinitionSource,
  { release, ask, command }: OpenOptions = {},
): Promise<Telemetry> {
  if (release === false) return SILENT;
  try {
    const world = systemWorld(command);
    const telemetry = await openIn(world, definition);
    if (ask !== false) await telemetry.ask();
    return telemetry;
  } catch {
    // A working folder or home that is gone, a system that tells nothing: an application must not notice.
    return SILENT;
  }
}

async function openIn(world: World, definition: DefinitionSource): Promise<Telemetry> {
  const isDebugged = world.environment.SOTTO_TELEMETRY === "debug";
  try {
    const raw = readSource(definition);
    const asked = consentOf(raw);
    const decided = asked === null ? undefined : decideNow(world, asked);
    if (decided !== undefined && !isDebugged && isOver(decided.decision)) return SILENT;
    const { openTelemetry, programToRead } = await import("./running.ts");
    const program = programToRead(raw, asked, world);
    // Whoever looks for a mistake sees it at once.
    if (isDebugged) void program.collection;
    return openTelemetry(program, world, decideNow, decided);
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
