import { wasmBatch } from "../batch/wasmbatch.ts";
import { compileBatch } from "../batch/wasmcode.ts";
import type { Offer } from "./candidate.ts";
import type { ReferenceEngine } from "./engine.ts";
import { verifiedEngine } from "./verified.ts";

/**
 * The batch in WebAssembly, emitted and compiled here.
 *
 * @throws EngineError `SOTTO_ENGINE_ABSENT` where there is no relaxed SIMD or multiply-add is not fused; WrongEngineError
 *   when it fails its known answers.
 */
export function loadWasm(reference: ReferenceEngine): Offer {
  const code = compileBatch(2);
  return {
    candidates: [{ engine: verifiedEngine(wasmBatch(code), reference), recipe: { name: "wasm", code } }],
    unfit: [],
  };
}
