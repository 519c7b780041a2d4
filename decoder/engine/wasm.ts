import { fastestWasm } from "../batch/fastestwasm.ts";
import { wasmBatch } from "../batch/wasmbatch.ts";
import type { Offer } from "./candidate.ts";
import type { ReferenceEngine } from "./engine.ts";
import { verifiedEngine } from "./verified.ts";

/**
 * The batch in WebAssembly, emitted and compiled here, with as many lanes as a trial finds to be fastest.
 *
 * @throws EngineError `SOTTO_ENGINE_ABSENT` where there is no relaxed SIMD or multiply-add is not fused; WrongEngineError
 *   when it fails its known answers.
 */
export function loadWasm(reference: ReferenceEngine): Offer {
  const code = fastestWasm();
  return {
    candidates: [{ engine: verifiedEngine(wasmBatch(code), reference), recipe: { name: "wasm", code } }],
    unfit: [],
  };
}
