import { describe, expect, it } from "vitest";
import { centralEpsilon, greatestLocalEpsilon } from "../../../decoder/statistics/amplification.ts";
import { epsilonOver, reportEpsilon } from "../../../decoder/statistics/composition.ts";

describe("what the anonymity of the log adds", () => {
  it("has the condition of the theorem: 1.46 for 1,000 reports, 0.26 for 300, none for 100", () => {
    expect(greatestLocalEpsilon(1000)).toBeCloseTo(1.46, 2);
    expect(greatestLocalEpsilon(300)).toBeCloseTo(0.26, 2);
    expect(greatestLocalEpsilon(100)).toBeLessThan(0);
    expect(centralEpsilon(1.46, 1000)).not.toBeNull();
    expect(centralEpsilon(1.47, 1000)).toBeNull();
    expect(centralEpsilon(0.25, 300)).not.toBeNull();
    expect(centralEpsilon(0.26, 300)).toBeNull();
    for (const epsilon of [0.001, 0.1, 1]) expect(centralEpsilon(epsilon, 100)).toBeNull();
  });

  it("is the closed form of the paper, worked out by hand", () => {
    // e0 = ln 3, n = 100,000, delta = 4 e^-16: (3 - 1) / (3 + 1) = 1/2; 8 sqrt(3 * 16 / 100,000) = 0.17527122;
    // 8 * 3 / 100,000 = 0.00024; ln(1 + 0.17551122 / 2) = ln 1.08775561.
    expect(centralEpsilon(Math.log(3), 100_000, 4 * Math.exp(-16))).toBeCloseTo(Math.log(1.08775561), 8);
  });

  it("grows with the number of reports, and with what is asked of it", () => {
    const reports = [1000, 2000, 5000, 20_000, 1e6, 1e9];
    for (const local of [0.01, 0.5, 1, 1.4]) {
      const central = reports.map((number) => centralEpsilon(local, number) ?? Number.NaN);
      for (let i = 1; i < central.length; i++) expect(central[i]).toBeLessThan(central[i - 1] ?? 0);
      expect(centralEpsilon(local, 1000, 1e-5)).toBeLessThanOrEqual(central[0] ?? 0);
    }
    for (const number of reports) {
      const central = [0.1, 0.5, 1, 1.4].map((local) => centralEpsilon(local, number) ?? Number.NaN);
      for (let i = 1; i < central.length; i++) expect(central[i]).toBeGreaterThan(central[i - 1] ?? 0);
    }
  });

  it("is never worse than the local epsilon", () => {
    for (let reports = 233; reports < 3000; reports += 7) {
      for (let local = 0.0001; local <= greatestLocalEpsilon(reports); local *= 1.7) {
        expect(centralEpsilon(local, reports)).toBeLessThanOrEqual(local);
      }
    }
    // There the closed form by itself says 0.00104.
    expect(centralEpsilon(0.001, 233)).toBe(0.001);
  });

  it("is nothing for what is not private, and for no reports", () => {
    expect(centralEpsilon(0, 1000)).toBeNull();
    expect(centralEpsilon(1, 0)).toBeNull();
    for (const delta of [0, 1, -1, Number.NaN]) expect(() => centralEpsilon(1, 1000, delta)).toThrow(RangeError);
  });
});

describe("several private fields", () => {
  it("add up in a report, but for those that rotate, of which the worst counts", () => {
    expect(reportEpsilon({ always: [], rotating: [] })).toBe(0);
    expect(reportEpsilon({ always: [1, 2], rotating: [] })).toBe(3);
    expect(reportEpsilon({ always: [1], rotating: [2, 0.5] })).toBe(3);
  });

  it("count in each window", () => {
    expect(epsilonOver(3, 52)).toBe(156);
    expect(epsilonOver(3, 0)).toBe(0);
  });
});
