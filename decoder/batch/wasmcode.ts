import { EngineError } from "../errors.ts";
import type { LaneCount } from "./field/lanes.ts";
import { emitBatch } from "./wasm/batchmodule.ts";
import type { BatchLayout } from "./wasm/layout.ts";
import { emitMultiplyAdd, isFused, type MultiplyAdd } from "./wasm/multiplyadd.ts";

/** A batch that is compiled. It can be sent to other threads, which then need not emit and compile it again. */
export interface WasmCode {
  readonly lanes: LaneCount;
  readonly module: WebAssembly.Module;
  readonly layout: BatchLayout;
}

/**
 * Emits and compiles a batch of so many lanes.
 *
 * @param load gives this machine's multiply-add on vectors.
 * @throws EngineError `SOTTO_ENGINE_ABSENT` where there is no relaxed SIMD, or where its multiply-add rounds twice.
 */
export function compileBatch(lanes: LaneCount, load: () => MultiplyAdd = loadMultiplyAdd): WasmCode {
  // Node with --jitless has none at all.
  if (typeof WebAssembly === "undefined") throw absent("this Node has no WebAssembly");
  let multiplyAdd: MultiplyAdd;
  try {
    multiplyAdd = load();
  } catch (error) {
    if (!(error instanceof WebAssembly.CompileError)) throw error;
    throw absent("this Node has no relaxed SIMD");
  }
  if (!isFused(multiplyAdd)) throw absent("its processor has no fused multiply-add");
  const { octets, layout } = emitBatch(lanes);
  return { lanes, module: new WebAssembly.Module(octets), layout };
}

/** @throws WebAssembly.CompileError where there is no relaxed SIMD. */
export function loadMultiplyAdd(): MultiplyAdd {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(emitMultiplyAdd()));
  return exports.multiplyAdd as MultiplyAdd;
}

function absent(why: string): EngineError {
  return new EngineError("SOTTO_ENGINE_ABSENT", `the engine wasm does not run on this machine: ${why}`);
}
