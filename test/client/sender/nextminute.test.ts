import { describe, expect, it } from "vitest";
import { nextMinute } from "../../../client/sender/nextminute.ts";
import { NEW_PACE } from "../../../client/spool/pace.ts";
import { DAY, entryOf, NOON } from "../spool/frames.ts";

const left = (changes: Partial<Parameters<typeof nextMinute>[0]>) =>
  nextMinute({ sendable: [], hasOthers: false, pace: NEW_PACE, ...changes }, NOON);

describe("the minute from which there is something to do", () => {
  it("is none when nothing is left", () => expect(left({})).toBeNull());

  it("is that of the first frame whose wait is over, the next one at least", () => {
    const sendable = [
      entryOf(1, { attempts: 1, last: NOON - 5, wait: 300 }),
      entryOf(2, { attempts: 2, last: NOON - 5, wait: 200 }),
    ];
    expect(left({ sendable })).toBe(NOON + 195);
    expect(left({ sendable: [...sendable, entryOf(3)] })).toBe(NOON + 1);
  });

  it.each<[string, { minute: number; names: number }[], number]>([
    ["a flush that just began", [{ minute: NOON, names: 4 }], 16],
    ["24 names since six hours", [{ minute: NOON - 360, names: 24 }], 1440 + 6 - 360],
    [
      "24 names of which the first leave the day",
      [
        { minute: NOON - 1440, names: 4 },
        { minute: NOON - 100, names: 20 },
      ],
      6,
    ],
  ])("waits for the pace: %s", (_, flushes, minutes) => {
    expect(left({ sendable: [entryOf(1)], pace: { ...NEW_PACE, flushes } })).toBe(NOON + minutes);
  });

  it("waits for a zone that is silent, and for the day before a frame's own", () => {
    const pace = { ...NEW_PACE, refusals: { "r.example.net": NOON - 40 } };
    expect(left({ sendable: [entryOf(1)], pace })).toBe(NOON + 1401);
    expect(left({ sendable: [entryOf(1, { zone: "constructor" })], pace })).toBe(NOON + 1);
    expect(left({ sendable: [entryOf(1, { day: DAY + 3 })] })).toBe((DAY + 2) * 1440);
  });

  it("is a day ahead for what waits for somebody, and where the pace cannot be used", () => {
    expect(left({ hasOthers: true })).toBe(NOON + 1440);
    expect(left({ sendable: [entryOf(1)], pace: null })).toBe(NOON + 1440);
  });

  it("is never further than a clock that is right would make it", () => {
    const sendable = [entryOf(1, { attempts: 5, last: NOON + 90_000, wait: 15_120 })];
    expect(left({ sendable })).toBe(NOON + 11 * 1440);
  });
});
