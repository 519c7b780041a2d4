import { type Admission, admit, type Block, FUTURE_DAYS, headWeekOf, LATE_DAYS, makeFrame } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RUNS } from "./property.ts";

const DAY = 20_778;
const second = (day: number, hour = 0) => day * 86_400 + hour * 3600;

function admission(day: number, start: number, end: number, headWeek = headWeekOf(day)): Admission {
  const block: Block = { kind: 1, day, body: new Uint8Array(63) };
  return admit(makeFrame(headWeek, 0, new Uint8Array(114)), block, { start, end });
}

describe("a block that opened", () => {
  it.each([
    ["in the hour of its day", second(DAY), second(DAY, 1), "admitted"],
    ["21 days on", second(DAY + 21), second(DAY + 21, 1), "admitted"],
    ["in the last hour 21 days on", second(DAY + 21, 23), second(DAY + 22), "admitted"],
    ["22 days on", second(DAY + 22), second(DAY + 22, 1), "late"],
    ["a second before 22 days on, in a long segment", second(DAY + 22) - 1, second(DAY + 25), "admitted"],
    ["the day before", second(DAY - 1), second(DAY - 1, 1), "admitted"],
    ["the day before, at midnight", second(DAY - 2, 23), second(DAY - 1), "future"],
    ["a second into the day before", second(DAY - 2, 23), second(DAY - 1) + 1, "admitted"],
    ["two days before", second(DAY - 2), second(DAY - 2, 1), "future"],
    ["in a segment that spans all of it", second(DAY - 30), second(DAY + 30), "admitted"],
  ])("%s", (_, start, end, expected) => {
    expect(admission(DAY, start, end)).toBe(expected);
  });

  it("is malformed under every week but its own, before any question of lateness", () => {
    const own = headWeekOf(DAY);
    for (let week = 0; week < 64; week++) {
      expect(admission(DAY, second(DAY), second(DAY, 1), week)).toBe(week === own ? "admitted" : "malformed");
      expect(admission(DAY, second(DAY + 40), second(DAY + 41), week)).toBe(week === own ? "late" : "malformed");
      expect(admission(DAY, second(DAY - 9), second(DAY - 8), week)).toBe(week === own ? "future" : "malformed");
    }
  });

  it("is malformed with any bit of the head's week flipped", () => {
    const own = headWeekOf(DAY);
    const flipped = [1, 2, 4, 8, 16, 32].map((bit) => admission(DAY, second(DAY), second(DAY, 1), own ^ bit));
    expect(flipped).toEqual(Array(6).fill("malformed"));
  });

  it("follows the table of section 7 in every segment", () => {
    const anySegment = fc.tuple(
      fc.integer({ min: -3, max: 25 }),
      fc.nat({ max: 86_399 }),
      fc.integer({ min: 1, max: 400_000 }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 65_000 }), anySegment, (day, [days, offset, length]) => {
        const start = second(day + days) + offset;
        const end = start + length;
        const late = Math.floor(start / 86_400) - day > 21;
        const future = Math.floor((end - 1) / 86_400) - day < -1;
        expect(admission(day, start, end)).toBe(late ? "late" : future ? "future" : "admitted");
      }),
      RUNS,
    );
  });

  it("has 21 days, or one before", () => {
    expect([LATE_DAYS, FUTURE_DAYS]).toEqual([21, 1]);
  });
});
