import { type Native, nativeBatch, nativePaths } from "../batch/native.ts";
import { WrongEngineError } from "../errors.ts";
import type { Candidate, Offer, Unfit } from "./candidate.ts";
import type { ReferenceEngine } from "./engine.ts";
import { verifiedEngine } from "./verified.ts";

/**
 * The batch in C, in each of the ways that this processor can run. One that fails its known answers is none of them, and
 * says nothing about the others.
 *
 * @param load loads the package.
 * @throws EngineError `SOTTO_ENGINE_ABSENT` where there is none; WrongEngineError when all fail their known answers.
 */
export async function loadNative(reference: ReferenceEngine, load?: () => Promise<Native>): Promise<Offer> {
  const { runs, notRun } = await nativePaths(load);
  const candidates: Candidate[] = [];
  const wrong: WrongEngineError[] = [];
  const unfit = notRun.map(({ name, feature }): Unfit => {
    return { name: "native", path: name, reason: `no ${feature}`, isWrong: false };
  });
  for (const path of runs) {
    try {
      const engine = verifiedEngine(await nativeBatch(path, load), reference);
      candidates.push({ engine, recipe: { name: "native", path } });
    } catch (error) {
      if (!(error instanceof WrongEngineError)) throw error;
      wrong.push(error);
      unfit.push({ name: "native", path, reason: error.message, isWrong: true });
    }
  }
  if (candidates.length === 0 && wrong[0] !== undefined) throw wrong[0];
  return { candidates, unfit };
}
