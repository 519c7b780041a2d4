import { behind, type Expression, type Place } from "../assembler/expression.ts";
import type { FunctionBody } from "../assembler/function.ts";
import type { MemoryMap } from "../assembler/memory.ts";
import { f64x2, i64x2, v128 } from "../assembler/vector.ts";

type V128 = Expression<"v128">;

/** Octets of a vector of two doubles. */
const VECTOR_OCTETS = 16;

/** How many frames are computed with side by side: two in a vector, or four in a pair of vectors. */
export type LaneCount = 2 | 4;

/** One number of each frame: a double, or 64 bits as an integer. One vector, or a pair of them. */
export type Lanes = readonly V128[];

/**
 * Instructions on all lanes. A pair is worked with one half after the other, next to each other in code and in memory,
 * since that is what V8 makes one instruction on 256 bits of where it is told to.
 */
export class LaneCode {
  readonly count: LaneCount;
  /** Octets that the lanes of a number take in memory. */
  readonly octets: number;
  readonly #body: FunctionBody;
  readonly #memory: MemoryMap;

  constructor(count: LaneCount, body: FunctionBody, memory: MemoryMap) {
    this.count = count;
    this.octets = count * 8;
    this.#body = body;
    this.#memory = memory;
  }

  load(place: Place): Lanes {
    return this.#each((half) => v128.load(behind(place, half * VECTOR_OCTETS)));
  }

  store(place: Place, lanes: Lanes): void {
    for (const [half, vector] of lanes.entries()) this.#body.store(behind(place, half * VECTOR_OCTETS), vector);
  }

  /** The same 64 bits in all lanes, from memory: what a machine has no short instruction for. */
  bits(value: bigint): Lanes {
    return this.load(this.#memory.constant(value, this.count));
  }

  /** The same double in all lanes. */
  double(value: number): Lanes {
    return this.bits(bitsOf(value));
  }

  /** A mask of all lanes: all bits of a number that is 0 or -1. */
  mask(value: Expression<"i64">): V128 {
    return this.#body.keep(i64x2.splat(value));
  }

  addIntegers(a: Lanes, b: Lanes): Lanes {
    return this.#each((half) => i64x2.add(a[half] as V128, b[half] as V128));
  }

  subtractIntegers(a: Lanes, b: Lanes): Lanes {
    return this.#each((half) => i64x2.subtract(a[half] as V128, b[half] as V128));
  }

  shiftLeft(a: Lanes, bits: number): Lanes {
    return this.#each((half) => i64x2.shiftLeft(a[half] as V128, bits));
  }

  shiftRight(a: Lanes, bits: number): Lanes {
    return this.#each((half) => i64x2.shiftRight(a[half] as V128, bits));
  }

  and(a: Lanes, b: Lanes): Lanes {
    return this.#each((half) => v128.and(a[half] as V128, b[half] as V128));
  }

  or(a: Lanes, b: Lanes): Lanes {
    return this.#each((half) => v128.or(a[half] as V128, b[half] as V128));
  }

  /** `a` where the mask is -1, `b` where it is 0; the same instructions either way. */
  select(a: Lanes, b: Lanes, mask: V128): Lanes {
    return this.#each((half) => i64x2.select(a[half] as V128, b[half] as V128, mask));
  }

  add(a: Lanes, b: Lanes): Lanes {
    return this.#each((half) => f64x2.add(a[half] as V128, b[half] as V128));
  }

  subtract(a: Lanes, b: Lanes): Lanes {
    return this.#each((half) => f64x2.subtract(a[half] as V128, b[half] as V128));
  }

  /** a * b + c, rounded once. */
  multiplyAdd(a: Lanes, b: Lanes, c: Lanes): Lanes {
    return this.#each((half) => f64x2.multiplyAdd(a[half] as V128, b[half] as V128, c[half] as V128));
  }

  #each(make: (half: number) => V128): Lanes {
    return Array.from({ length: this.count / 2 }, (_, half) => this.#body.keep(make(half)));
  }
}

/** The bits of a double (IEEE 754 binary64). */
export function bitsOf(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}
