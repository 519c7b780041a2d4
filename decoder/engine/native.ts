import { EngineError } from "../errors.ts";
import type { Offer } from "./candidate.ts";
import type { Engine, ReferenceEngine } from "./engine.ts";
export async function loadNative(_reference: ReferenceEngine): Promise<Offer> {
  throw new EngineError("SOTTO_ENGINE_ABSENT", "the engine native does not load on this machine: stub");
}
export async function makeNative(path: string, _reference: ReferenceEngine): Promise<Engine> {
  throw new EngineError("SOTTO_ENGINE_ABSENT", `the engine native does not load on this machine: ${path}`);
}
