import { nodeCrypto, nodeOs } from "./builtin.ts";
import { isOnTerminal } from "./onterminal.ts";
import { type DefinitionSource, programToRead } from "./program.ts";
import { isSystemCi, startSender, systemSurroundings } from "./rarely.ts";
import { isCiAtFirstSight } from "./report/ci.ts";
import { ciSigns } from "./report/cisigns.ts";
import { placesOf } from "./state/paths.ts";
import { openTelemetry, type Program, SILENT, type Telemetry } from "./telemetry/telemetry.ts";
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
    const program = programOf(definition, world);
    if (program === null) return SILENT;
    const telemetry = openTelemetry(program, world);
    if (ask !== false) await telemetry.ask();
    return telemetry;
  } catch {
    // A working folder or home that is gone, a system that tells nothing: an application must not notice.
    return SILENT;
  }
}

/** The world as the process finds it. @param caller what the program's own commands are called by. */
export function systemWorld(caller: string | null = null): World {
  const { env: environment, platform } = process;
  const home = orNull(() => homeOf(environment, platform));
  return {
    places: placesOf({ environment, platform, home }),
    environment,
    workingFolder: orNull(() => process.cwd()),
    home,
    isCi: () => isCiAtFirstSight(environment, ciSigns()) ?? isSystemCi(environment),
    clock: Date.now,
    random: (length) => new Uint8Array(nodeCrypto().randomBytes(length)),
    surroundings: systemSurroundings,
    platform: `${platform}-${process.arch}`,
    // Touching process.stdin opens it.
    get terminal() {
      return isOnTerminal() ? { input: process.stdin, output: process.stdout } : null;
    },
    startSender,
    send: async (world) => {
      const { sendNow } = await import("./sender/now.ts");
      await sendNow(world, true);
    },
    caller,
    complain: (text) => process.stderr.write(text),
  };
}

/** What `homedir` says, which looks at this variable first; Node's `os` is loaded only where it is not set. */
function homeOf(environment: NodeJS.ProcessEnv, platform: string): string {
  const { HOME = "" } = environment;
  return platform === "win32" || HOME === "" ? nodeOs().homedir() : HOME;
}

function programOf(definition: DefinitionSource, world: World): Program | null {
  try {
    const program = programToRead(definition, world);
    // Whoever looks for a mistake sees it at once.
    if (world.environment.SOTTO_TELEMETRY === "debug") void program.collection;
    return program;
  } catch (error) {
    if (world.environment.SOTTO_TELEMETRY === "debug") {
      world.complain(`sotto: the report definition cannot be used: ${(error as Error).message}\n`);
    }
    return null;
  }
}

function orNull<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch {
    return null;
  }
}
