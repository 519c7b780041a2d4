import { FRAME_OCTETS, KEY_OCTETS } from "@sotto/wire";
import type { MemoryMap } from "../assembler/memory.ts";
import { elementOctets } from "../field/fieldcode.ts";
import type { LaneCount } from "../field/lanes.ts";

/** Frames, or points, that one call takes at most: 30 kB of them. Their number divides by all numbers of lanes. */
export const MAX_FRAMES = 256;

/** Keys that one call takes at most. */
export const MAX_KEYS = 16;

/** Vectors of frames under one key that share an inversion: it costs then less than a hundredth of what they do. */
export const GROUP_SLOTS = 64;

/** Octets of a key in memory: the clamped secret one, the public one. */
export const KEY_PAIR_OCTETS = 2 * KEY_OCTETS;

/** Addresses of what goes in and out of a batch's memory, and of what it works with. */
export interface BatchLayout {
  /** Frames one after the other, or points of 32 octets. */
  readonly input: number;
  /** Key pairs one after the other; or one clamped scalar. */
  readonly keys: number;
  /** For each frame an octet for each key, 1 where it fits; or 32 octets for each point. */
  readonly output: number;
  /** Points, unpacked. */
  readonly points: number;
  /** X, Z, and the products of all Z so far (one more), of a group's slots. */
  readonly x: number;
  readonly z: number;
  readonly products: number;
  /** An inverse, and another element. */
  readonly inverse: number;
  readonly other: number;
  /** Shared secrets of a group's slots, 32 octets for each lane. */
  readonly shared: number;
}

/** Reserves all of it. */
export function reserveLayout(memory: MemoryMap, count: LaneCount): BatchLayout {
  const size = elementOctets(count);
  return {
    input: memory.reserve(MAX_FRAMES * FRAME_OCTETS),
    keys: memory.reserveSecret(MAX_KEYS * KEY_PAIR_OCTETS),
    output: memory.reserve(MAX_FRAMES * Math.max(MAX_KEYS, KEY_OCTETS)),
    points: memory.reserve((MAX_FRAMES / count) * size),
    x: memory.reserveSecret(GROUP_SLOTS * size),
    z: memory.reserveSecret(GROUP_SLOTS * size),
    products: memory.reserveSecret((GROUP_SLOTS + 1) * size),
    inverse: memory.reserveSecret(size),
    other: memory.reserveSecret(size),
    shared: memory.reserveSecret(GROUP_SLOTS * count * KEY_OCTETS),
  };
}
