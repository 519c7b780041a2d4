import { dateOfDay, dayOfDate } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RUNS } from "./property.ts";

/** 9999-12-31. */
const LAST_DAY = 2_932_896;

/** Every date from 1970 to 9999 in order, by the rule of leap years and the lengths of months alone. */
function* calendar(): Generator<string> {
  for (let year = 1970; year <= 9999; year++) {
    const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
    const lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    for (const [month, length] of lengths.entries()) {
      const start = `${year}-${String(month + 1).padStart(2, "0")}-`;
      for (let day = 1; day <= length; day++) yield start + String(day).padStart(2, "0");
    }
  }
}

describe("dates", () => {
  it("are those of the calendar from 1970 to 9999, in both directions: every day up to 2100, then each seventh", () => {
    const wrong: string[] = [];
    let day = 0;
    for (const date of calendar()) {
      // Seven has no common divisor with any month or year, so that every date comes.
      const isLookedAt = date < "2101" || day % 7 === 0;
      if (isLookedAt && (dateOfDay(day) !== date || dayOfDate(date) !== day)) wrong.push(date);
      day++;
    }
    expect(wrong).toEqual([]);
    expect(day).toBe(LAST_DAY + 1);
  });

  it.each([
    ["1970-01-01", 0],
    ["1970-01-05", 4],
    ["2000-02-29", 11_016],
    ["2026-11-16", 20_773],
    ["9999-12-31", LAST_DAY],
  ])("%s is day %i", (date, day) => {
    expect(dayOfDate(date)).toBe(day);
    expect(dateOfDay(day)).toBe(date);
  });

  it.each([
    ["nothing", ""],
    ["no date", "tomorrow"],
    ["a year before 1970", "1969-12-31"],
    ["the year 0", "0000-01-01"],
    ["a year of five digits", "10000-01-01"],
    ["a year with a sign", "+002026-11-23"],
    ["a year of two digits", "26-11-23"],
    ["a month alone", "2026-11"],
    ["month 0", "2026-00-10"],
    ["month 13", "2026-13-01"],
    ["a month of one digit", "2026-1-05"],
    ["day 0", "2026-11-00"],
    ["day 32", "2026-12-32"],
    ["the 31st of a month of 30", "2026-11-31"],
    ["February 29 of a year that is no leap year", "2026-02-29"],
    ["February 29 of 2100", "2100-02-29"],
    ["February 30", "2028-02-30"],
    ["a time", "2026-11-23T00:00:00Z"],
    ["a date without hyphens", "20261123"],
    ["slashes", "2026/11/23"],
    ["a week", "2026-W48-1"],
    ["a blank before it", " 2026-11-23"],
    ["a blank after it", "2026-11-23 "],
    ["a line feed after it", "2026-11-23\n"],
    ["Arabic digits", "\u0662\u0660\u0662\u0666-11-23"],
    ["a minus sign in place of a hyphen", "2026\u221211-23"],
  ])("are not %s", (_, text) => {
    expect(dayOfDate(text)).toBeNull();
  });

  it("are read from nothing but what would be written", () => {
    const part = (max: number, digits: number) => fc.nat({ max }).map((value) => String(value).padStart(digits, "0"));
    const almost = fc.tuple(part(10_100, 4), part(14, 2), part(33, 2)).map((parts) => parts.join("-"));
    const seen = { dates: 0, others: 0 };
    fc.assert(
      fc.property(fc.oneof(almost, fc.string()), (text) => {
        const day = dayOfDate(text);
        seen[day === null ? "others" : "dates"]++;
        if (day !== null) expect(dateOfDay(day)).toBe(text);
      }),
      RUNS,
    );
    expect(Math.min(seen.dates, seen.others)).toBeGreaterThan(400);
  });
});
