import { EngineError } from "../errors.ts";
import type { Candidate } from "./candidate.ts";
import { ENGINE_NAMES, type Engine, type EngineName } from "./engine.ts";
import { type EngineLoaders, LOADERS } from "./loaders.ts";
import { tryRate } from "./trial.ts";

/** Below, an engine that needs no trial is done before a trial of all of them is: libsodium takes a second for these. */
const FEW_FRAMES = 20_000;

/** What a choice depends on. */
export interface ChoiceOptions {
  /** How many frames there are at most; many unless given. */
  readonly frames?: number;
  readonly loaders?: EngineLoaders;
  /** How many frames a second an engine tries here. */
  readonly rate?: (engine: Engine) => number;
}

/**
 * The engine of a name, and how to make it again.
 *
 * @param name one of {@link ENGINE_NAMES}, or `auto`: of all that load on this machine and give the known answers the one
 *   that is fastest in a trial; of few frames one that others wrote, without any.
 * @throws EngineError `SOTTO_ENGINE_UNKNOWN` when there is none of that name, `SOTTO_ENGINE_ABSENT` when it does not
 *   load here; WrongEngineError when the one that was named fails its known answers.
 */
export async function chooseEngine(name: string, options: ChoiceOptions = {}): Promise<Candidate> {
  const { frames = Number.POSITIVE_INFINITY, loaders = LOADERS, rate = tryRate } = options;
  if (isEngineName(name)) return fastest((await loaders[name]()).candidates, rate);
  if (name !== "auto") {
    throw new EngineError(
      "SOTTO_ENGINE_UNKNOWN",
      `there is no engine '${name}'; there are auto, ${ENGINE_NAMES.join(", ")}`,
    );
  }
  const sodium = await working(loaders["sodium-native"]);
  if (frames < FEW_FRAMES && sodium.length > 0) return sodium[0] as Candidate;
  const batches = [...(await working(loaders.native)), ...(await working(loaders.wasm))];
  const candidates = [...batches, ...sodium];
  return fastest(candidates.length > 0 ? candidates : (await loaders.tweetnacl()).candidates, rate);
}

/** As `chooseEngine`, for who needs it in one thread only. */
export async function engineOf(name: string, options: ChoiceOptions = {}): Promise<Engine> {
  return (await chooseEngine(name, options)).engine;
}

/** What does not load is no candidate, and neither is what fails its known answers. */
async function working(load: EngineLoaders[EngineName]): Promise<readonly Candidate[]> {
  try {
    return (await load()).candidates;
  } catch (error) {
    if (error instanceof EngineError) return [];
    throw error;
  }
}

function fastest(candidates: readonly Candidate[], rate: (engine: Engine) => number): Candidate {
  const [first, ...others] = candidates as readonly [Candidate, ...Candidate[]];
  if (others.length === 0) return first;
  const rated = candidates.map((candidate) => ({ candidate, rate: rate(candidate.engine) }));
  return rated.reduce((best, other) => (other.rate > best.rate ? other : best)).candidate;
}

function isEngineName(name: string): name is EngineName {
  return ENGINE_NAMES.some((known) => known === name);
}
