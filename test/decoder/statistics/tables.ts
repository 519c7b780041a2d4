import { columnTree } from "../../../decoder/statistics/columntree.ts";
import type { CountTable } from "../../../decoder/statistics/suppression.ts";
import { below } from "./draws.ts";

/** A table of totals, without sums and a row for others. */
export function tableOf(rows: number[][], more: Partial<CountTable> = {}): CountTable {
  return { rows, other: null, hasTotals: true, sums: [], ...more };
}

/** The columns that each shown one holds. */
export function partsOf({ rows, sums }: CountTable): readonly (readonly number[])[] {
  const width = rows[0]?.length ?? 0;
  return columnTree(width, sums).parts.slice(0, width + sums.length);
}

/** Tables of every sort that gives something away easily. */
export function randomTable(next: () => number): CountTable {
  const [height, width] = [1 + below(5, next), 1 + below(6, next)];
  const kinds: (() => number)[] = [
    () => 0,
    () => 1,
    () => below(10, next),
    () => 9 + below(3, next),
    () => 10 + below(90, next),
    () => below(5000, next),
  ];
  // A table of few sorts of cells is nearly all zeros, or nearly all at the threshold.
  const used = Array.from({ length: 1 + below(3, next) }, () => kinds[below(kinds.length, next)] ?? (() => 0));
  const rows = Array.from({ length: height }, () =>
    Array.from({ length: width }, () => (used[below(used.length, next)] ?? (() => 0))()),
  );
  // The latest columns, as of 30, 90 and 365 days; several may hold the same.
  const lengths = Array.from({ length: below(4, next) }, () => 1 + below(width, next));
  const sums = lengths.map((length) => Array.from({ length }, (_, at) => width - 1 - at));
  return { rows, sums, hasTotals: below(4, next) > 0, other: below(2, next) === 0 ? below(height, next) : null };
}
