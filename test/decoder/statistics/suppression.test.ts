import { describe, expect, it } from "vitest";
import { suppress } from "../../../decoder/statistics/suppression.ts";
import { tableOf } from "./tables.ts";

describe("a table for everybody", () => {
  it("is left alone where nothing is small", () => {
    const table = tableOf(
      [
        [10, 500, 0],
        [20, 0, 70],
      ],
      { sums: [[0, 1, 2]] },
    );
    expect(suppress(table)).toEqual({
      rows: [
        [10, 500, 0, 510],
        [20, 0, 70, 90],
      ],
      totals: [30, 500, 70, 600],
      shown: {
        rows: [
          [true, true, true, true],
          [true, true, true, true],
        ],
        totals: [true, true, true, true],
      },
    });
  });

  it("hides a small cell, and a second one of its column so that the total does not give it away", () => {
    const { rows, totals } = suppress(tableOf([[9], [40], [300]]));
    expect(rows).toEqual([[null], [null], [300]]);
    expect(totals).toEqual([349]);
  });

  it("merges small cells into the row for others, zeros and its own count included", () => {
    const { rows, totals } = suppress(tableOf([[3], [40], [0], [300]], { other: 3 }));
    expect(rows).toEqual([[null], [40], [null], [303]]);
    expect(totals).toEqual([343]);
  });

  it("takes more in where those are too few together", () => {
    expect(suppress(tableOf([[3], [40], [500], [2]], { other: 3 })).rows).toEqual([[null], [null], [500], [45]]);
    expect(suppress(tableOf([[9], [40], [500], [0]], { other: 3 })).rows).toEqual([[null], [null], [500], [49]]);
    expect(suppress(tableOf([[9], [40], [500], [1]], { other: 3 })).rows).toEqual([[null], [40], [500], [10]]);
  });

  it("shows zeros where nothing of the column is hidden, and only there", () => {
    expect(suppress(tableOf([[5000], [0], [0]])).rows).toEqual([[5000], [0], [0]]);
    expect(suppress(tableOf([[5000], [0], [1]])).rows).toEqual([[null], [null], [null]]);
  });

  it("hides a second cell of the row where a sum would give the first away", () => {
    const { rows } = suppress(
      tableOf(
        [
          [3, 45, 200],
          [900, 900, 900],
          [700, 700, 700],
        ],
        { other: 2, sums: [[0, 1, 2]] },
      ),
    );
    expect(rows).toEqual([
      [null, null, 200, 248],
      [900, 900, 900, 2700],
      [703, 745, 700, 2100],
    ]);
  });

  it("leaves the row alone where no sum is published", () => {
    const { rows } = suppress(
      tableOf(
        [
          [3, 45],
          [900, 900],
          [700, 700],
        ],
        { other: 2 },
      ),
    );
    expect(rows).toEqual([
      [null, 45],
      [900, 900],
      [703, 700],
    ]);
  });

  it("hides a column whose total is small, and another total where a sum would give that away", () => {
    const { rows, totals } = suppress(
      tableOf(
        [
          [2, 50, 80],
          [3, 60, 90],
        ],
        { sums: [[0, 1, 2]] },
      ),
    );
    expect(totals).toEqual([null, null, 170, 285]);
    expect(rows.map((row) => row.slice(0, 3))).toEqual([
      [null, null, 80],
      [null, null, 90],
    ]);
  });

  it("hides totals by totals alone: tables of the same totals hide the same", () => {
    const totals = [7, 40, 60, 900, 11];
    const split = (share: number) => [
      totals.map((total) => Math.floor(total * share)),
      totals.map((total) => total - Math.floor(total * share)),
    ];
    const sums = [
      [3, 4],
      [1, 2, 3, 4],
      [0, 1, 2, 3, 4],
    ];
    const shown = [0, 0.01, 0.3, 0.9].map((share) => suppress(tableOf(split(share), { sums })).totals);
    for (const other of shown) expect(other).toEqual(shown[0]);
    expect(shown[0]?.[0]).toBeNull();
  });

  it("hides only what is small where nothing sums up", () => {
    const { rows, totals } = suppress(
      tableOf(
        [
          [3, 12],
          [50, 0],
        ],
        { hasTotals: false },
      ),
    );
    expect(rows).toEqual([
      [null, 12],
      [50, 0],
    ]);
    expect(totals).toEqual([null, null]);
  });

  it("looks at the reports behind a cell where it counts something else", () => {
    const table = tableOf(
      [
        [500, 600],
        [900, 900],
        [800, 800],
      ],
      { other: 2 },
    );
    const reports = {
      rows: [
        [4, 40],
        [90, 90],
        [80, 80],
      ],
      totals: [95, 95],
    };
    expect(suppress(table, { reports }).rows).toEqual([
      [null, 600],
      [900, 900],
      [1300, 800],
    ]);
  });

  it("refuses what is no table", () => {
    expect(() => suppress(tableOf([[1, 2], [3]]))).toThrow(RangeError);
    expect(() =>
      suppress(
        tableOf([[1, 2, 3]], {
          sums: [
            [0, 1],
            [1, 2],
          ],
        }),
      ),
    ).toThrow("sums overlap");
    expect(() => suppress(tableOf([[1, 2]], { sums: [[0, 0]] }))).toThrow("sums overlap");
    expect(() => suppress(tableOf([[1, 2]], { sums: [[0, 2]] }))).toThrow("there is no column 2");
    expect(() => suppress(tableOf([[1, 2]]), { threshold: 1 })).toThrow(RangeError);
  });

  it("has no rows or columns where there are none", () => {
    expect(suppress(tableOf([])).rows).toEqual([]);
    expect(suppress(tableOf([[], []])).rows).toEqual([[], []]);
  });
});
