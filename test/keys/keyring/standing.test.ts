import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GRACE_DAYS, type Standing, standingOf } from "../../../keys/keyring/standing.ts";
import { anyEpoch, epoch, MONDAY } from "./epochkeys.ts";

const ORDER: readonly Standing[] = ["future", "current", "grace", "due"];

describe("where a key stands", () => {
  it("is decided by 28 days of grace, of which 21 are those in which reports may arrive", () => {
    expect(GRACE_DAYS).toBe(28);
  });

  it.each<[string, number, Standing]>([
    ["long before", -1000, "future"],
    ["the Sunday before", -1, "future"],
    ["its first Monday", 0, "current"],
    ["its first Tuesday", 1, "current"],
    ["its last Sunday", 13, "current"],
    ["the Monday after", 14, "grace"],
    ["a day after that", 15, "grace"],
    ["the last day of grace", 41, "grace"],
    ["the 28th day after its end", 42, "due"],
    ["a day after that", 43, "due"],
    ["long after", 10_000, "due"],
  ])("on %s is as the table says", (_, offset, standing) => {
    expect(standingOf(epoch(0, 2), MONDAY + offset)).toBe(standing);
    expect(standingOf({ ...epoch(0, 2), retired: MONDAY + 50 }, MONDAY + offset)).toBe("retired");
  });

  it("goes one way as time goes on, and each lasts as long as it should", () => {
    fc.assert(
      fc.property(anyEpoch, (key) => {
        const days = Array.from({ length: key.until - key.from + 2 * GRACE_DAYS }, (_, day) => key.from - 10 + day);
        const standings = days.map((day) => standingOf(key, day));
        expect([...new Set(standings)]).toEqual(ORDER);
        expect(standings.toSorted((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b))).toEqual(standings);
        const lasting = (standing: Standing) => standings.filter((other) => other === standing).length;
        expect([lasting("current"), lasting("grace")]).toEqual([key.until - key.from, 28]);
      }),
      { seed: 0x5077, numRuns: 300 },
    );
  });
});
