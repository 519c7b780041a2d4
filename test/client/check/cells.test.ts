import { parseDefinition } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { combinationsOf } from "../../../client/check/cells.ts";
import { keptShare, noisyBits } from "../../../client/check/noise.ts";
import { definitions, rawField } from "../../wire/definitions.ts";
import { RUNS } from "../../wire/property.ts";
import { reportOf, TODAY, values } from "./scene.ts";

const three = {
  tty: rawField("t", "boolean"),
  command: rawField("c", "choice", { values: values(7) }),
  files: rawField("f", "bucket", { bounds: [1, 2, 3] }),
};

describe("the combinations of a report's values", () => {
  it("are the product of what its fields can say", () => {
    // 2 * 8 * 4 = 64
    expect(combinationsOf(reportOf(three), TODAY)).toEqual({ possibleBits: 6, bits: 6, lastingBits: 6, assumed: [] });
    const standard = { age: rawField("a", "age"), platform: rawField("p", "platform", { values: values(3) }) };
    expect(combinationsOf(reportOf(standard), TODAY).bits).toBe(4);
    expect(combinationsOf(reportOf({ runner: rawField("r", "runner") }), TODAY).bits).toBe(Math.log2(5));
  });

  it("have of the fields that rotate only one, the one that can say most", () => {
    // 2 * max(8, 4) = 16
    expect(combinationsOf(reportOf(three, ["command", "files"]), TODAY).bits).toBe(4);
    expect(combinationsOf(reportOf(three, ["tty", "command", "files"]), TODAY).bits).toBe(3);
  });

  it("count each count from 0 to its clip, and apart from what lasts", () => {
    const fields = {
      tty: rawField("t", "boolean"),
      runs: rawField("n", "counter", { max: 15 }),
      errors: rawField("e", "counter", { max: 3, values: values(2) }),
    };
    // 2 * 16 * 4^3 = 2^11
    expect(combinationsOf(reportOf(fields), TODAY)).toMatchObject({ possibleBits: 11, bits: 11, lastingBits: 1 });
  });

  it("take 32 versions to be in use and a session's number for nothing, and say so", () => {
    const report = reportOf({ version: rawField("v", "version"), session: rawField("s", "session") });
    const { bits, assumed } = combinationsOf(report, TODAY);
    expect([bits, assumed.map(({ name }) => name)]).toEqual([5, ["version", "session"]]);
  });

  it("have no expired field", () => {
    const fields = { ...three, tty: rawField("t", "boolean", { expires: "2026-11-25" }) };
    expect(combinationsOf(reportOf(fields), TODAY).bits).toBe(5);
  });

  it("tell less behind noise", () => {
    const noisy = { ...three, command: rawField("c", "choice", { values: values(7), epsilon: 2 }) };
    const { possibleBits, bits } = combinationsOf(reportOf(noisy), TODAY);
    expect(possibleBits).toBe(6);
    expect(bits).toBeCloseTo(3 + noisyBits(8, 2), 12);
  });

  it("are numbers for every definition, and noise never adds to them", () => {
    fc.assert(
      fc.property(definitions, (raw) => {
        for (const report of parseDefinition(JSON.stringify(raw)).reports) {
          const { possibleBits, bits, lastingBits } = combinationsOf(report, TODAY);
          expect(possibleBits).toBeLessThan(Infinity);
          expect(bits).toBeLessThanOrEqual(possibleBits + 1e-9);
          expect(lastingBits).toBeLessThanOrEqual(bits + 1e-9);
          expect(lastingBits).toBeGreaterThanOrEqual(0);
        }
      }),
      { ...RUNS, numRuns: 1000 },
    );
  });
});

describe("randomised response", () => {
  it("keeps the true answer as often as the table of docs/definition.md says", () => {
    const table = [
      [0.5, 62, 35, 19],
      [1, 73, 48, 28],
      [2, 88, 71, 51],
      [4, 98, 95, 89],
    ] as const;
    for (const [epsilon, ...shares] of table) {
      expect([2, 4, 8].map((answers) => Math.round(100 * keptShare(answers, epsilon)))).toEqual(shares);
    }
  });

  it("tells 1 bit less the entropy of the binary channel for two answers", () => {
    // ln 3 keeps 3 of 4: 1 - H(1/4) = 1 - 0.811278...
    expect(noisyBits(2, Math.log(3))).toBeCloseTo(0.188722, 6);
    // Four answers, ln 3 keeps 1/2, each other has 1/6: 2 - (1/2 * 1 + 1/2 * log2 6) = 0.207519
    expect(noisyBits(4, Math.log(3))).toBeCloseTo(0.207519, 6);
  });

  it("tells what the joint distribution says, summed cell by cell", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 65 }), fc.double({ min: 0.01, max: 16, noNaN: true }), (k, epsilon) => {
        const weight = (truth: number, answer: number) => (truth === answer ? Math.exp(epsilon) : 1);
        const total = k * (Math.exp(epsilon) + k - 1);
        let bits = 0;
        for (let truth = 0; truth < k; truth++) {
          for (let answer = 0; answer < k; answer++) {
            const joint = weight(truth, answer) / total;
            bits += joint * Math.log2(joint * k * k);
          }
        }
        expect(noisyBits(k, epsilon)).toBeCloseTo(bits, 9);
      }),
      { ...RUNS, numRuns: 300 },
    );
  });

  it("tells between nothing and everything", () => {
    expect(noisyBits(65, 1e-12)).toBeGreaterThanOrEqual(0);
    expect(noisyBits(65, 1e-12)).toBeLessThan(1e-9);
    expect(noisyBits(2, 16)).toBeLessThanOrEqual(1);
    expect(noisyBits(2, 16)).toBeGreaterThan(0.9999);
  });
});
