import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ageOf,
  type DueWindow,
  dueWindow,
  EARLIEST_DAY,
  healedFirstDay,
  isOfFinishedWindow,
  isPlausibleDay,
  LATEST_DAY,
  REMEMBERED_WINDOWS,
  type WindowUnit,
  windowOf,
  withReported,
} from "../../../client/report/window.ts";
import { RUNS } from "../../wire/property.ts";
import { fieldOf, reportOf } from "./definition.ts";
import { clientVectors } from "./vectors.ts";

interface Vectors {
  windows: { date: string; day: number; week: number }[];
  ages: { steps: number; age: number }[];
  due: {
    what: string;
    unit: WindowUnit;
    reported: number[];
    active: number[] | null;
    day: number;
    due: DueWindow | null;
  }[];
}

const vectors = clientVectors<Vectors>("windows");
const plausibleDay = fc.integer({ min: EARLIEST_DAY, max: LATEST_DAY });

describe("windows", () => {
  it.each(vectors.windows)("of $date", ({ date, day, week }) => {
    expect(Date.parse(`${date}T12:00:00Z`)).toBe((day + 0.5) * 86_400_000);
    expect(windowOf("week", day)).toBe(week);
    expect(windowOf("day", day)).toBe(day);
  });

  it("of weeks change on Mondays and on no other day, whatever month, year or sign", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000, max: 1_000_000 }), (day) => {
        const monday = new Date(day * 86_400_000).getUTCDay() === 1;
        expect(windowOf("week", day) - windowOf("week", day - 1)).toBe(monday ? 1 : 0);
        expect(windowOf("week", day)).toBe(Math.floor((day * 86_400 - 345_600) / 604_800));
      }),
      RUNS,
    );
  });
});

describe("the age", () => {
  it.each(vectors.ages)("after $steps steps is $age", ({ steps, age }) => {
    for (const first of [-10, 0, 2968]) expect(ageOf(first, first + steps)).toBe(age);
  });

  it("never falls as time goes on", () => {
    fc.assert(
      fc.property(plausibleDay, plausibleDay, fc.nat(5000), (first, window, later) => {
        expect(ageOf(first, window + later)).toBeGreaterThanOrEqual(ageOf(first, window));
      }),
      RUNS,
    );
  });

  it("heals when the grant was dated ahead, and does not otherwise move", () => {
    expect(healedFirstDay(24_000, 20_780)).toBe(20_780);
    expect(healedFirstDay(20_700, 20_780)).toBe(20_700);
  });
});

describe("what is due", () => {
  it.each(vectors.due)("$what", ({ unit, reported, active, day, due }) => {
    expect(dueWindow(unit, reported, active, day)).toEqual(due);
  });

  it("is never due again once it is reported, nor on a day that cannot be", () => {
    const windows = fc.array(fc.integer({ min: EARLIEST_DAY - 5, max: EARLIEST_DAY + 40 }), { maxLength: 40 });
    const day = fc.integer({ min: EARLIEST_DAY - 5, max: EARLIEST_DAY + 40 });
    fc.assert(
      fc.property(windows, fc.option(windows), day, (reported, active, today) => {
        const remembered = reported.reduce(withReported, [] as readonly number[]);
        const due = dueWindow("day", remembered, active, today);
        if (due === null) return;
        expect(isPlausibleDay(today)).toBe(true);
        expect(remembered).not.toContain(due.window);
        expect(due.window).toBe(today - due.back);
        expect(active === null ? due.back === 0 : active.includes(due.window) && due.back >= 1 && due.back <= 3).toBe(
          true,
        );
        expect(dueWindow("day", withReported(remembered, due.window), active, today)?.window).not.toBe(due.window);
      }),
      RUNS,
    );
  });

  it("remembers the 32 windows that were reported last, each once", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60), { maxLength: 120 }), (windows) => {
        const remembered = windows.reduce(withReported, [] as readonly number[]);
        const latestFirst = [...new Set(windows.toReversed())];
        expect(remembered.toReversed()).toEqual(latestFirst.slice(0, REMEMBERED_WINDOWS));
      }),
      RUNS,
    );
  });

  it("refuses days that are none", () => {
    for (const day of [Number.NaN, Number.POSITIVE_INFINITY, 20_780.5, -1]) {
      expect(dueWindow("week", [], null, day)).toBeNull();
    }
  });
});

describe("a report of finished windows", () => {
  const report = reportOf({ runs: fieldOf("n", "counter", { max: 10 }), tty: fieldOf("t", "boolean") });

  it("has a counter that is collected", () => {
    expect(isOfFinishedWindow(report, () => true)).toBe(true);
    expect(isOfFinishedWindow(report, ({ kind }) => kind !== "counter")).toBe(false);
    expect(isOfFinishedWindow({ ...report, fields: report.fields.slice(1) }, () => true)).toBe(false);
  });
});
