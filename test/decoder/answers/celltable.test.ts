import { describe, expect, it } from "vitest";
import { CellTable, reportsIn } from "../../../decoder/answers/celltable.ts";
import { REST } from "../../../decoder/answers/model.ts";

const FIRST = { at: 0, isSampled: false };

describe("a table of cells", () => {
  it("keeps strata and windows apart, and squares what each report counted", () => {
    const table = new CellTable();
    table.add("a", FIRST, 2, 3);
    table.add("a", { at: 0, isSampled: true }, 1);
    table.add("a", { at: 4, isSampled: false }, 5);
    expect(table.cell("a", 0)).toEqual({
      whole: { reports: 2, sum: 6, squares: 18 },
      sampled: { reports: 1, sum: 1, squares: 1 },
    });
    expect([reportsIn(table.cell("a", 1)), reportsIn(table.cell("a", 4)), table.sumOf("a")]).toEqual([0, 5, 12]);
  });

  it("folds the rarest values into one row when there are too many, and loses none", () => {
    const table = new CellTable(10);
    for (let number = 0; number < 500; number++) {
      table.add("popular", FIRST, 1);
      table.add(`made-up-${number}`, FIRST, 1);
      expect(table.values().length).toBeLessThanOrEqual(20);
    }
    expect(table.values()).toHaveLength(10);
    expect(table.sumOf("popular")).toBe(500);
    expect(table.values().reduce((sum, value) => sum + table.sumOf(value), 0)).toBe(1000);
    expect(table.sumOf(REST)).toBe(492);
  });
});
