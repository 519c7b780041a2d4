import { nodeCrypto, nodeOs } from "./builtin.ts";
import { isOnTerminal } from "./onterminal.ts";
import { isSystemCi, startSender, systemSurroundings } from "./rarely.ts";
import { isCiAtFirstSight } from "./report/ci.ts";
import { ciSigns } from "./report/cisigns.ts";
import { placesOf } from "./state/paths.ts";
import type { World } from "./telemetry/world.ts";

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

function orNull<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch {
    return null;
  }
}
