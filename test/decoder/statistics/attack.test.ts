import { describe, expect, it } from "vitest";
import { columnTree, withSums } from "../../../decoder/statistics/columntree.ts";
import { Disclosure } from "../../../decoder/statistics/disclosure.ts";
import {
  type CountTable,
  DEFAULT_THRESHOLD,
  type PublishedTable,
  suppress,
} from "../../../decoder/statistics/suppression.ts";
import { Attacker } from "./attacker.ts";
import { below, seededNumbers } from "./draws.ts";
import { partsOf, randomTable, tableOf } from "./tables.ts";

/** Hidden numbers other than 0; those of row null are totals. */
function hiddenNumbers(table: CountTable, published: PublishedTable) {
  return partsOf(table).flatMap((held, column) => {
    const values = table.rows.map((row) => held.reduce((sum, part) => sum + (row[part] ?? 0), 0));
    const total = values.reduce((sum, value) => sum + value, 0);
    const cells = values.map((value, row): { row: number | null; column: number; value: number } => ({
      row,
      column,
      value,
    }));
    return [
      ...cells.filter(({ row, value }) => value > 0 && !published.shown.rows[row ?? 0]?.[column]),
      ...(table.hasTotals && !published.shown.totals[column] ? [{ row: null, column, value: total }] : []),
    ];
  });
}

/** The width of the interval that an attacker finds for each hidden number other than 0. */
function widthsOf(table: CountTable, published: PublishedTable): number[] {
  const attacker = new Attacker({ published, parts: partsOf(table), other: table.other });
  return hiddenNumbers(table, published).map(({ row, column, value }) => {
    const { least, greatest } = attacker.bounds(row, column);
    expect(least).toBeLessThanOrEqual(value);
    expect(greatest).toBeGreaterThanOrEqual(value);
    return greatest - least;
  });
}

/** Another table of the same totals. */
function dealtAnew(rows: readonly (readonly number[])[], next: () => number): number[][] {
  const height = 1 + below(4, next);
  const columns = (rows[0] ?? []).map((_, column) => {
    let left = rows.reduce((sum, row) => sum + (row[column] ?? 0), 0);
    return Array.from({ length: height }, (_, row) => {
      const dealt = row === height - 1 ? left : Math.floor((left + 1) * next() ** 2);
      left -= dealt;
      return dealt;
    });
  });
  return Array.from({ length: height }, (_, row) => columns.map((column) => column[row] ?? 0));
}

describe("an attacker", () => {
  it("finds a hidden cell where nothing but small cells is hidden", () => {
    const table = tableOf(
      [
        [9, 12],
        [40, 50],
      ],
      { sums: [[0, 1]] },
    );
    const shown = {
      rows: [
        [false, true, true],
        [true, true, true],
      ],
      totals: [true, true, true],
    };
    const published = {
      rows: [
        [null, 12, 21],
        [40, 50, 90],
      ],
      totals: [49, 62, 111],
      shown,
    };
    expect(widthsOf(table, published)).toEqual([0]);
  });

  it("bounds hidden cells by what they share", () => {
    // The corner of 9 and the three cells that make a rectangle with it: 9 down, or 11 up.
    const table = tableOf(
      [
        [9, 11],
        [12, 50],
      ],
      { sums: [[0, 1]] },
    );
    const shown = {
      rows: [
        [false, false, true],
        [false, false, true],
      ],
      totals: [true, true, true],
    };
    const published = {
      rows: [
        [null, null, 20],
        [null, null, 62],
      ],
      totals: [21, 61, 82],
      shown,
    };
    expect(widthsOf(table, published)).toEqual([20, 20, 20, 20]);
  });

  it("cannot bound any hidden number more narrowly than the threshold, in 2,000 tables", () => {
    const next = seededNumbers(1);
    let hidden = 0;
    for (let round = 0; round < 2000; round++) {
      const table = randomTable(next);
      const published = suppress(table);
      const widths = widthsOf(table, published);
      if (widths.some((width) => width < DEFAULT_THRESHOLD)) expect({ table, published, widths }).toBeNull();
      for (const [column, number] of (published.rows[table.other ?? -1] ?? []).entries()) {
        if (published.shown.rows[table.other ?? -1]?.[column] === false)
          expect(number ?? 10).toBeGreaterThanOrEqual(10);
      }
      hidden += widths.length;
    }
    expect(hidden).toBeGreaterThan(5000);
  });

  it("learns no more from two tables of the same totals, in 500 pairs", () => {
    const next = seededNumbers(4);
    for (let round = 0; round < 500; round++) {
      const first = { ...randomTable(next), hasTotals: true };
      const second = { ...first, rows: dealtAnew(first.rows, next), other: null };
      const tables = [first, second].map((table) => ({ ...table, published: suppress(table), parts: partsOf(table) }));
      const attacker = new Attacker(...tables);
      for (const [at, table] of tables.entries()) {
        const widths = hiddenNumbers(table, table.published).map(({ row, column }) => {
          const { least, greatest } = attacker.bounds(row, column, at);
          return greatest - least;
        });
        if (widths.some((width) => width < DEFAULT_THRESHOLD)) expect({ tables, widths }).toBeNull();
      }
    }
  });

  it("learns no more from the next publication, which adds a column and closes a block, in 500 series", () => {
    const next = seededNumbers(2);
    let news = 0;
    for (let round = 0; round < 500; round++) {
      const { other, hasTotals, ...full } = randomTable(next);
      const rows = full.rows.map((row) => [...row, below(40, next), below(5, next)]);
      const width = rows[0]?.length ?? 0;
      const early = { rows: rows.map((row) => row.slice(0, -1)), other, hasTotals, sums: [] };
      const first = suppress(early);
      const late = { rows, other, hasTotals, sums: [Array.from({ length: width }, (_, at) => at)] };
      const withNews = (cells: readonly boolean[]) => [...cells, null, null];
      const before = { rows: first.shown.rows.map(withNews), totals: withNews(first.shown.totals) };
      const second = suppress(late, { before });

      for (const [row, cells] of first.shown.rows.entries()) {
        expect(second.shown.rows[row]?.slice(0, width - 1)).toEqual(cells);
      }
      const widths = widthsOf(late, second);
      if (widths.some((narrow) => narrow < DEFAULT_THRESHOLD)) expect({ late, before, second, widths }).toBeNull();
      news += second.shown.rows.filter((row) => row[width]).length;
    }
    expect(news).toBeGreaterThan(250);
  });
});

describe("the bounds of hidden numbers", () => {
  it("are those that linear programming finds, whatever is hidden", () => {
    const next = seededNumbers(3);
    for (let round = 0; round < 300; round++) {
      const { rows: counts, sums } = randomTable(next);
      // No zeros: they are shown by a rule, of which flows alone know nothing.
      const table = tableOf(
        counts.map((row) => row.map((count) => count + 1)),
        { sums },
      );
      const tree = columnTree(table.rows[0]?.length ?? 0, table.sums);
      const rows = table.rows.map((row) => withSums(tree, row));
      const totals = tree.parts.map((_, column) => rows.reduce((sum, row) => sum + (row[column] ?? 0), 0));
      const hidden = rows.map((row) => row.map((_, column) => column === tree.shown || next() < 0.6));
      const disclosure = new Disclosure(tree, [...rows, totals], (row, column) =>
        (hidden[row]?.[column] ?? column === tree.shown) ? "hidden" : "fixed",
      );
      const shown = { rows: hidden.map((row) => row.map((is) => !is)), totals: totals.map(() => true) };
      const attacker = new Attacker({ published: { rows, totals, shown }, parts: partsOf(table), other: null });
      for (const [row, values] of rows.entries()) {
        for (const [column, value] of values.slice(0, tree.shown).entries()) {
          if (!hidden[row]?.[column]) continue;
          const { least, greatest } = attacker.bounds(row, column);
          expect(disclosure.range(row, column, 1e6)).toEqual({ down: value - least, up: greatest - value });
        }
      }
    }
  });
});
