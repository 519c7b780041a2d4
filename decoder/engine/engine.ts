import type { KeyPair } from "@sotto/wire";

/** A box of a slab that opened. */
export interface Hit {
  /** Number of its frame in the slab, from 0. */
  readonly index: number;
  /** Number of the key that opened it among those that were given, from 0. */
  readonly key: number;
  /** The block of 66 octets, in memory of its own. */
  readonly block: Uint8Array;
}

/**
 * Something that opens sealed boxes. All engines accept exactly the same ones, whoever made them and with what in mind.
 *
 * An engine takes many frames and all their keys at once, since some do several at a time, and what they work out of a
 * frame or of a key they do once.
 */
export interface Engine {
  readonly name: EngineName;
  /** With what it computes on this machine, such as `AVX2, 4 lanes`. */
  readonly path: string;
  /**
   * Tries keys on frames, whatever their heads say. Whoever makes a frame can make it fit two keys: the first one that
   * opens it counts.
   *
   * @param frames whole frames, one after the other; as many as one likes, also none.
   * @param keys in the order in which they are tried; also none.
   * @returns those that open, in ascending order, each once. Almost none does: what does not costs no memory.
   */
  open(frames: Uint8Array, keys: readonly KeyPair[]): readonly Hit[];
}

/** An engine that others wrote and audited: it is taken at its word. */
export interface ReferenceEngine extends Engine {
  readonly name: "sodium-native" | "tweetnacl";
}

/** The engines that there are; which of them is the fastest, a machine decides. */
export const ENGINE_NAMES = ["native", "wasm", "sodium-native", "tweetnacl"] as const;

/** The name of an engine. */
export type EngineName = (typeof ENGINE_NAMES)[number];
