import type { WasmCode } from "../batch/wasmcode.ts";
import type { Engine, EngineName } from "./engine.ts";

/** How to make an engine once more, in another thread: it survives structured cloning. */
export type EngineRecipe =
  | { readonly name: "sodium-native" | "tweetnacl" }
  | { readonly name: "native"; readonly path: string }
  | { readonly name: "wasm"; readonly code: WasmCode };

/** An engine that works on this machine, by what it was asked so far. */
export interface Candidate {
  readonly engine: Engine;
  readonly recipe: EngineRecipe;
}

/** An engine, or one of its ways, that does not run on this machine. */
export interface Unfit {
  readonly name: EngineName;
  /** The way that is meant; null for the engine as a whole. */
  readonly path: string | null;
  /** Why, such as `no IFMA`. */
  readonly reason: string;
  /** Whether it runs, and computes wrongly. */
  readonly isWrong: boolean;
}

/** What there is of an engine on this machine. */
export interface Offer {
  readonly candidates: readonly Candidate[];
  readonly unfit: readonly Unfit[];
}
