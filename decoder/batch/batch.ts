import type { KeyPair } from "@sotto/wire";

/** The batches that there are: both do the same, `native` in C and `wasm` in WebAssembly that is emitted at run time. */
export const BATCH_NAMES = ["native", "wasm"] as const;

/** The name of a batch. */
export type BatchName = (typeof BATCH_NAMES)[number];

/** A frame that a key fits, says a batch. */
export interface Match {
  /** Number of the frame in the slab, from 0. */
  readonly index: number;
  /** Number of the key among those that were given, from 0. */
  readonly key: number;
}

/**
 * Our own code for trial opening, many frames at a time: what a scan's frames have in common, which is the secret, is
 * worked with once for all lanes of a vector, and what each would pay alone, the inversion at the end of X25519, is
 * shared by all frames of a batch.
 *
 * It says which frames fit, and opens none: an engine opens those again with code that others wrote and audited.
 */
export interface Batch {
  readonly name: BatchName;
  /** With what it computes on this machine, such as `AVX2, 4 lanes`. */
  readonly path: string;
  /**
   * Tries all keys on all frames: derives the shared secret of each, and compares the authenticator.
   *
   * @param frames whole frames, one after the other; as many as one likes, also none.
   * @param keys as many as one likes, also none. Two of them may fit one frame.
   * @returns ascending by `index`, and by `key` within one frame.
   */
  match(frames: Uint8Array, keys: readonly KeyPair[]): readonly Match[];
  /**
   * X25519 (RFC 7748, section 5) of one scalar and many points, by the code that `match` uses.
   *
   * @param scalar 32 octets, clamped here.
   * @param points any number of u coordinates of 32 octets, the top bit ignored, canonical or not.
   * @returns 32 octets for each; all zero where the point is of low order.
   */
  x25519(scalar: Uint8Array, points: Uint8Array): Uint8Array;
}
