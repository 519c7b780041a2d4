import { LIMB_BITS } from "./element.ts";
import type { LaneCode, Lanes } from "./lanes.ts";

/** Bound on the magnitude of wide columns. */
export const WIDE = 2n ** 59n;

/**
 * A product, before it is carried: five columns of weight 1, 2^51 ... 2^204, integers of 64 bits. A column holds w +
 * known modulo 2^64, where w is what it stands for, |w| < WIDE, and known a number that comes of how it was computed,
 * the same in all lanes and on every run: it is kept apart while code is emitted, so that no instruction has to take it
 * off.
 */
export interface Wide {
  readonly columns: readonly Lanes[];
  readonly known: readonly bigint[];
}

/** Half a limb's range: in the known number of a column that can be carried, so that limbs are centred around zero. */
const HALF = 2n ** BigInt(LIMB_BITS - 1);

/** Carries, in steps of 2^51, that 64 bits have room for; and how far a wide column's may be from the known one's. */
const CARRIES = 2 ** (64 - LIMB_BITS);
const CARRY_MARGIN = Number(WIDE >> BigInt(LIMB_BITS));

/** What the carry of a column of this known number is when the column stands for zero: 0 to 2^13 - 1. */
export function knownCarry(known: bigint): number {
  return Number(BigInt.asUintN(64, known) >> BigInt(LIMB_BITS));
}

/**
 * Whether a column can be carried: its known number is a multiple of 2^51 and half of that, so that what remains of it
 * is centred, and no carry of a wide column runs over the end of 64 bits.
 */
export function isCentred(known: bigint): boolean {
  return (known - HALF) % (2n * HALF) === 0n && isWithin(knownCarry(known));
}

function isWithin(carry: number): boolean {
  return carry >= CARRY_MARGIN && carry < CARRIES - CARRY_MARGIN;
}

/** The sum of what two stand for; below WIDE where both are products. */
export function addWide(code: LaneCode, a: Wide, b: Wide): Wide {
  return {
    columns: a.columns.map((column, k) => code.addIntegers(column, b.columns[k] as Lanes)),
    known: a.known.map((known, k) => known + (b.known[k] as bigint)),
  };
}

/** The difference of what two stand for; below WIDE where both are products. */
export function subtractWide(code: LaneCode, a: Wide, b: Wide): Wide {
  return {
    columns: a.columns.map((column, k) => code.subtractIntegers(column, b.columns[k] as Lanes)),
    known: a.known.map((known, k) => known - (b.known[k] as bigint)),
  };
}

/**
 * The same element with known numbers such that it can be carried, and also the sum of it and something else.
 *
 * @param others what is known of things that may be added: multiples of 2^51, as in products and their negatives.
 */
export function centre(code: LaneCode, { columns, known }: Wide, ...others: readonly (readonly bigint[])[]): Wide {
  const wanted = known.map((_, k) => centredWith(others.map((other) => other[k] as bigint)));
  return {
    columns: columns.map((column, k) =>
      code.addIntegers(column, code.bits((wanted[k] as bigint) - (known[k] as bigint))),
    ),
    known: wanted,
  };
}

/** The smallest known number with which a column can be carried, alone and with each of the others added. */
function centredWith(others: readonly bigint[]): bigint {
  const carries = others.map(knownCarry);
  for (let carry = CARRY_MARGIN; ; carry++) {
    if (!carries.every((other) => isWithin((carry + other) % CARRIES))) continue;
    if (isWithin(carry)) return 2n * HALF * BigInt(carry) + HALF;
    throw new RangeError("no column can be carried with all of these");
  }
}
