/**
 * Elements of the field of p = 2^255 - 19 (RFC 7748, section 4.1) as vectors of doubles.
 *
 * An element is five limbs v0 ... v4 of radix 2^51: integers, held in doubles, that may be negative, and stand for
 * v0 + 2^51 v1 + 2^102 v2 + 2^153 v3 + 2^204 v4 modulo p. Many limbs stand for one element; how large they may be is
 * what every function of this folder says of its operands and of its result:
 *
 * - tight: |v| <= TIGHT = 2^50 + 2^13, what a carry leaves;
 * - loose: |v| <= LOOSE = 2 TIGHT, the sum or difference of two tight ones, without a carry;
 * - wide: five columns of a product, integers of 64 bits and not doubles, |w| < WIDE = 2^59 (see wide.ts).
 *
 * Every sum of tight limbs is below 2^53 and so exact in a double.
 */
import { behind, type Place } from "../assembler/expression.ts";
import type { Lanes } from "./lanes.ts";

/** Limbs of an element, and columns of a wide one. */
export const LIMBS = 5;

/** Bits of a limb. */
export const LIMB_BITS = 51;

/** Bound on the magnitude of tight limbs. */
export const TIGHT = 2 ** 50 + 2 ** 13;

/** Bound on the magnitude of loose limbs. */
export const LOOSE = 2 * TIGHT;

/** Five limbs of every lane. */
export type Element = readonly Lanes[];

/** The place of a limb of an element in memory: limb after limb, in each the lanes. */
export function limbAt(element: Place, limb: number, laneOctets: number): Place {
  return behind(element, limb * laneOctets);
}
