import { type Element, LIMBS } from "./element.ts";
import type { LaneCode, Lanes } from "./lanes.ts";
import { HIGH_BITS, LOW_BITS, nineteenTimes, type Splitter } from "./product.ts";

/** (A - 2) / 4 of Curve25519 with A = 486662 (RFC 7748, section 5). */
export const A24 = 121_665;

/**
 * w + 121665 * e: what of a doubling is not a product of two elements.
 *
 * Bounds: `e` loose, so that products are below 2^68, their low halves at most 2^50 and their high ones at most 2^17. A
 * column grows by at most 2^50 + 19 * 2^17 < 2^51: with |w| < 2^58, what a product has, the result is wide.
 *
 * @param w wide, with or without BIAS.
 * @returns wide, with BIAS where `w` has it.
 */
export function plusA24Times(code: LaneCode, splitter: Splitter, w: Element, e: Element): Element {
  const a24 = code.double(A24);
  const halves = e.map((limb) => splitter.split(limb, a24));
  return w.map((column, k) => {
    const { low } = halves[k] as { low: Lanes };
    const { high } = halves[(k + LIMBS - 1) % LIMBS] as { high: Lanes };
    const times = k === 0 ? 19n : 1n;
    const sum = code.addIntegers(column, code.addIntegers(low, k === 0 ? nineteenTimes(code, high) : high));
    return code.subtractIntegers(sum, code.bits(LOW_BITS + times * HIGH_BITS));
  });
}
