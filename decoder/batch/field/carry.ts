import { type Element, LIMB_BITS, LIMBS } from "./element.ts";
import { bitsOf, type LaneCode, type Lanes } from "./lanes.ts";
import { nineteenTimes } from "./product.ts";

/** The lowest 51 bits. */
const LIMB_MASK = (1n << BigInt(LIMB_BITS)) - 1n;

/** 2^52: below, a double's bits of exponent; or'ed over an integer below 2^52, it makes a double of it, 2^52 more. */
const EXPONENT = 2 ** 52;

/** The part of BIAS that remains in a limb, and the part that is carried out of it. */
const REMAINING_BIAS = 2 ** 50;
const CARRIED_BIAS = 2 ** 9;

/**
 * Makes limbs of biased columns: takes from each what is above 51 bits, and adds it to the next; out of the last it comes
 * back nineteen times in the first, since 2^255 = 19. One pass over all columns at the same time, not one after the other.
 *
 * Bounds: columns w + BIAS with |w| < 2^59. Then 2^59 < w + BIAS < 2^61, the carries c are integers of 256 to 768, and the
 * rests m are below 2^51. m + 19 c < 2^52, so that or'ing the exponent adds 2^52. The limb is m - 2^50, in [-2^50, 2^50),
 * and c - 512, at most 256 in magnitude, the first with 19 times that: |v| <= 2^50 + 19 * 256 < TIGHT.
 *
 * @param columns wide, with BIAS.
 * @returns tight; the same element without BIAS.
 */
export function carry(code: LaneCode, columns: Element): Element {
  const mask = code.bits(LIMB_MASK);
  const exponent = code.bits(bitsOf(EXPONENT));
  const rests = columns.map((column) => code.and(column, mask));
  const carries = columns.map((column) => code.shiftRight(column, LIMB_BITS));
  return rests.map((rest, k) => {
    const carried = carries[(k + LIMBS - 1) % LIMBS] as Lanes;
    const limb = code.addIntegers(rest, k === 0 ? nineteenTimes(code, carried) : carried);
    const bias = EXPONENT + REMAINING_BIAS + (k === 0 ? 19 : 1) * CARRIED_BIAS;
    return code.subtract(code.or(limb, exponent), code.double(bias));
  });
}
