import { EngineError, WrongEngineError } from "../errors.ts";
import { median } from "../statistics/median.ts";
import type { Offer, Unfit } from "./candidate.ts";
import { ENGINE_NAMES, type Engine } from "./engine.ts";
import { type EngineLoaders, LOADERS } from "./loaders.ts";
import { tryRate } from "./trial.ts";

/** Trials of each engine, in turns: other load slows them all alike, and a median leaves out the worst of it. */
const ROUNDS = 5;

/** An engine and what it does on this machine. */
export interface RatedEngine {
  readonly engine: Engine;
  /** Frames a second in one thread. */
  readonly rate: number;
}

/** All engines, as this machine has them. */
export interface Survey {
  /** The fastest first. */
  readonly rated: readonly RatedEngine[];
  readonly unfit: readonly Unfit[];
}

/** Measures all engines that run on this machine, and says why the others do not. It takes a second or two. */
export async function surveyEngines(
  loaders: EngineLoaders = LOADERS,
  rate: (engine: Engine) => number = tryRate,
): Promise<Survey> {
  const offers: Offer[] = [];
  for (const name of ENGINE_NAMES) {
    try {
      offers.push(await loaders[name]());
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      const isWrong = error instanceof WrongEngineError;
      offers.push({ candidates: [], unfit: [{ name, path: null, reason: error.message, isWrong }] });
    }
  }
  const engines = offers.flatMap(({ candidates }) => candidates.map(({ engine }) => engine));
  const rates = engines.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [at, engine] of engines.entries()) rates[at]?.push(rate(engine));
  }
  const rated = engines.map((engine, at) => ({ engine, rate: median(rates[at] ?? []) }));
  return { rated: rated.toSorted((a, b) => b.rate - a.rate), unfit: offers.flatMap(({ unfit }) => unfit) };
}
