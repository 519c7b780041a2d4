import { makeBlocks, parseDefinition } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { framesOf, largestReport } from "../../../client/check/size.ts";
import { definitions, type Raw, rawField } from "../../wire/definitions.ts";
import { RUNS } from "../../wire/property.ts";
import { anyReport } from "./reporting.ts";
import { reportOf, TODAY, values } from "./scene.ts";

/** Every combination, one of each list. */
function combinations(lists: readonly (readonly unknown[])[]): unknown[][] {
  return lists.reduce<unknown[][]>((all, list) => all.flatMap((head) => list.map((item) => [...head, item])), [[]]);
}

/** The longest of all texts that can be put together, by trying them. */
function longestByHand(candidates: Readonly<Record<string, readonly unknown[]>>): number {
  const keys = Object.keys(candidates);
  const texts = combinations(Object.values(candidates)).map((row) => {
    return JSON.stringify(Object.fromEntries(keys.map((key, index) => [key, row[index]])));
  });
  return Math.max(...texts.map((text) => Buffer.byteLength(text)));
}

const RUNNERS = ["ci", "agent", "container", "terminal", "script"];
const KINDS: readonly [string, Raw, readonly unknown[]][] = [
  ["boolean", {}, [true, false]],
  ["choice", { values: ["a", "verify", "b"] }, ["a", "verify", "b", "other"]],
  ["choice", { values: ["a", "b"] }, ["a", "b", "other"]],
  ["platform", { values: ["linux-x64"] }, ["linux-x64", "other"]],
  ["version", {}, ["0.0.0", "1.4.2", "2026.11.23", "999.999.999"]],
  ["bucket", { bounds: [1, 2, 3] }, [0, 1, 2, 3]],
  ["bucket", { bounds: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] }, [0, 9, 10]],
  ["age", {}, [1, 2, 3, 4]],
  ["runner", {}, RUNNERS],
  ["session", {}, ["k7q2mfxa", "aaaaaaaa"]],
];

describe("the largest text of a report", () => {
  it.each(KINDS)("holds the longest value of a %s %j", (kind, members, candidates) => {
    const report = reportOf({ field: rawField("k1", kind, members) });
    expect(largestReport(report, TODAY)?.octets).toBe(longestByHand({ k1: candidates }));
  });

  it("holds all fields at their longest at once, tried out", () => {
    const fields = Object.fromEntries(
      KINDS.map(([kind, members], at) => [`f${at}`, rawField(`k${at}`, kind, members)]),
    );
    const candidates = Object.fromEntries(KINDS.map(([, , list], at) => [`k${at}`, list]));
    expect(largestReport(reportOf(fields), TODAY)?.octets).toBe(longestByHand(candidates));
  });

  it("holds counts at their clip, for each listed value and other, and how many windows back", () => {
    const plain = reportOf({ runs: rawField("n", "counter", { max: 1000 }) });
    expect(largestReport(plain, TODAY)?.octets).toBe(longestByHand({ n: [0, 999, 1000], w: [1, 2, 3] }));
    const listed = reportOf({ errors: rawField("e", "counter", { max: 50, values: ["E_IO", "E_NET"] }) });
    const counts = combinations([
      [0, 50],
      [0, 50],
      [0, 50],
    ]).map(([io, net, other]) => ({ E_IO: io, E_NET: net, other }));
    expect(largestReport(listed, TODAY)?.octets).toBe(longestByHand({ e: counts, w: [3] }));
    expect(largestReport(listed, TODAY)?.text).toBe('{"e":{"E_IO":50,"E_NET":50,"other":50},"w":3}');
  });

  it("holds one of the fields that rotate, the longest", () => {
    const fields = {
      tty: rawField("t", "boolean"),
      short: rawField("s", "choice", { values: ["a"] }),
      long: rawField("l", "choice", { values: ["longest"] }),
      middle: rawField("m", "runner"),
    };
    const report = reportOf(fields, ["short", "long", "middle"]);
    expect(largestReport(report, TODAY)?.text).toBe('{"t":false,"m":"container"}');
  });

  it("says windows back whichever field was drawn, since the whole report is of that window", () => {
    const fields = { runs: rawField("n", "counter", { max: 9 }), runner: rawField("r", "runner") };
    expect(largestReport(reportOf(fields, ["runs", "runner"]), TODAY)?.text).toBe('{"r":"container","w":3}');
  });

  it("holds no expired field, and is none when all expired", () => {
    const old = { expires: "2026-11-25" };
    const fields = { tty: rawField("t", "boolean", old), age: rawField("a", "age") };
    expect(largestReport(reportOf(fields), TODAY)?.text).toBe('{"a":4}');
    expect(largestReport(reportOf({ tty: fields.tty }), TODAY)).toBeNull();
    expect(largestReport(reportOf(fields, ["tty", "age"]), TODAY)?.text).toBe('{"a":4}');
  });

  it("takes as many frames as sealing makes of it", () => {
    for (let octets = 8; octets <= 864; octets++) {
      const text = Buffer.from(JSON.stringify({ k: "x".repeat(octets - 8) }));
      expect(framesOf(octets)).toBe(makeBlocks(text, TODAY).length);
    }
    expect([framesOf(63), framesOf(64), framesOf(864), framesOf(865)]).toEqual([1, 2, 16, 17]);
  });

  it("is too long for a message with more than sixteen parts", () => {
    const sized = (length: number) => {
      const fields = Object.fromEntries(
        Array.from({ length: 20 }, (_, at) => {
          return [`f${at}`, rawField(`k${at}`, "choice", { values: values(1, at < 19 ? 32 : length) })];
        }),
      );
      return largestReport(reportOf(fields), TODAY);
    };
    // Twenty fields come to 20 * 40 + 10 + 1 octets: the last one decides.
    expect(sized(32)).toMatchObject({ octets: 811, frames: 16, isTooLong: false });
    const most = values(1, 32);
    const fields = Object.fromEntries(
      Array.from({ length: 22 }, (_, at) => [`f${at}`, rawField(`k${at}`, "choice", { values: most })]),
    );
    expect(largestReport(reportOf(fields), TODAY)).toMatchObject({ octets: 893, frames: 17, isTooLong: true });
  });

  it("is at least as long as any report, whatever the definition", () => {
    const samples = definitions.chain((raw) => {
      const { reports } = parseDefinition(JSON.stringify(raw));
      const texts = reports.map((report) => anyReport(report, TODAY).map((text) => ({ report, text })));
      return fc.tuple(...texts);
    });
    fc.assert(
      fc.property(samples, (reports) => {
        for (const { report, text } of reports) {
          const size = largestReport(report, TODAY);
          if (text === null) expect(size).toBeNull();
          else expect(size?.octets).toBeGreaterThanOrEqual(Buffer.byteLength(text));
        }
      }),
      { ...RUNS, numRuns: 1000 },
    );
  });
});
