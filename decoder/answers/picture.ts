import { sumOfFigures } from "./figure.ts";
import { type Breakdown, type BreakdownRow, type Figure, MERGED, REST, UNTOLD } from "./model.ts";

/** A table as a picture shows it: the greatest rows of one window, all others as one. */
export interface Picture {
  /** Index of the window whose figures are the bars: the last one that has any. */
  readonly at: number;
  readonly rows: readonly BreakdownRow[];
  /** What the bars of that window sum to. */
  readonly whole: number;
}

/** Rows that a picture never shows beside others of their size: they are not one value. */
const COLLECTIVE: readonly string[] = [MERGED, REST];

/**
 * Reduces a table to what can be seen at a glance.
 *
 * @param most rows of single values.
 * @returns null when it has no figures.
 */
export function pictureOf({ rows, totals }: Breakdown, most: number): Picture | null {
  const at = lastTold(rows);
  if (at === null) return null;
  const barOf = ({ figures }: BreakdownRow) => figures[at]?.bar ?? 0;
  const single = rows.filter((row) => row.value !== UNTOLD && !COLLECTIVE.includes(row.value) && isEver(row));
  const ranked = single.toSorted((a, b) => barOf(b) - barOf(a));
  const shown = new Set(ranked.slice(0, ranked.length === most + 1 && !hasCollective(rows) ? most + 1 : most));
  // A collective row that has nothing now would only be a name.
  const others = rows.filter(
    (row) =>
      isEver(row) && row.value !== UNTOLD && !shown.has(row) && (row.figures[at] !== null || single.includes(row)),
  );
  const whole = totals?.[at]?.bar ?? rows.reduce((sum, row) => sum + barOf(row), 0);
  return {
    at,
    rows: [
      ...single.filter((row) => shown.has(row)),
      ...asOne(others),
      ...rows.filter(({ value }) => value === UNTOLD),
    ],
    whole,
  };
}

/** The last window in which a table has a figure. */
export function lastTold(rows: readonly BreakdownRow[]): number | null {
  const last = Math.max(-1, ...rows.map(({ figures }) => figures.findLastIndex((figure) => figure !== null)));
  return last < 0 ? null : last;
}

function asOne(rows: readonly BreakdownRow[]): BreakdownRow[] {
  if (rows.length < 2) return [...rows];
  const figures = (rows[0]?.figures ?? []).map((_, at): Figure | null => {
    const told = rows.flatMap((row) => row.figures[at] ?? []);
    return told.length === 0 ? null : sumOfFigures(told);
  });
  return [{ value: REST, label: "other values", figures }];
}

function isEver({ figures }: BreakdownRow): boolean {
  return figures.some((figure) => figure !== null && figure.raw > 0);
}

function hasCollective(rows: readonly BreakdownRow[]): boolean {
  return rows.some(({ value }) => COLLECTIVE.includes(value));
}
