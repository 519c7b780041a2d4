import { FRAME_OCTETS } from "@sotto/wire";

/** Places in a sorting key that tell one frame of a run from another: the rest of a double's 53 bits are the frame's first four octets. */
const MAX_SORTED_FRAMES = 2 ** 21;

/** Frames copied out of a run at once. */
const BLOCK_FRAMES = 1000;

/**
 * Frames in one piece of memory, to be sorted there. Nothing about the frames makes it slow: whoever chooses equal
 * beginnings only gets them compared in full.
 */
export class FrameBuffer {
  readonly #octets: Buffer;
  readonly #keys: Float64Array;
  readonly capacity: number;
  count = 0;

  /** @param capacity frames, at most two million. */
  constructor(capacity: number) {
    this.capacity = Math.min(capacity, MAX_SORTED_FRAMES);
    this.#octets = Buffer.allocUnsafeSlow(this.capacity * FRAME_OCTETS);
    this.#keys = new Float64Array(this.capacity);
  }

  /** @param frame 118 octets; they are copied. */
  add(frame: Uint8Array): void {
    const at = this.count * FRAME_OCTETS;
    this.#octets.set(frame, at);
    this.#keys[this.count] = this.#octets.readUInt32BE(at) * MAX_SORTED_FRAMES + this.count;
    this.count++;
  }

  /** Sorts, gives the distinct frames in ascending order in blocks, and is empty again. A block is valid until the next. */
  *drain(): Generator<Uint8Array> {
    const keys = this.#keys.subarray(0, this.count).sort();
    this.#sortEqualBeginnings(keys);
    const block = Buffer.allocUnsafeSlow(Math.min(BLOCK_FRAMES, Math.max(1, this.count)) * FRAME_OCTETS);
    let filled = 0;
    let last = -1;
    for (const key of keys) {
      const at = indexOf(key) * FRAME_OCTETS;
      if (last >= 0 && this.#compare(last, at) === 0) continue;
      last = at;
      this.#octets.copy(block, filled, at, at + FRAME_OCTETS);
      filled += FRAME_OCTETS;
      if (filled < block.length) continue;
      yield block;
      filled = 0;
    }
    this.count = 0;
    if (filled > 0) yield block.subarray(0, filled);
  }

  #sortEqualBeginnings(keys: Float64Array): void {
    for (let from = 0; from < keys.length; ) {
      let to = from + 1;
      while (to < keys.length && beginningOf(keys[to]) === beginningOf(keys[from])) to++;
      if (to - from > 1) {
        keys
          .subarray(from, to)
          .sort((a, b) => this.#compare(indexOf(a) * FRAME_OCTETS, indexOf(b) * FRAME_OCTETS) || a - b);
      }
      from = to;
    }
  }

  #compare(a: number, b: number): number {
    return this.#octets.compare(this.#octets, b, b + FRAME_OCTETS, a, a + FRAME_OCTETS);
  }
}

function beginningOf(key = 0): number {
  return Math.floor(key / MAX_SORTED_FRAMES);
}

function indexOf(key: number): number {
  return key % MAX_SORTED_FRAMES;
}
