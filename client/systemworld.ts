import { isOnTerminal } from "./onterminal.ts";
import { randomOctets } from "./random.ts";
import { isSystemCi, systemSurroundings } from "./report/runner.ts";
import { startSender } from "./start.ts";
import { placesOf } from "./state/paths.ts";
import { systemFolder, systemHome } from "./systemuser.ts";
import type { World } from "./telemetry/world.ts";

/** The world as the process finds it. @param caller what the program's own commands are called by. */
export function systemWorld(caller: string | null = null): World {
  const { env: environment, platform } = process;
  const home = systemHome(environment, platform);
  return {
    places: placesOf({ environment, platform, home }),
    environment,
    workingFolder: systemFolder(),
    home,
    isCi: () => isSystemCi(environment),
    clock: Date.now,
    random: randomOctets,
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
