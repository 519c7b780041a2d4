import { EngineError } from "../errors.ts";
import { ENGINE_NAMES, type Engine, type EngineName } from "./engine.ts";
import { loadSodium } from "./sodium.ts";
import { tweetnaclEngine } from "./tweetnacl.ts";

/** Loads each engine, or throws EngineError `SOTTO_ENGINE_ABSENT`. */
export type EngineLoaders = Readonly<Record<EngineName, () => Promise<Engine>>>;

const LOADERS: EngineLoaders = {
  "sodium-native": () => loadSodium(),
  tweetnacl: async () => tweetnaclEngine,
};

/**
 * The engine of a name.
 *
 * @param name one of {@link ENGINE_NAMES}, or `auto`: the fastest that loads on this machine.
 * @throws EngineError `SOTTO_ENGINE_UNKNOWN` when there is none of that name, `SOTTO_ENGINE_ABSENT` when it does not
 *   load here.
 */
export async function engineOf(name: string, loaders: EngineLoaders = LOADERS): Promise<Engine> {
  if (name === "auto") return await fastest(loaders);
  if (isEngineName(name)) return await loaders[name]();
  throw new EngineError(
    "SOTTO_ENGINE_UNKNOWN",
    `there is no engine '${name}'; there are auto, ${ENGINE_NAMES.join(", ")}`,
  );
}

async function fastest(loaders: EngineLoaders): Promise<Engine> {
  for (const name of ENGINE_NAMES) {
    try {
      return await loaders[name]();
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
    }
  }
  // Not met as long as tweetnacl, which always loads, is among the names.
  return tweetnaclEngine;
}

function isEngineName(name: string): name is EngineName {
  return ENGINE_NAMES.some((known) => known === name);
}
