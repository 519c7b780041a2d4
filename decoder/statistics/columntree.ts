/**
 * The columns of a table: first those that were counted, then the sums over some of them, last the sum of all, which is
 * the root and is not shown. Each but the root is part of one other.
 */
export interface ColumnTree {
  /** Number of columns that were counted. */
  readonly counted: number;
  /** Number of columns that are shown: counted ones and sums. It is the root's own number. */
  readonly shown: number;
  /** By column, the smallest sum that it is a part of. */
  readonly parents: readonly number[];
  /** By column, the counted ones that it holds; of a counted one itself. */
  readonly parts: readonly (readonly number[])[];
}

/**
 * Arranges sums of columns as a tree.
 *
 * @param counted number of columns.
 * @param sums for each the numbers of its columns, from 0. Two of them are nested, equal, or have nothing in common.
 * @throws RangeError where two overlap, or a column is not there or twice in one.
 */
export function columnTree(counted: number, sums: readonly (readonly number[])[]): ColumnTree {
  const all = Array.from({ length: counted }, (_, column) => column);
  const shown = counted + sums.length;
  const parts = [...all.map((column) => [column]), ...sums, all];
  const parents = new Array<number>(shown).fill(shown);
  const latest = [...all];
  const smallestFirst = sums
    .map((_, sum) => counted + sum)
    .sort((a, b) => sizeOf(parts, a) - sizeOf(parts, b) || a - b);
  for (const sum of smallestFirst) {
    const columns = parts[sum] ?? [];
    const tops = new Set(columns.map((column) => topOf(latest, column)));
    const held = [...tops].reduce((count, top) => count + sizeOf(parts, top), 0);
    if (held !== columns.length || new Set(columns).size !== columns.length) throw new RangeError("sums overlap");
    for (const top of tops) parents[top] = sum;
    for (const column of columns) latest[column] = sum;
  }
  return { counted, shown, parents, parts };
}

/** The values of one row, sums and the root included. */
export function withSums({ parts }: ColumnTree, counts: readonly number[]): number[] {
  return parts.map((columns) => columns.reduce((sum, column) => sum + (counts[column] ?? 0), 0));
}

function topOf(latest: readonly number[], column: number): number {
  const top = latest[column];
  if (top === undefined) throw new RangeError(`there is no column ${column}`);
  return top;
}

function sizeOf(parts: readonly (readonly number[])[], column: number): number {
  return parts[column]?.length ?? 0;
}
