import { type DefinitionSource, readSource } from "./definitionsource.ts";
import { isOnTerminal, mayBeOnTerminal } from "./onterminal.ts";
import { randomOctets } from "./random.ts";
import { openWhole } from "./rarely.ts";
import { mayBeCi } from "./report/ci.ts";
import { CI_SIGNS } from "./report/cisigns.ts";
import { SILENT, type Telemetry } from "./telemetry/telemetry.ts";
import { usualPlaces } from "./usual/places.ts";
import { openUsual } from "./usual/run.ts";

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
    const telemetry = openIn(definition, command);
    if (ask !== false) await telemetry.ask();
    return telemetry;
  } catch {
    // A working folder or home that is gone, a system that tells nothing: an application must not notice.
    return SILENT;
  }
}

function openIn(definition: DefinitionSource, command: string | undefined): Telemetry {
  try {
    const { env: environment, platform } = process;
    const world = {
      places: usualPlaces(environment, platform),
      environment,
      workingFolder: process.cwd(),
      home: (platform === "win32" ? environment.USERPROFILE : environment.HOME) ?? null,
      clock: Date.now,
      random: randomOctets,
      mayBeCi: () => mayBeCi(environment, CI_SIGNS),
      mayBeOnTerminal,
      isOnTerminal,
    };
    const raw = readSource(definition);
    return openUsual(world, raw, (begun) => openWhole(raw, command, begun));
  } catch {
    return openWhole(definition, command);
  }
}
