import { FRAME_OCTETS } from "@sotto/wire";

/** A frame of a slab, which is frames one after the other; a view of it. */
export function frameAt(frames: Uint8Array, index: number): Uint8Array {
  return frames.subarray(index * FRAME_OCTETS, (index + 1) * FRAME_OCTETS);
}
