import { describe, expect, it } from "vitest";
import { gapsOf } from "../../../decoder/source/coverage.ts";

const HOUR = 3600;
const hours = (...spans: [number, number][]) => spans.map(([start, end]) => ({ start: start * HOUR, end: end * HOUR }));

describe("gaps", () => {
  const places = (a: [number, number][], b: [number, number][]) => [
    { place: "a", segments: hours(...a) },
    { place: "b", segments: hours(...b) },
  ];

  it("are the times between the first and the last segment of a place of which it has none, and another has", () => {
    const listings = places(
      [
        [5, 6],
        [0, 2],
        [2, 3],
        [8, 9],
      ],
      [
        [0, 7],
        [7, 9],
      ],
    );
    expect(gapsOf(listings)).toEqual([
      { place: "a", start: 3 * HOUR, end: 5 * HOUR, elsewhere: "b" },
      { place: "a", start: 6 * HOUR, end: 8 * HOUR, elsewhere: "b" },
    ]);
  });

  it("are none where segments overlap, where nobody has one, and before the first and after the last", () => {
    expect(
      gapsOf(
        places(
          [
            [0, 5],
            [1, 2],
            [4, 6],
          ],
          [[0, 9]],
        ),
      ),
    ).toEqual([]);
    expect(
      gapsOf(
        places(
          [
            [0, 1],
            [3, 4],
          ],
          [
            [0, 1],
            [3, 4],
          ],
        ),
      ),
    ).toEqual([]);
    expect(gapsOf(places([[2, 3]], [[0, 9]]))).toEqual([]);
    expect(gapsOf(places([], [[0, 1]]))).toEqual([]);
  });

  it("of one place alone mean nothing", () => {
    expect(gapsOf([{ place: "a", segments: hours([0, 1], [5, 6]) }])).toEqual([]);
  });

  it("name the place that has a segment of the time", () => {
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
