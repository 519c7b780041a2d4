import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bar, sparkline } from "../../../decoder/terminal/blocks.ts";
import { paragraph } from "../../../decoder/terminal/paragraph.ts";

describe("a bar", () => {
  it("is exact to an eighth, never wider than its room, and seen where there is anything", () => {
    expect([0, 0.5, 1, 2, -1].map((share) => bar(share, 4))).toEqual(["", "██", "████", "████", ""]);
    expect([0.5625, 0.0001].map((share) => bar(share, 4))).toEqual(["██▎", "▏"]);
  });
});

describe("a sparkline", () => {
  it("goes from 0 to the greatest, with blanks for what is not known", () => {
    expect(sparkline([0, 4, null, 8], 10)).toBe("▁▅ █");
    expect(sparkline([0, 0], 10)).toBe("▁▁");
    expect(sparkline([-3, 5], 10)).toBe("▁█");
    expect(sparkline([], 10)).toBe("");
  });

  it("takes means where there is less room than numbers", () => {
    expect(sparkline([0, 0, 4, 4, 8, 8], 3)).toBe("▁▅█");
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e9, noNaN: true })),
        fc.integer({ min: 1, max: 40 }),
        (numbers, width) => {
          const line = sparkline(numbers, width);
          expect(line).toHaveLength(Math.min(width, numbers.length));
          expect(line).toMatch(/^[▁▂▃▄▅▆▇█]*$/);
        },
      ),
    );
  });
});

describe("a paragraph", () => {
  it("breaks at blanks, and indents", () => {
    expect(paragraph("one two three", 9, "- ", "  ")).toBe("- one two\n  three");
    expect(paragraph("unbreakable", 4)).toBe("unbreakable");
  });
});
