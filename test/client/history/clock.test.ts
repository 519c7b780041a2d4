import { describe, expect, it } from "vitest";
import { type ClockMemory, isOver, judgeClock, readClockMemory } from "../../../client/history/clock.ts";

const DAY = 20_778;

/** Runs on these days, one after another: on which of them the clock was believed. */
function believedOn(days: readonly number[]): number[] {
  let memory: ClockMemory | null = null;
  return days.filter((day) => {
    const judgment = judgeClock(memory, day);
    memory = judgment.memory;
    return judgment.isBelieved;
  });
}

describe("the clock", () => {
  it.each<[string, number[], number[]]>([
    ["the first day", [DAY], [DAY]],
    ["steps of up to 30 days", [DAY, DAY + 30, DAY, DAY + 1], [DAY, DAY + 30, DAY, DAY + 1]],
    ["31 days", [DAY, DAY + 31], [DAY]],
    ["31 days, twice on that day", [DAY, DAY + 31, DAY + 31], [DAY]],
    ["off for long", [DAY, DAY + 100, DAY + 101], [DAY, DAY + 101]],
    ["seldom used", [DAY, DAY + 91, DAY + 182, DAY + 273], [DAY, DAY + 182]],
    ["years ahead, and set right", [DAY, DAY + 3000, DAY + 1], [DAY, DAY + 1]],
    ["years ahead twice, and set right", [DAY, DAY + 3000, DAY, DAY + 3000, DAY + 1], [DAY, DAY, DAY + 1]],
    ["years ahead for two days", [DAY, DAY + 3000, DAY + 3001], [DAY, DAY + 3001]],
    ["back from there", [DAY + 3000, DAY, DAY + 1, DAY + 2], [DAY + 3000, DAY + 1, DAY + 2]],
    ["back again and again", [DAY, DAY - 40, DAY - 50, DAY - 60], [DAY]],
  ])("is believed or not: %s", (_, days, believed) => {
    expect(believedOn(days)).toEqual(believed);
  });

  it.each([
    [0, false],
    [89, false],
    [90, false],
    [91, true],
    [4000, true],
    [-90, false],
    [-91, true],
  ])("an entry %i days old is over: %s", (age, over) => {
    expect(isOver(DAY - age, DAY)).toBe(over);
  });

  it("is remembered by two days and nothing else", () => {
    expect(readClockMemory({ version: 1, day: DAY })).toEqual({ day: DAY, doubted: null });
    expect(readClockMemory({ version: 1, day: DAY, doubted: DAY + 9 })).toEqual({ day: DAY, doubted: DAY + 9 });
    for (const wrong of [{}, { day: "1" }, { day: DAY, doubted: 1.5 }, { day: 0 }, { day: DAY, doubted: "x" }]) {
      expect(readClockMemory(wrong)).toBeNull();
    }
  });
});
