import { type Element, LIMBS } from "./element.ts";
import type { LaneCode, Lanes } from "./lanes.ts";
import { HIGH_BITS, LOW_BITS, nineteenTimes, type Splitter } from "./product.ts";
import type { Wide } from "./wide.ts";

/** (A - 2) / 4 of Curve25519 with A = 486662 (RFC 7748, section 5). */
export const A24 = 121_665;

/** What is known of the columns that `timesA24` gives. */
export const A24_KNOWN = Array.from({ length: LIMBS }, (_, k) => LOW_BITS + (k === 0 ? 19n : 1n) * HIGH_BITS);

/**
 * 121665 * e: what of a doubling is not a product of two elements.
 *
 * Bounds: `e` loose, so that products are below 2^68, their low halves at most 2^50 and their high ones at most 2^17:
 * |w| <= 2^50 + 19 * 2^17 < 2^51. It is wide, as is the sum with a product.
 */
export function timesA24(code: LaneCode, splitter: Splitter, e: Element): Wide {
  const a24 = code.double(A24);
  const halves = e.map((limb) => splitter.split(limb, a24));
  const columns = halves.map(({ low }, k) => {
    const { high } = halves[(k + LIMBS - 1) % LIMBS] as { high: Lanes };
    return code.addIntegers(low, k === 0 ? nineteenTimes(code, high) : high);
  });
  return { columns, known: A24_KNOWN };
}
