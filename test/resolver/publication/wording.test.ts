import { expect, it } from "vitest";
import {
  asSpan,
  counted,
  dayOfMonth,
  inWords,
  machineTime,
  sized,
  timeOfDay,
} from "../../../resolver/publication/wording.ts";
import { NOON } from "../../e2e/scene.ts";

it.each([
  [0, "0 seconds"],
  [1, "1 second"],
  [3600, "1 hour"],
  [5400, "1 hour and 30 minutes"],
  [168 * 3600, "7 days"],
  [84 * 3600, "3 days and 12 hours"],
  [90_061, "1 day, 1 hour, 1 minute and 1 second"],
])("%i seconds are %s", (seconds, words) => {
  expect(inWords(seconds)).toBe(words);
});

it("names a span after an article", () => {
  expect([3600, 86_400, 900].map(asSpan)).toEqual(["hour", "day", "15 minutes"]);
});

it.each([
  [278, "278 bytes"],
  [1000, "1.0\u00a0kB"],
  [11_960, "12.0\u00a0kB"],
  [118_160, "118\u00a0kB"],
  [999_999, "1,000\u00a0kB"],
  [2_124_000_160, "2.1\u00a0GB"],
])("%i octets are %s", (octets, words) => {
  expect(sized(octets)).toBe(words);
});

it("counts", () => {
  expect([counted(0, "frame"), counted(1, "frame"), counted(12_345, "frame")]).toEqual([
    "0 frames",
    "1 frame",
    "12,345 frames",
  ]);
});

it("tells times in UTC, whatever the machine's zone is", () => {
  expect([dayOfMonth(NOON), timeOfDay(NOON), timeOfDay(NOON + 4), machineTime(NOON)]).toEqual([
    "16 Nov",
    "12:00",
    "12:00:04",
    "2026-11-16T12:00:00Z",
  ]);
  expect(dayOfMonth(NOON - 7 * 86_400)).toBe("\u20079 Nov");
});
