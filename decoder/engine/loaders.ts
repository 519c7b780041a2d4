import { nativeBatch } from "../batch/native.ts";
import { wasmBatch } from "../batch/wasmbatch.ts";
import { EngineError } from "../errors.ts";
import type { EngineRecipe, Offer } from "./candidate.ts";
import type { Engine, EngineName, ReferenceEngine } from "./engine.ts";
import { loadNative } from "./native.ts";
import { loadSodium } from "./sodium.ts";
import { tweetnaclEngine } from "./tweetnacl.ts";
import { verifiedEngine } from "./verified.ts";
import { loadWasm } from "./wasm.ts";

/**
 * Says what there is of each engine. An offer has at least one candidate.
 *
 * They throw EngineError `SOTTO_ENGINE_ABSENT` where an engine does not load, WrongEngineError where it fails its known
 * answers.
 */
export type EngineLoaders = Readonly<Record<EngineName, () => Promise<Offer>>>;

/** What this machine and what is installed on it have. */
export const LOADERS: EngineLoaders = {
  native: async () => loadNative(await loadReference()),
  wasm: async () => loadWasm(await loadReference()),
  "sodium-native": async () => ({
    candidates: [{ engine: await loadSodium(), recipe: { name: "sodium-native" } }],
    unfit: [],
  }),
  tweetnacl: async () => ({ candidates: [{ engine: tweetnaclEngine, recipe: { name: "tweetnacl" } }], unfit: [] }),
};

/** Makes an engine that was chosen once more, in another thread. */
export async function makeEngine(recipe: EngineRecipe): Promise<Engine> {
  switch (recipe.name) {
    case "sodium-native":
      return await loadSodium();
    case "tweetnacl":
      return tweetnaclEngine;
    case "native":
      return verifiedEngine(await nativeBatch(recipe.path), await loadReference());
    case "wasm":
      return verifiedEngine(wasmBatch(recipe.code), await loadReference());
  }
}

/** Who is taken at his word on this machine. */
async function loadReference(): Promise<ReferenceEngine> {
  try {
    return await loadSodium();
  } catch (error) {
    if (error instanceof EngineError) return tweetnaclEngine;
    throw error;
  }
}
