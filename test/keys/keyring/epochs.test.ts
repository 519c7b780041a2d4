import { keyOfDay } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UsageError } from "../../../keys/errors.ts";
import { type Epoch, MAX_AHEAD_WEEKS, missingEpochs, parseWeeks, publishedKeys } from "../../../keys/keyring/epochs.ts";
import { anyEpoch, epoch, MONDAY } from "./epochkeys.ts";

const RUNS = { seed: 0x5077, numRuns: 3000 };

describe("a number of weeks", () => {
  it.each([
    ["week", 1],
    ["w", 1],
    ["1w", 1],
    ["1 week", 1],
    ["4w", 4],
    ["26 weeks", 26],
    ["year", 52],
    ["y", 52],
    ["1y", 52],
    ["3y", 156],
    ["3 years", 156],
    ["10y", 520],
    ["520w", 520],
    ["04w", 4],
    ["  4W ", 4],
    ["4 Weeks", 4],
  ])("is read: %j is %i", (text, weeks) => {
    expect(parseWeeks(text, "--for", MAX_AHEAD_WEEKS)).toBe(weeks);
  });

  it.each([
    [""],
    [" "],
    ["4"],
    ["0w"],
    ["0"],
    ["-1w"],
    ["+1w"],
    ["1.5y"],
    ["1e2w"],
    ["0x4w"],
    ["4  weeks"],
    ["4\tw"],
    ["w4"],
    ["4w4"],
    ["1y 2w"],
    ["month"],
    ["3 months"],
    ["30d"],
    ["4ww"],
    ["521w"],
    ["11y"],
    ["99999w"],
    ["9999y"],
    ["\u0664w"],
    ["constructor"],
    ["2 constructor"],
    ["__proto__"],
    ["tostring"],
    ["NaN"],
    ["Infinity"],
  ])("is not %j", (text) => {
    const attempt = () => parseWeeks(text, "--for", MAX_AHEAD_WEEKS);
    expect(attempt).toThrow(UsageError);
    expect(attempt).toThrow("--for is a number of weeks or years, from week to 10y, such as 4w");
  });

  it("is at most what is allowed, which the message says", () => {
    expect(parseWeeks("52w", "--every", 52)).toBe(52);
    expect(() => parseWeeks("53w", "--every", 52)).toThrow("from week to 1y");
    expect(() => parseWeeks("11w", "--every", 10)).toThrow("from week to 10w");
  });
});

describe("the missing epochs", () => {
  const request = fc.record({
    from: fc.integer({ min: -3, max: 20 }).map((start) => MONDAY + 7 * start),
    weeks: fc.integer({ min: 1, max: 60 }),
    every: fc.integer({ min: 1, max: 52 }),
  });
  const weekly = (from: number, weeks: number) => Array.from({ length: weeks }, (_, week) => from + 7 * week);
  const covers = (epochs: readonly Epoch[], day: number) =>
    epochs.filter(({ from, until }) => from <= day && day < until).length;

  it("are all, where there is none", () => {
    expect(missingEpochs([], { from: MONDAY, weeks: 3, every: 1 })).toEqual([epoch(0), epoch(1), epoch(2)]);
    expect(missingEpochs([], { from: MONDAY, weeks: 9, every: 4 })).toEqual([epoch(0, 4), epoch(4, 4), epoch(8, 4)]);
    expect(missingEpochs([], { from: MONDAY, weeks: 156, every: 1 })).toHaveLength(156);
  });

  it("stop before an epoch that is there, and go on behind it", () => {
    const present = [epoch(2, 3), epoch(3, 1), epoch(10, 1)];
    expect(missingEpochs(present, { from: MONDAY, weeks: 12, every: 4 })).toEqual([
      epoch(0, 2),
      epoch(5, 4),
      epoch(9, 1),
      epoch(11, 4),
    ]);
  });

  it("are none where every week has its key", () => {
    expect(missingEpochs([epoch(-5, 6), epoch(1, 80)], { from: MONDAY, weeks: 52, every: 1 })).toEqual([]);
  });

  it("leave no week without a key and give none a second one", () => {
    fc.assert(
      fc.property(fc.array(anyEpoch, { maxLength: 6 }), request, (present, { from, weeks, every }) => {
        const missing = missingEpochs(present, { from, weeks, every });
        for (const monday of weekly(from, weeks)) {
          expect(covers(missing, monday)).toBe(covers(present, monday) === 0 ? 1 : 0);
        }
        // What reaches beyond the last week covers nothing twice either, and nothing lies outside.
        const end = from + 7 * weeks;
        const longest = Math.max(end, ...missing.map(({ until }) => until));
        for (const monday of weekly(end, (longest - end) / 7)) {
          expect(covers(missing, monday) + covers(present, monday)).toBeLessThanOrEqual(1);
        }
        expect(missing.every((epoch) => epoch.from >= from && epoch.from < end)).toBe(true);
      }),
      RUNS,
    );
  });

  it("are whole weeks in order, as long as is asked for, and shorter only before one that is there", () => {
    fc.assert(
      fc.property(fc.array(anyEpoch, { maxLength: 6 }), request, (present, { from, weeks, every }) => {
        const missing = missingEpochs(present, { from, weeks, every });
        for (const [index, { from: start, until }] of missing.entries()) {
          expect([(start - MONDAY) % 7, (until - MONDAY) % 7].map(Math.abs)).toEqual([0, 0]);
          expect(until - start).toBeGreaterThan(0);
          expect(until - start).toBeLessThanOrEqual(7 * every);
          if (until - start < 7 * every) expect(present.map((epoch) => epoch.from)).toContain(until);
          expect(start).toBeGreaterThanOrEqual(missing[index - 1]?.until ?? from);
        }
      }),
      RUNS,
    );
  });

  it("leave nothing missing when they are there, however long epochs are to be then", () => {
    fc.assert(
      fc.property(
        fc.array(anyEpoch, { maxLength: 6 }),
        request,
        fc.integer({ min: 1, max: 52 }),
        (present, asked, later) => {
          const missing = missingEpochs(present, asked);
          expect(missingEpochs([...present, ...missing], asked)).toEqual([]);
          expect(missingEpochs([...missing, ...present], { ...asked, every: later })).toEqual([]);
        },
      ),
      RUNS,
    );
  });

  it("do not depend on the order of those that are there, and leave them alone", () => {
    fc.assert(
      fc.property(fc.array(anyEpoch, { maxLength: 6 }), request, (present, asked) => {
        const before = structuredClone(present);
        expect(missingEpochs(present.toReversed(), asked)).toEqual(missingEpochs(present, asked));
        expect(present).toEqual(before);
      }),
      { ...RUNS, numRuns: 500 },
    );
  });
});

describe("the published keys", () => {
  const named = fc
    .array(anyEpoch, { maxLength: 10 })
    .map((epochs) => epochs.map((epoch, name) => ({ ...epoch, name })));
  const anyMonday = fc.integer({ min: -12, max: 60 }).map((week) => MONDAY + 7 * week);
  /** From the first day on until nothing is left. */
  const daysFrom = (monday: number, keys: readonly Epoch[]) => {
    const end = Math.max(monday, ...keys.map(({ until }) => until));
    return Array.from({ length: end - monday + 1 }, (_, day) => monday + day);
  };

  it("are those of this week and later ones, sorted", () => {
    const keys = [epoch(2), epoch(-1), epoch(0), epoch(1)];
    expect(publishedKeys(keys, MONDAY)).toEqual([epoch(0), epoch(1), epoch(2)]);
    expect(publishedKeys([], MONDAY)).toEqual([]);
    expect(publishedKeys([epoch(-3), epoch(-2, 2)], MONDAY)).toEqual([]);
  });

  it("hold the one that stands before another in the same week, and not the other", () => {
    const [old, replacement] = [
      { ...epoch(0), name: "old" },
      { ...epoch(0), name: "new" },
    ];
    expect(publishedKeys([old, replacement], MONDAY)).toEqual([replacement]);
  });

  it("hold a long one of which a week is left, behind shorter ones", () => {
    const keys = [epoch(-3, 8), epoch(0, 4), epoch(3, 1)];
    expect(publishedKeys(keys, MONDAY)).toEqual(keys);
  });

  it("give every day from this week on the key that all of them give", () => {
    fc.assert(
      fc.property(named, anyMonday, (keys, monday) => {
        const published = publishedKeys(keys, monday);
        for (const day of daysFrom(monday, keys)) expect(keyOfDay(published, day)).toBe(keyOfDay(keys, day));
        expect(published.map(({ from }) => from)).toEqual(published.map(({ from }) => from).toSorted((a, b) => a - b));
      }),
      { ...RUNS, numRuns: 500 },
    );
  });

  it("hold none that could be left out", () => {
    fc.assert(
      fc.property(named, anyMonday, (keys, monday) => {
        const published = publishedKeys(keys, monday);
        const days = daysFrom(monday, keys);
        for (const dropped of published) {
          const others = published.filter((key) => key !== dropped);
          expect(days.some((day) => keyOfDay(others, day) !== keyOfDay(keys, day))).toBe(true);
        }
      }),
      { ...RUNS, numRuns: 500 },
    );
  });

  it("are the same when published again", () => {
    fc.assert(
      fc.property(named, anyMonday, (keys, monday) => {
        const published = publishedKeys(keys, monday);
        expect(publishedKeys(published, monday)).toEqual(published);
      }),
      { ...RUNS, numRuns: 500 },
    );
  });
});
