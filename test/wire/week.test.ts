import {
  collectorAcceptsWeek,
  DAY_SECONDS,
  dayOf,
  HEAD_WEEKS,
  headWeekOf,
  resolveWeek,
  WEEK_SECONDS,
  weekOf,
  weekStart,
} from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RUNS } from "./property.ts";

const DAY = 86_400_000;
const anyDay = fc.nat({ max: 65_535 });
const headWeek = fc.nat({ max: 63 });

/** By the calendar of JavaScript's Date, whose Sunday is 0. */
function isMonday(day: number): boolean {
  return new Date(day * DAY).getUTCDay() === 1;
}

describe("weeks", () => {
  it("are of 7 days of 86,400 seconds, and 64 fit a head", () => {
    expect([DAY_SECONDS, WEEK_SECONDS, HEAD_WEEKS]).toEqual([86_400, 604_800, 64]);
  });

  it.each([
    ["1970-01-01", 0, -1, 63],
    ["1970-01-04", 3, -1, 63],
    ["1970-01-05", 4, 0, 0],
    ["1970-01-11", 10, 0, 0],
    ["1970-01-12", 11, 1, 1],
    ["1971-03-28", 451, 63, 63],
    ["1971-03-29", 452, 64, 0],
    ["2026-11-21", 20_778, 2967, 23],
    ["2149-06-06", 65_535, 9361, 17],
  ])("%s is day %i, week %i, %i in a head", (date, day, week, head) => {
    expect(dayOf(Date.parse(date) / 1000)).toBe(day);
    expect([weekOf(day), headWeekOf(day)]).toEqual([week, head]);
  });

  it("begin on Mondays 00:00 UTC and at no other moment", () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        expect(weekOf(day) - weekOf(day - 1)).toBe(isMonday(day) ? 1 : 0);
        const start = weekStart(weekOf(day));
        expect(isMonday(start / DAY_SECONDS)).toBe(true);
        expect(start).toBeLessThanOrEqual(day * DAY_SECONDS);
        expect(start + WEEK_SECONDS).toBeGreaterThan(day * DAY_SECONDS);
      }),
      RUNS,
    );
  });

  it("last from their first second to their last", () => {
    expect(dayOf(1_795_219_199)).toBe(20_777);
    expect(dayOf(1_795_219_200)).toBe(20_778);
    expect(dayOf(1_795_219_200.999)).toBe(20_778);
    const monday = Date.parse("2026-11-23T00:00:00Z") / 1000;
    expect([monday - 1, monday].map((second) => weekOf(dayOf(second)))).toEqual([2967, 2968]);
    expect(weekStart(2968)).toBe(monday);
  });

  it("in a head count from 0 to 63 and never below", () => {
    fc.assert(
      fc.property(fc.integer({ min: -10_000, max: 65_535 }), (day) => {
        const week = headWeekOf(day);
        expect(week >= 0 && week < 64 && Number.isInteger(week) && !Object.is(week, -0)).toBe(true);
        expect(Math.abs(weekOf(day) - week) % 64).toBe(0);
      }),
      RUNS,
    );
  });
});

describe("a head's week in a segment", () => {
  it("is the greatest congruent one not after the week that follows the segment's end", () => {
    fc.assert(
      fc.property(headWeek, fc.integer({ min: 0, max: 65_536 * 86_400 }), (week, end) => {
        let expected = Math.floor((Math.floor(end / 86_400) - 4) / 7) + 1;
        while (((expected % 64) + 64) % 64 !== week) expected--;
        expect(resolveWeek(week, end)).toBe(expected);
      }),
      RUNS,
    );
  });

  it.each([
    ["this week", 23, 2967],
    ["next week", 24, 2968],
    ["the week after next, which can only be long ago", 25, 2905],
    ["last week", 22, 2966],
    ["63 weeks before next week", 25, 2968 - 63],
    ["the last before the wrap", 63, 2943],
    ["the first after the wrap", 0, 2944],
  ])("of 2026-11-21: %s", (_, week, absolute) => {
    expect(resolveWeek(week, 20_778 * 86_400 + 3600)).toBe(absolute);
  });

  it("is found over the wrap: head 63 in a segment of week 2944 (= 46 * 64) and the next", () => {
    const end = weekStart(2944) + 3600;
    expect([62, 63, 0, 1, 2].map((week) => resolveWeek(week, end))).toEqual([2942, 2943, 2944, 2945, 2882]);
    expect([62, 63, 0].map((week) => resolveWeek(week, weekStart(2943)))).toEqual([2942, 2943, 2944]);
  });
});

describe("the collector's window", () => {
  it("is now - 2 .. now + 1", () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: -40, max: 23 }), (today, offset) => {
        const week = (((weekOf(today) + offset) % 64) + 64) % 64;
        expect(collectorAcceptsWeek(week, today)).toBe(offset >= -2 && offset <= 1);
      }),
      RUNS,
    );
  });

  it("accepts four of the 64 on any day, over the wrap too", () => {
    const accepted = (today: number) =>
      Array.from({ length: 64 }, (_, week) => week).filter((week) => collectorAcceptsWeek(week, today));
    expect(accepted(20_778)).toEqual([21, 22, 23, 24]);
    expect(accepted(4 + 7 * 64)).toEqual([0, 1, 62, 63]);
    expect(accepted(4 + 7 * 65)).toEqual([0, 1, 2, 63]);
    expect(accepted(4 + 7 * 63)).toEqual([0, 61, 62, 63]);
    expect(accepted(0)).toEqual([0, 61, 62, 63]);
  });
});
