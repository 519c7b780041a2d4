import type { KeyPair } from "@sotto/wire";

/** A box of a slab that opened. */
export interface Hit {
  /** Number of its frame in the slab, from 0. */
  readonly index: number;
  /** The block of 66 octets, in memory of its own. */
  readonly block: Uint8Array;
}

/**
 * Something that opens sealed boxes. All engines accept exactly the same ones, whoever made them and with what in mind.
 *
 * An engine takes many frames of one key at once, since some do several at a time, and what they work out of a key they
 * do once.
 */
export interface Engine {
  readonly name: EngineName;
  /**
   * Tries a key on frames, whatever their heads say.
   *
   * @param frames whole frames, one after the other; as many as one likes, also none.
   * @returns those that open, in ascending order. Almost none does: what does not costs no memory.
   */
  open(frames: Uint8Array, keyPair: KeyPair): readonly Hit[];
}

/** The engines that there are, the fastest first. */
export const ENGINE_NAMES = ["sodium-native", "tweetnacl"] as const;

/** The name of an engine. */
export type EngineName = (typeof ENGINE_NAMES)[number];
