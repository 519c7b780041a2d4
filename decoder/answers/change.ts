import type { Breakdown, BreakdownRow } from "./model.ts";
import type { Picture } from "./picture.ts";

/** What a row became, from the first window that tells of it to the one in the picture. */
export interface Change {
  /** Index of the window that is compared with. */
  readonly since: number;
  /** Of shares their difference; of rows that are no part of a whole the growth, 0.5 for half as many more. */
  readonly by: number;
}

/** Whether rows are parts of a whole: they sum to a total, and there is more than one. */
export function hasParts({ rows, totals }: Breakdown): boolean {
  return totals !== null && rows.length > 1;
}

/** A row's part of all in a window; null where either is not known, and in tables that make no sum. */
export function shareOf({ totals }: Breakdown, { figures }: BreakdownRow, at: number): number | null {
  const figure = figures[at];
  const whole = totals?.[at]?.bar;
  return figure == null || whole === undefined || whole === 0 ? null : figure.bar / whole;
}

/**
 * How a row changed over the windows: since the first that the table tells of, so that rows can be compared.
 *
 * @returns null where there is nothing to compare with.
 */
export function changeOf(table: Breakdown, row: BreakdownRow, { at }: Picture): Change | null {
  const since = firstTold(table);
  const isPart = hasParts(table);
  const size = (index: number) => (isPart ? shareOf(table, row, index) : (row.figures[index]?.bar ?? null));
  const [now, before] = [size(at), size(since)];
  if (since >= at || now === null || before === null) return null;
  if (isPart) return { since, by: now - before };
  return before === 0 ? null : { since, by: now / before - 1 };
}

function firstTold({ rows }: Breakdown): number {
  const firsts = rows
    .map(({ figures }) => figures.findIndex((figure) => figure !== null))
    .filter((index) => index >= 0);
  return Math.min(...firsts);
}
