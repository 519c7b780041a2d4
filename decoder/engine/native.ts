import { nativeBatch, nativePaths } from "../batch/native.ts";
import type { Candidate, Offer } from "./candidate.ts";
import type { ReferenceEngine } from "./engine.ts";
import { verifiedEngine } from "./verified.ts";

/**
 * The batch in C, in each of the ways that this processor can run.
 *
 * @throws EngineError `SOTTO_ENGINE_ABSENT` where there is none; WrongEngineError when one fails its known answers.
 */
export async function loadNative(reference: ReferenceEngine): Promise<Offer> {
  const { runs, notRun } = await nativePaths();
  const candidates = await Promise.all(
    runs.map(async (path): Promise<Candidate> => {
      const engine = verifiedEngine(await nativeBatch(path), reference);
      return { engine, recipe: { name: "native", path } };
    }),
  );
  const unfit = notRun.map(({ name, feature }) => ({ name: "native" as const, path: name, reason: `no ${feature}` }));
  return { candidates, unfit };
}
