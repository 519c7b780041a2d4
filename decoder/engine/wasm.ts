import { EngineError } from "../errors.ts";
import type { Offer } from "./candidate.ts";
import type { Engine, ReferenceEngine } from "./engine.ts";
export async function loadWasm(_reference: ReferenceEngine): Promise<Offer> {
  throw new EngineError("SOTTO_ENGINE_ABSENT", "the engine wasm does not load on this machine: stub");
}
export function makeWasm(_module: WebAssembly.Module, _reference: ReferenceEngine): Engine {
  throw new EngineError("SOTTO_ENGINE_ABSENT", "stub");
}
