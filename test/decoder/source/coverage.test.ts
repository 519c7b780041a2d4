import { describe, expect, it } from "vitest";
import { gapsOf } from "../../../decoder/source/coverage.ts";

const HOUR = 3600;
const hours = (...spans: [number, number][]) => spans.map(([start, end]) => ({ start: start * HOUR, end: end * HOUR }));

describe("gaps", () => {
  it("are the times between the first and the last segment of a place of which it has none", () => {
    const segments = hours([5, 6], [0, 2], [2, 3], [8, 9]);
    expect(gapsOf([{ place: "a", segments }])).toEqual([
      { place: "a", start: 3 * HOUR, end: 5 * HOUR, elsewhere: null },
      { place: "a", start: 6 * HOUR, end: 8 * HOUR, elsewhere: null },
    ]);
  });

  it("are none where segments overlap, or there is nothing", () => {
    expect(gapsOf([{ place: "a", segments: hours([0, 5], [1, 2], [4, 6]) }])).toEqual([]);
    expect(gapsOf([{ place: "a", segments: [] }])).toEqual([]);
  });

  it("name another place that has a segment of the time", () => {
    const gaps = gapsOf([
      { place: "a", segments: hours([0, 1], [3, 4]) },
      { place: "b", segments: hours([0, 1], [1, 2], [3, 4]) },
      { place: "c", segments: hours([0, 1], [1, 3], [3, 4]) },
    ]);
    expect(gaps).toEqual([
      { place: "a", start: HOUR, end: 3 * HOUR, elsewhere: "b" },
      { place: "b", start: 2 * HOUR, end: 3 * HOUR, elsewhere: "c" },
    ]);
  });
});
