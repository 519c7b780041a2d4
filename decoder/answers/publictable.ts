import { suppress } from "../statistics/suppression.ts";
import { sumOfFigures } from "./figure.ts";
import { type Breakdown, type BreakdownRow, type FieldAnswer, type Figure, MERGED } from "./model.ts";

/**
 * Merges a table's small cells, and others so that none can be told by subtraction: of each window what is hidden is one
 * row. Rows that are nowhere shown are left out.
 */
export function publicTable(table: Breakdown, unit: FieldAnswer["unit"], threshold: number): Breakdown {
  const { rows, totals } = table;
  // Rows that are small in every window are one from the start: they cost nothing to look at, however many they are.
  // A report may be in several rows of a counter, so their sum says too much of how many it is from.
  const isFolding = totals !== null && unit !== "times";
  const [own, folded] = isFolding ? partition(rows, (row) => isEverLarge(row, threshold)) : [rows, []];
  const windows = rows[0]?.figures.length ?? 0;
  const columns = Array.from({ length: windows }, (_, at) =>
    publicColumn({ own, folded, totals }, at, unit, threshold),
  );
  const shownRows = own.map((row, index) => ({
    ...row,
    figures: columns.map(({ figures }) => figures[index] ?? null),
  }));
  const merged = { value: MERGED, label: "rare ones, merged", figures: columns.map((column) => column.merged) };
  return {
    ...table,
    rows: [...shownRows, merged].filter(isToldOf),
    totals: totals === null ? null : columns.map(({ total }) => total),
  };
}

/** A table of which some rows are looked at as one. */
interface FoldedTable {
  readonly own: readonly BreakdownRow[];
  readonly folded: readonly BreakdownRow[];
  readonly totals: Breakdown["totals"];
}

interface PublicColumn {
  readonly figures: readonly (Figure | null)[];
  readonly merged: Figure | null;
  readonly total: Figure | null;
}

/** One window of a table. No sums over windows are published, so each can be looked at by itself. */
function publicColumn(
  { own, folded, totals }: FoldedTable,
  at: number,
  unit: FieldAnswer["unit"],
  threshold: number,
): PublicColumn {
  const rest = folded.flatMap(({ figures }) => figures[at] ?? []);
  const figures = own.map((row) => row.figures[at] ?? null);
  const all = [...figures, ...(folded.length === 0 ? [] : [sumOfFigures(rest)])];
  const reports = all.map((figure) => [figure?.raw ?? 0]);
  const times = all.map((figure) => [Math.round(figure?.value ?? 0)]);
  const total = totals?.[at] ?? null;
  const { shown } = suppress(
    { rows: unit === "times" ? times : reports, other: null, hasTotals: totals !== null, sums: [] },
    unit === "times" ? { threshold, reports: { rows: reports, totals: [total?.raw ?? 0] } } : { threshold },
  );
  const shownRows = new Set([...figures.keys()].filter((index) => shown.rows[index]?.[0] === true));
  if (unit === "times") hideEnough(figures, shownRows, threshold);
  const hidden = figures.filter((figure, index) => figure !== null && !shownRows.has(index)) as Figure[];
  const together = [...hidden, ...rest];
  return {
    figures: figures.map((figure, index) => (shownRows.has(index) ? figure : null)),
    merged: shown.totals[0] && together.length > 0 && sumOfFigures(together).raw > 0 ? sumOfFigures(together) : null,
    total: shown.totals[0] ? total : null,
  };
}

/**
 * Sees to it that what is merged is of as many reports as the threshold asks for. A report counts in several cells of a
 * counter, so only a cell that is large by itself is sure to bring them; to hide more never tells more.
 */
function hideEnough(figures: readonly (Figure | null)[], shown: Set<number>, threshold: number): void {
  const raws = figures.map((figure, index) => ({ index, raw: figure?.raw ?? 0 }));
  const hidden = raws.filter(({ index, raw }) => !shown.has(index) && raw > 0);
  if (hidden.length === 0 || hidden.some(({ raw }) => raw >= threshold)) return;
  const [smallest] = raws.filter(({ index }) => shown.has(index)).sort((a, b) => a.raw - b.raw);
  if (smallest !== undefined) shown.delete(smallest.index);
}

function isEverLarge({ figures }: BreakdownRow, threshold: number): boolean {
  return figures.some((figure) => figure !== null && figure.raw >= threshold);
}

function partition<T>(items: readonly T[], fits: (item: T) => boolean): [T[], T[]] {
  return [items.filter(fits), items.filter((item) => !fits(item))];
}

/** The name of a row alone can tell: that somebody has that version. */
export function isToldOf({ figures }: BreakdownRow): boolean {
  return figures.some((figure) => figure !== null);
}
