import { type Element, LIMBS } from "./element.ts";
import type { LaneCode, Lanes } from "./lanes.ts";
import { Columns, type Splitter } from "./product.ts";

/**
 * The order in which products are computed, by their column. What is needed to reduce column k + 5 into column k is
 * there soon after each other, and few sums are under way at a time, since machines have few registers.
 */
const ORDER = [4, 5, 0, 6, 1, 7, 2, 8, 3];

/** Columns that are complete once the products of their own number are added, in this order; only the last is not. */
const LAST = LIMBS - 1;

/**
 * a * b, by schoolbook: 25 products of limbs, split in halves and summed by column.
 *
 * Bounds: one operand tight, the other loose. Of the reduced columns, column 0 is the largest: it has 1 low half, and 4
 * low and 5 high ones that count nineteen times, so |w| < (1 + 19 * 9)(2^50 + 2^16) < 2^58. It is wide, as is the sum of
 * two products.
 *
 * @param bias added to each column.
 * @returns wide.
 */
export function multiply(code: LaneCode, splitter: Splitter, a: Element, b: Element, bias: bigint): Element {
  return inColumns(code, bias, (columns, column) => {
    for (let i = Math.max(0, column - LAST); i <= Math.min(column, LAST); i++) {
      columns.add(column, splitter.split(a[i] as Lanes, b[column - i] as Lanes));
    }
  });
}

/**
 * a * a: 15 products, those of two different limbs with one of them doubled.
 *
 * Bounds: `a` tight. Doubled limbs are at most 2 TIGHT = LOOSE, so that what `multiply` says holds here too, with fewer
 * halves in each column.
 *
 * @param bias added to each column.
 * @returns wide.
 */
export function square(code: LaneCode, splitter: Splitter, a: Element, bias: bigint): Element {
  const doubled = a.map((limb) => code.add(limb, limb));
  return inColumns(code, bias, (columns, column) => {
    for (let i = Math.max(0, column - LAST); 2 * i <= column; i++) {
      const isSquare = 2 * i === column;
      columns.add(column, splitter.split(a[i] as Lanes, (isSquare ? a[i] : doubled[column - i]) as Lanes));
    }
  });
}

function inColumns(code: LaneCode, bias: bigint, fill: (columns: Columns, column: number) => void): Element {
  const columns = new Columns(code);
  const product: Lanes[] = [];
  for (const column of ORDER) {
    fill(columns, column);
    if (column < LAST) product[column] = columns.reduced(column, bias);
  }
  product[LAST] = columns.reduced(LAST, bias);
  return product;
}
