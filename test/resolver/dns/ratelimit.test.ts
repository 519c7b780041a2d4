import { describe, expect, it } from "vitest";
import { RateLimit, SourceRateLimit } from "../../../resolver/dns/ratelimit.ts";

/** How many of `count` pass at one time. */
function passed(count: number, take: () => boolean): number {
  let passing = 0;
  for (let i = 0; i < count; i++) if (take()) passing++;
  return passing;
}

describe("a rate", () => {
  it("lets a burst through, then as many as it says", () => {
    const limit = new RateLimit({ perSecond: 100, burst: 20 });
    expect(passed(50, () => limit.take(1000))).toBe(20);
    expect(passed(50, () => limit.take(1000.1))).toBe(10);
    let total = 0;
    for (let i = 1; i <= 1000; i++) total += passed(5, () => limit.take(1000.1 + i / 1000));
    expect(Math.abs(total - 100)).toBeLessThanOrEqual(1);
    expect(passed(50, () => limit.take(2000))).toBe(20);
  });
});

describe("a rate per source", () => {
  it("counts each source for itself", () => {
    const limit = new SourceRateLimit({ perSecond: 100, burst: 20 });
    expect(passed(50, () => limit.take(1, 111, 5))).toBe(20);
    expect(passed(50, () => limit.take(1, 222, 5))).toBe(20);
    expect(passed(50, () => limit.take(2, 111, 5))).toBe(20);
    expect(passed(50, () => limit.take(1, 111, 5))).toBe(0);
    expect(passed(50, () => limit.take(1, 111, 5.1))).toBe(10);
  });

  it("cannot be cleared by crowding the table: a newcomer takes over what is spent in its slot", () => {
    const limit = new SourceRateLimit({ perSecond: 100, burst: 20 });
    expect(passed(50, () => limit.take(1, 111, 5))).toBe(20);
    for (let tag = 1000; tag < 1100; tag++) limit.take(1, tag, 5);
    expect(passed(50, () => limit.take(1, 111, 5))).toBe(0);
  });

  it("forgets nobody's spending and keeps letting others through, a million sources later", () => {
    const limit = new SourceRateLimit({ perSecond: 1, burst: 1 });
    let passing = 0;
    for (let source = 0; source < 1_000_000; source++) {
      if (limit.take(Math.imul(source, 0x9e3779b1) >>> 0, source, 7)) passing++;
    }
    // One for each of its 65,536 slots, however many ask.
    expect(passing).toBe(65_536);
  });
});
