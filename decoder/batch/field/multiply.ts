import { type Element, LIMBS } from "./element.ts";
import type { LaneCode, Lanes } from "./lanes.ts";
import { Columns, type Splitter } from "./product.ts";
import type { Wide } from "./wide.ts";

/**
 * The order in which products are computed, by their column. Columns k + 5 and k, of which the former counts nineteen
 * times in the latter, follow each other, so that few sums are under way at a time, since machines have few registers;
 * downwards, so that sums wait for nothing that is computed just before. Of the orders that were tried it was the
 * fastest.
 */
const ORDER = [4, 8, 3, 7, 2, 6, 1, 5, 0];

/** Two limbs that are multiplied. */
type Factors = readonly [Lanes, Lanes];

/**
 * a * b, by schoolbook: 25 products of limbs, split in halves and summed by column, two at a time.
 *
 * Bounds: both tight. Of the reduced columns, column 0 is the largest: low halves of 1 product, and those of 4 that
 * count nineteen times, at most 2^50 each; and 5 high halves that count nineteen times, at most 2^49 + 2^13 each. So
 * |w| < 2^50 (1 + 19 * 4) + (2^49 + 2^13) 19 * 5 < 2^57. It is wide, as is the sum of two products.
 */
export function multiply(code: LaneCode, splitter: Splitter, a: Element, b: Element): Wide {
  return inColumns(code, (columns, column) => {
    const factors = factorsOf(a, b, column);
    for (let i = 0; i < factors.length; i += 2) {
      const [first, second] = factors.slice(i, i + 2) as [Factors, Factors?];
      columns.add(column, second === undefined ? splitter.split(...first) : splitter.splitSum(...first, ...second));
    }
  });
}

/**
 * a * b as `multiply`, one product at a time.
 *
 * Bounds: one tight, the other loose. High halves are at most 2^50 + 2^15, and so
 * |w| < 2^50 (1 + 19 * 4) + (2^50 + 2^15) 19 * 5 < 2^58. It is wide, as is the sum of two products.
 */
export function multiplyLoose(code: LaneCode, splitter: Splitter, a: Element, b: Element): Wide {
  return inColumns(code, (columns, column) => {
    for (const factors of factorsOf(a, b, column)) columns.add(column, splitter.split(...factors));
  });
}

/**
 * a * a: 15 products, those of two different limbs with one of them doubled, those of a limb with itself together with
 * one of the others.
 *
 * Bounds: `a` tight. A doubled limb is loose, |2 a b| <= 2^101 + 2^66, and a sum with a square in it below 3 * 2^100 +
 * 2^67, which `splitSum` takes. Columns are those of `multiply`, but for fewer low halves.
 */
export function square(code: LaneCode, splitter: Splitter, a: Element): Wide {
  const doubled = a.map((limb) => code.add(limb, limb));
  return inColumns(code, (columns, column) => {
    const mixed: Factors[] = [];
    for (let i = Math.max(0, column - LIMBS + 1); 2 * i < column; i++)
      mixed.push([a[i] as Lanes, doubled[column - i] as Lanes]);
    const middle = a[column / 2];
    if (middle !== undefined) {
      const other = mixed.pop();
      columns.add(
        column,
        other === undefined ? splitter.split(middle, middle) : splitter.splitSum(...other, middle, middle),
      );
    }
    for (const factors of mixed) columns.add(column, splitter.split(...factors));
  });
}

/** The limbs whose products have the weight of a column. */
function factorsOf(a: Element, b: Element, column: number): Factors[] {
  return a.flatMap((limb, i) => {
    const other = b[column - i];
    return other === undefined ? [] : [[limb, other] as const];
  });
}

function inColumns(code: LaneCode, fill: (columns: Columns, column: number) => void): Wide {
  const sums = new Columns(code);
  const columns: Lanes[] = [];
  const left = new Set(ORDER);
  for (const column of ORDER) {
    fill(sums, column);
    left.delete(column);
    for (let k = 0; k < LIMBS; k++) {
      const isComplete = [k - 1, k, k + LIMBS - 1, k + LIMBS].every((needed) => !left.has(needed));
      if (isComplete && columns[k] === undefined) columns[k] = sums.reduced(k);
    }
  }
  return { columns, known: sums.known };
}
