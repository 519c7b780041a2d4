import { seededOctets } from "./frames.ts";

/** Random choices that depend on a seed alone, so that a failure can be had again (generator: sfc32). */
export class Dice {
  readonly #state: Uint32Array;

  constructor(seed: string) {
    const octets = seededOctets(`dice ${seed}`, 16);
    this.#state = Uint32Array.from([0, 4, 8, 12], (at) => octets.readUInt32LE(at));
    for (let i = 0; i < 12; i++) this.#word();
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    return Math.floor((this.#word() / 2 ** 32) * limit);
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** True once in `times` throws. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }

  octets(length: number): Buffer {
    const octets = Buffer.allocUnsafe(length);
    for (let at = 0; at < length; at++) octets[at] = this.below(256);
    return octets;
  }

  #word(): number {
    const state = this.#state;
    const [a = 0, b = 0, c = 0, counter = 0] = state;
    const word = (a + b + counter) >>> 0;
    state[0] = b ^ (b >>> 9);
    state[1] = c + (c << 3);
    state[2] = ((c << 21) | (c >>> 11)) + word;
    state[3] = counter + 1;
    return word;
  }
}
