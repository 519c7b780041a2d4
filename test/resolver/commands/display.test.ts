import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatCount, formatMoment, formatSize, formatTable } from "../../../resolver/commands/display.ts";
import { parseMoment } from "../../../resolver/commands/option.ts";
import { RUNS } from "../../wire/property.ts";
import { refusalOf } from "../../wire/refusal.ts";

describe("what people read", () => {
  it("is short: sizes with two digits or three, counts with their noun", () => {
    const sizes = [0, 1, 999, 1000, 9949, 9950, 999_499, 999_500, 1_000_000, 2_124_000_160, 5e12, 9e15];
    expect(sizes.map(formatSize)).toEqual([
      ...["0 B", "1 B", "999 B", "1.0 kB", "9.9 kB", "10 kB", "999 kB", "1.0 MB", "1.0 MB", "2.1 GB", "5.0 TB"],
      "9000 TB",
    ]);
    expect([0, 1, 2].map((count) => formatCount(count, "frame"))).toEqual(["0 frames", "1 frame", "2 frames"]);
    expect(
      formatTable(
        [
          ["a", "n"],
          ["long", "1000"],
          ["b", "7"],
        ],
        [1],
      ),
    ).toBe("a        n\nlong  1000\nb        7\n");
  });

  it("are moments in UTC, also when a hostile file names one that no calendar has", () => {
    expect(formatMoment(1_794_830_400)).toBe("2026-11-16 12:00");
    expect(formatMoment(1_794_830_401)).toBe("2026-11-16 12:00:01");
    expect(formatMoment(Number.MAX_SAFE_INTEGER)).toBe("9007199254740991");
  });
});

describe("moments as arguments", () => {
  it("are read back as they are written", () => {
    const second = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) / 1000 });
    fc.assert(
      fc.property(second, (moment) => {
        const text = new Date(moment * 1000).toISOString();
        expect(parseMoment(text.replace(".000Z", "Z"))).toBe(moment);
        expect(parseMoment(text.slice(0, 16).concat("Z"))).toBe(moment - (moment % 60));
        expect(parseMoment(text.slice(0, 10))).toBe(moment - (moment % 86_400));
      }),
      RUNS,
    );
  });

  it("are refused in any other form", () => {
    const form = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z)?$/;
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^2026-\d\d-\d\d(T\d\d:\d\d)?(:\d\d)?Z?$/)), (text) => {
        fc.pre(!form.test(text));
        expect(refusalOf(() => parseMoment(text))).toBe("SOTTO_MOMENT");
      }),
      RUNS,
    );
    for (const text of ["2026-02-29", "2026-13-01", "2026-00-10", "2026-01-01T24:00Z", "2026-01-01T12:60Z"]) {
      expect(refusalOf(() => parseMoment(text))).toBe("SOTTO_MOMENT");
    }
  });
});
