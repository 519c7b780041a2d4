import type { EngineRecipe } from "../engine/candidate.ts";
import type { OpenedChunk } from "./openedchunk.ts";
import type { ThreadKeys } from "./threadkeys.ts";

/** What a thread is started with. */
export interface ThreadData {
  readonly engine: EngineRecipe;
  readonly keys: ThreadKeys;
  /** One number that all threads see: chunks with a smaller one are not wanted any more. */
  readonly cancelled: Int32Array<SharedArrayBuffer>;
}

/** A chunk to open. Its memory moves to the thread. */
export interface ThreadChunk {
  /** Chunks are numbered from 0. */
  readonly number: number;
  readonly frames: Uint8Array<ArrayBuffer>;
  /** Unix seconds. */
  readonly segmentEnd: number;
}

/** What a thread is told: a chunk, or to end once it has done what came before. */
export type ThreadRequest = ThreadChunk | "stop";

/** What comes back of a chunk, in the order in which chunks came. */
export interface ThreadAnswer {
  /** Null when it was not wanted any more. */
  readonly opened: OpenedChunk | null;
  /** The chunk's memory, to be used again. */
  readonly memory: ArrayBuffer;
}
