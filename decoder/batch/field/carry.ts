import { type Element, LIMB_BITS, LIMBS } from "./element.ts";
import { bitsOf, type LaneCode, type Lanes } from "./lanes.ts";
import { nineteenTimes } from "./product.ts";
import { isCentred, knownCarry, type Wide } from "./wide.ts";

/** The lowest 51 bits. */
const LIMB_MASK = (1n << BigInt(LIMB_BITS)) - 1n;

/** 2^52: its bits of exponent, or'ed over an integer below 2^52, make a double of it, 2^52 more. */
const EXPONENT = 2 ** 52;

/** What remains in a column of its known number once the carry is out. */
const HALF = 2 ** (LIMB_BITS - 1);

/**
 * Makes limbs of columns: takes from each what is above 51 bits, and adds it to the next; out of the last it comes back
 * nineteen times in the first, since 2^255 = 19. One pass over all columns at the same time, not one after the other.
 *
 * Bounds: |w| < 2^59. Then a carry c is within 256 of what it is for w = 0 (`knownCarry`), and below 2^13, as columns
 * are centred; the rests m are below 2^51. m + 19 c < 2^52, so that or'ing the exponent adds 2^52. The limb is m -
 * 2^50, in [-2^50, 2^50), and the carry less the known one: |v| <= 2^50 + 19 * 256 < TIGHT.
 *
 * @param wide centred.
 * @returns tight.
 */
export function carry(code: LaneCode, { columns, known }: Wide): Element {
  if (!known.every(isCentred)) throw new RangeError("columns that are not centred cannot be carried");
  const mask = code.bits(LIMB_MASK);
  const exponent = code.bits(bitsOf(EXPONENT));
  const rests = columns.map((column) => code.and(column, mask));
  const carries = columns.map((column) => code.shiftRight(column, LIMB_BITS));
  return rests.map((rest, k) => {
    const before = (k + LIMBS - 1) % LIMBS;
    const carried = carries[before] as Lanes;
    const limb = code.addIntegers(rest, k === 0 ? nineteenTimes(code, carried) : carried);
    const knownPart = HALF + knownCarry(known[before] as bigint) * (k === 0 ? 19 : 1);
    return code.subtract(code.or(limb, exponent), code.double(EXPONENT + knownPart));
  });
}
