import { type ColumnTree, columnTree, withSums } from "./columntree.ts";
import { Disclosure, type Place } from "./disclosure.ts";

/** Cells of fewer reports are not published, unless told otherwise. */
export const DEFAULT_THRESHOLD = 10;

/** What hiding a first cell of a column costs more: there its zeros, and the row that takes it in, are lost with it. */
const COST_OF_COLUMN = 4;

/** A table of exact counts. */
export interface CountTable {
  /** By row, what was counted in each column: whole numbers of 0 or more. */
  readonly rows: readonly (readonly number[])[];
  /**
   * The row that takes in what is hidden; null where none does. Reports must be able to say it: see {@link suppress}.
   */
  readonly other: number | null;
  /** Whether the rows' sum is published. Not where a report may be in several rows. */
  readonly hasTotals: boolean;
  /** Sums over columns that are published beside them, each a list of columns from 0; nested or apart. */
  readonly sums: readonly (readonly number[])[];
}

/** Which cells of a table are shown with their own values, by row and column, sums after columns; and which totals. */
export interface ShownCells<Value> {
  readonly rows: readonly (readonly Value[])[];
  readonly totals: readonly Value[];
}

/** What may differ from counts of reports that are published for the first time. */
export interface SuppressionRules {
  /** {@link DEFAULT_THRESHOLD} unless given; 2 or more. */
  readonly threshold?: number;
  /** Reports behind each cell, by row and counted column, and behind totals, where the table counts something else. */
  readonly reports?: { readonly rows: readonly (readonly number[])[]; readonly totals: readonly number[] };
  /** What earlier publications showed; null for a cell that was not in them. It stays as it was. */
  readonly before?: ShownCells<boolean | null>;
}

/** A table for everybody. Columns are followed by the sums. */
export interface PublishedTable {
  /** Null where it is hidden. In the row `other` what is hidden in its column, together, where the total is shown. */
  readonly rows: readonly (readonly (number | null)[])[];
  /** Null where it is hidden; everywhere where the table has none. */
  readonly totals: readonly (number | null)[];
  /** Which of them are what was counted. */
  readonly shown: ShownCells<boolean>;
}

/**
 * Hides small cells, and others so that no reader can infer a hidden one.
 *
 * **Rules.** (1) A cell, a sum or a total of 1 to threshold - 1 reports is hidden. (2) Where a total is hidden, so is
 * its column. (3) Where a cell is hidden, so are the zeros of its column: a zero is safe to show only in a column where
 * nothing is hidden, since elsewhere it would tell of the others that they are not 0. (A zero counts nobody. It does
 * say that nobody of those who reported has the value, which a definition must be able to bear.) (4) Where a cell is
 * hidden and the total is not, the row `other` takes it in: it shows the sum of what is hidden there, its own count
 * included. (5) More cells, the cheapest ones that do, are hidden until the promise holds.
 *
 * **Promise.** Whoever knows all that is shown, these rules, and that counts are whole and 0 or more, can bound no
 * hidden number but zeros to an interval narrower than the threshold: its ends are at least that far apart. So what
 * `other` shows is the threshold at least. It is checked exactly, see {@link Disclosure}. Totals are hidden by looking
 * at totals alone, so tables of the same totals hide the same ones, and may be published together.
 *
 * **What remains.** Who runs this algorithm on every table that is possible can exclude some: for these it would have
 * hidden other cells. (Of all tables of up to 6 small cells at a threshold of 3, it gives away 16 of 4,743 hidden
 * numbers.) Tables that share more than totals can be compared: cross two fields in one table or not at all. What comes
 * late changes counts that were published: publish complete windows only. And a sum that moves on, such as the last 30
 * days, differs from the one before it by the columns that entered and left; where these are hidden, two publications
 * tell what one does not. `before` keeps hidden what was hidden, for sums that never overlap, such as blocks of 4 and
 * of 52 weeks. A sum that moves is safe only where each of its columns is shown; then it tells nothing new.
 *
 * `other` must be a row of its own right: where no report could say it, readers would know that its own count is 0.
 *
 * @throws RangeError for sums that overlap, rows of different lengths, or a threshold below 2.
 */
export function suppress(table: CountTable, rules: SuppressionRules = {}): PublishedTable {
  const { threshold = DEFAULT_THRESHOLD, reports, before } = rules;
  if (!(threshold >= 2)) throw new RangeError(`below the threshold ${threshold} nothing could be hidden`);
  const width = table.rows[0]?.length ?? 0;
  if (table.rows.some(({ length }) => length !== width)) throw new RangeError("rows are of different lengths");
  const tree = columnTree(width, table.sums);
  const rows = table.rows.map((row) => withSums(tree, row));
  const totals = tree.parts.map((_, column) => rows.reduce((sum, row) => sum + (row[column] ?? 0), 0));
  const behind = reports?.rows.map((row) => withSums(tree, row)) ?? rows;
  const behindTotals = reports === undefined ? totals : withSums(tree, reports.totals);

  // A row by itself, which nobody sums.
  const shownTotals = table.hasTotals
    ? shownCells({
        tree,
        threshold,
        rows: [totals],
        behind: [behindTotals],
        before: before && [before.totals],
        totals: null,
        other: null,
      })[0]
    : null;
  const totalsAre = shownTotals == null ? null : { values: totals, shown: shownTotals };
  const shown = shownCells({
    tree,
    threshold,
    rows,
    behind,
    before: before?.rows,
    totals: totalsAre,
    other: table.other,
  });
  return published({ rows, shown, totals: totalsAre, other: table.other, columns: tree.shown });
}

/** Rows whose small cells are to be hidden, with all columns of the tree, and what is known of their totals. */
interface Task {
  readonly tree: ColumnTree;
  readonly threshold: number;
  readonly rows: readonly (readonly number[])[];
  readonly behind: readonly (readonly number[])[];
  readonly before: readonly (readonly (boolean | null)[])[] | undefined;
  /** Null where readers know nothing of them. */
  readonly totals: { readonly values: readonly number[]; readonly shown: readonly boolean[] } | null;
  readonly other: number | null;
}

/** By row and shown column, whether it is shown. */
function shownCells(task: Task): boolean[][] {
  const { tree, threshold, rows, totals, before } = task;
  const disclosure = disclosureOf(task);
  const places = rows.flatMap((row, at) =>
    row.slice(0, tree.shown).map((value, column) => ({ row: at, column, value })),
  );
  const touched = new Set<number>();
  const waiting: { row: number; column: number; value: number }[] = [];

  const hide = (row: number, column: number) => {
    if (disclosure.isHidden(row, column)) return;
    disclosure.hide(row, column);
    if (!disclosure.isHidden(row, column)) return;
    waiting.push({ row, column, value: rows[row]?.[column] ?? 0 });
    touch(column);
  };
  const touch = (column: number) => {
    if (touched.has(column)) return;
    touched.add(column);
    for (const [row, values] of rows.entries()) {
      if (values[column] === 0 || (row === task.other && totals?.shown[column])) hide(row, column);
    }
  };
  const costOf = (row: number, column: number) =>
    Math.log2(2 + (rows[row]?.[column] ?? 0)) + (touched.has(column) ? 0 : COST_OF_COLUMN);

  for (const { row, column, value } of places) {
    if (before?.[row]?.[column] === false) {
      waiting.push({ row, column, value });
      touch(column);
    }
    if (isSmall(task, row, column) || isOfHiddenTotal(task, column)) hide(row, column);
  }
  // It grows on the way. Small cells come first, so that what protects them is there when it is looked at itself.
  for (const { row, column, value } of waiting) {
    if (value === 0) continue;
    const { down, up } = disclosure.range(row, column, threshold);
    if (down + up >= threshold) continue;
    const ways = [threshold - down, up - threshold].map((change) =>
      disclosure.cellsToHide(row, column, change, costOf),
    );
    // Where no cells help, which what was shown before may cause, nothing new is told at all.
    for (const cell of cheapest(ways, costOf) ?? places) hide(cell.row, cell.column);
  }
  return rows.map((_, row) => Array.from({ length: tree.shown }, (_, column) => !disclosure.isHidden(row, column)));
}

function cheapest(ways: readonly (Place[] | null)[], costOf: (row: number, column: number) => number): Place[] | null {
  const costs = ways.map((way) => way?.reduce((sum, { row, column }) => sum + costOf(row, column), 0) ?? Infinity);
  return ways[costs.indexOf(Math.min(...costs))] ?? null;
}

function disclosureOf({ tree, rows, totals, before }: Task): Disclosure {
  // In a column of one row, nothing else than that row can be what is hidden; so it is not 0.
  const isAlone = rows.length === 1;
  const slackOf = (value: number) => Math.max(0, isAlone ? value - 1 : value);
  const allTotals = totals?.values ?? tree.parts.map((_, at) => rows.reduce((sum, row) => sum + (row[at] ?? 0), 0));
  const totalSlacks = allTotals.map((value) => Math.max(0, totals === null ? value : value - 1));
  return new Disclosure(tree, [...rows.map((row) => row.map(slackOf)), totalSlacks], (row, column) => {
    if (column === tree.shown) return "hidden";
    if (row === rows.length) return totals?.shown[column] ? "fixed" : "hidden";
    const wasShown = before?.[row]?.[column] ?? null;
    if (wasShown !== null) return wasShown ? "fixed" : "hidden";
    return isAlone && rows[row]?.[column] === 0 ? "fixed" : "shown";
  });
}

function isSmall({ rows, behind, threshold }: Task, row: number, column: number): boolean {
  const [value, reports] = [rows[row]?.[column] ?? 0, behind[row]?.[column] ?? 0];
  return (value > 0 || reports > 0) && Math.min(value, reports) < threshold;
}

function isOfHiddenTotal({ totals }: Task, column: number): boolean {
  return totals?.shown[column] === false;
}

function published({
  rows,
  shown,
  totals,
  other,
  columns,
}: Pick<Task, "rows" | "totals" | "other"> & { shown: boolean[][]; columns: number }): PublishedTable {
  const all = Array.from({ length: columns }, (_, column) => column);
  const shownIn = (row: number, column: number) => (shown[row]?.[column] ? (rows[row]?.[column] ?? 0) : null);
  const totalOf = (column: number) => (totals?.shown[column] ? (totals.values[column] ?? 0) : null);
  const hiddenIn = (column: number) => {
    const total = totalOf(column);
    return total === null ? null : rows.reduce((rest, _, row) => rest - (shownIn(row, column) ?? 0), total);
  };
  return {
    rows: rows.map((_, row) => all.map((column) => shownIn(row, column) ?? (row === other ? hiddenIn(column) : null))),
    totals: all.map(totalOf),
    shown: { rows: shown, totals: all.map((column) => totals?.shown[column] ?? false) },
  };
}
