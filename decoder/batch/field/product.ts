import { LIMBS } from "./element.ts";
import { bitsOf, type LaneCode, type Lanes } from "./lanes.ts";
import type { Wide } from "./wide.ts";

/** 1.5 * 2^103: a double of this magnitude counts in steps of 2^51. */
const HIGH_BASE = 1.5 * 2 ** 103;

/** 1.5 * 2^52: a double of this magnitude counts in steps of 1. */
const LOW_BASE = 1.5 * 2 ** 52;

/**
 * Both halves of a product of two limbs, or of the sum of two such products, each as a double whose bits, read as an
 * integer, are a known number more than the half itself: halves are summed as integers, which never round.
 */
export interface Halves {
  readonly high: Lanes;
  readonly low: Lanes;
}

/** The bits of halves of zero. Both are multiples of 2^51. */
export const HIGH_BITS = bitsOf(HIGH_BASE);
export const LOW_BITS = bitsOf(LOW_BASE);

/**
 * Splits products of limbs exactly: `a * b = 2^51 high + low`, by two multiply-adds that round once each.
 *
 * `h = fma(a, b, 1.5 * 2^103)` is rounded to a multiple of 2^51, `1.5 * 2^103 + 2^51 high`. The difference
 * `s = (1.5 * 2^103 + 3 * 2^51) - h = (3 - high) * 2^51` has less than 53 bits, so it is exact. `fma(a, b, s)` is
 * `3 * 2^51 + low = 1.5 * 2^52 + low`, exact too, because it is an integer between 2^52 and 2^53.
 *
 * Bounds: |a * b| <= 2^102 - 2^51, so that h stays between 2^103 and 2^104, where its bits count steps of 2^51: that
 * holds for tight times loose, (2^50 + 2^13)(2^51 + 2^14) < 2^101 + 2^66. Then |low| <= 2^50, and |high| <= |a * b| /
 * 2^51 + 1/2.
 *
 * N. Emmart, F. Zheng, C. Weems, "Faster Modular Exponentiation Using Double Precision Floating Point Arithmetic on the
 * GPU" (ARITH 2018); that a multiply-add gives the rest of a product exactly: T. Ogita, S. M. Rump, S. Oishi, "Accurate
 * Sum and Dot Product" (2005), algorithm TwoProductFMA.
 */
export class Splitter {
  readonly #code: LaneCode;
  readonly #highBase: Lanes;
  readonly #turn: Lanes;

  constructor(code: LaneCode) {
    this.#code = code;
    this.#highBase = code.double(HIGH_BASE);
    this.#turn = code.double(HIGH_BASE + 3 * 2 ** 51);
  }

  split(a: Lanes, b: Lanes): Halves {
    const code = this.#code;
    const high = code.multiplyAdd(a, b, this.#highBase);
    return { high, low: code.multiplyAdd(a, b, code.subtract(this.#turn, high)) };
  }

  /**
   * Halves of `a * b + c * d`, in one instruction less than halves of both: the second product is added to the high
   * half of the first, and the difference of both high halves, a multiple of 2^51, taken off it again. What is left of
   * it is a double of at most 2^50 in magnitude, without a base, which is added to the low half of the first: exactly,
   * since 1.5 * 2^52 and 2^51 more or less lies between 2^52 and 2^53.
   *
   * Bounds: |a * b| + |c * d| <= 2^102 - 2^51, as for tight times tight, 2 (2^50 + 2^13)^2 < 2^101 + 2^66. Then
   * |low| <= 2^51.
   */
  splitSum(a: Lanes, b: Lanes, c: Lanes, d: Lanes): Halves {
    const code = this.#code;
    const first = this.split(a, b);
    const high = code.multiplyAdd(c, d, first.high);
    const rest = code.multiplyAdd(c, d, code.subtract(first.high, high));
    return { high, low: code.add(first.low, rest) };
  }
}

/** The columns of a product: halves of weight 2^(51 k), for k from 0 to 9, summed modulo 2^64. */
export class Columns {
  readonly #code: LaneCode;
  readonly #sums: (Lanes | undefined)[] = [];
  readonly #known: bigint[] = Array.from({ length: 2 * LIMBS }, () => 0n);

  constructor(code: LaneCode) {
    this.#code = code;
  }

  /** Adds halves of weight 2^(51 k). */
  add(k: number, { high, low }: Halves): void {
    this.#addTo(k, low, LOW_BITS);
    this.#addTo(k + 1, high, HIGH_BITS);
  }

  /** Column k of the product modulo p, for k below 5: 2^255 = 19, so that column k + 5 counts nineteen times in it. */
  reduced(k: number): Lanes {
    const code = this.#code;
    return code.addIntegers(this.#sums[k] as Lanes, nineteenTimes(code, this.#sums[k + LIMBS] as Lanes));
  }

  /** What is known of the reduced columns, once all halves were added. */
  get known(): Wide["known"] {
    return Array.from(
      { length: LIMBS },
      (_, k) => (this.#known[k] as bigint) + 19n * (this.#known[k + LIMBS] as bigint),
    );
  }

  #addTo(k: number, half: Lanes, known: bigint): void {
    const sum = this.#sums[k];
    this.#sums[k] = sum === undefined ? half : this.#code.addIntegers(sum, half);
    this.#known[k] = (this.#known[k] as bigint) + known;
  }
}

/** 19 x = x + 2 x + 16 x, modulo 2^64: machines have no short multiplication of 64 bits in lanes. */
export function nineteenTimes(code: LaneCode, x: Lanes): Lanes {
  const three = code.addIntegers(x, code.addIntegers(x, x));
  return code.addIntegers(three, code.shiftLeft(x, 4));
}
