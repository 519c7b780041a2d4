import { readFileSync } from "node:fs";
import { dayOfDate, parseDefinition, parseText, type Report, weekOf } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatValues, parseValues, ReportCheck } from "../../../decoder/checking/reportcheck.ts";

/** The example of docs/definition.md: `weekly`, of which three fields rotate, and `failures` with counters. */
const page = readFileSync(new URL("../../../docs/definition.md", import.meta.url), "utf8");
const [, example = ""] = /```json\n(\{\n {2}"\$schema"[\s\S]*?\n\})\n```/.exec(page) ?? [];
const definition = parseDefinition(example);
const check = new ReportCheck(definition.reports);
const DAY = dayOfDate("2026-11-25") ?? 0;

function ofText(text: string, day = DAY) {
  return check.check(parseText(Buffer.from(text)), day);
}

function valuesOf(text: string, day = DAY): unknown {
  const checked = ofText(text, day);
  return checked.type === "record" ? JSON.parse(formatValues(checked.values)) : checked.reason;
}

describe("a report that the definition allows", () => {
  it("is told by its keys, and read by the names of its fields", () => {
    expect(ofText('{"v":"1.4.2","p":"linux-x64","r":"terminal","a":2,"c":"space"}')).toEqual({
      type: "record",
      report: "weekly",
      window: weekOf(DAY),
      values: new Map<string, unknown>([
        ["version", "1.4.2"],
        ["platform", "linux-x64"],
        ["runner", "terminal"],
        ["age", 2],
        ["padding", "space"],
      ]),
      session: null,
    });
  });

  it("tells of the window that it says, counted back from the day of sealing", () => {
    expect(ofText('{"n":4,"e":{},"s":"abcdefg7","w":2}')).toMatchObject({
      report: "failures",
      window: DAY - 2,
      session: "abcdefg7",
    });
    expect(ofText('{"n":4}')).toMatchObject({ window: DAY });
  });

  it("may leave fields out", () => {
    expect(valuesOf('{"a":4}')).toEqual({ age: 4 });
    expect(valuesOf('{"w":1,"n":0}')).toEqual({ runs: 0 });
  });

  it("adds no more than the definition lets one report add", () => {
    expect(valuesOf('{"n":999999,"e":{"E_WIDTH":100,"other":101,"E_INPUT":0}}')).toEqual({
      runs: 1000,
      errors: { E_WIDTH: 100, other: 100 },
    });
  });

  it("loses what had expired on the day of sealing", () => {
    const expired = dayOfDate("2027-06-01") ?? 0;
    const text = '{"v":"1.0.0","c":"zero"}';
    expect(valuesOf(text, expired - 1)).toEqual({ version: "1.0.0", padding: "zero" });
    expect(valuesOf(text, expired)).toEqual({ version: "1.0.0" });
  });

  it("comes to the same values whatever the order and form of its JSON", () => {
    const members = ['"v":"1.4.2"', '"p" : "linux-x64"', '"\\u0072":"ci"', '"a":1.0e0', '"t":true'];
    const expected = formatValues(
      new Map<string, string | number | boolean>([
        ["version", "1.4.2"],
        ["platform", "linux-x64"],
        ["runner", "ci"],
        ["age", 1],
        ["colour", true],
      ]),
    );
    fc.assert(
      fc.property(fc.shuffledSubarray(members, { minLength: members.length }), (order) => {
        const checked = ofText(`{${order.join(",")}}`);
        expect(checked.type === "record" && formatValues(checked.values)).toBe(expected);
      }),
    );
    expect(formatValues(parseValues(expected))).toBe(expected);
  });
});

describe("a report that the definition does not allow", () => {
  it.each([
    ["a key that nobody declared", '{"v":"1.0.0","zz":1}', "it has keys that no report has, or that none has together"],
    ["keys of two reports", '{"v":"1.0.0","n":1}', "it has keys that no report has, or that none has together"],
    ["a value that is not listed", '{"p":"plan9-x64"}', "weekly.platform is not one of its values"],
    ["a value in another letter case", '{"c":"Space"}', "weekly.padding is not one of its values"],
    ["a range that is none", '{"l":5}', "weekly.width is not one of its ranges"],
    ["half a range", '{"l":0.5}', "weekly.width is not one of its ranges"],
    ["a string for a boolean", '{"t":"true"}', "weekly.colour is not a boolean"],
    ["a version that no client writes", '{"v":"01.2.3"}', "weekly.version is not a version"],
    ["more than a version", '{"v":"1.2.3-beta"}', "weekly.version is not a version"],
    ["an age beyond the steps", '{"a":5}', "weekly.age is not one of four steps"],
    ["a runner that is none", '{"r":"robot"}', "weekly.runner is not a runner"],
    ["a count below nothing", '{"n":-1}', "failures.runs is not a count"],
    ["minus nothing", '{"n":-0}', "failures.runs is not a count"],
    ["counts of what is not listed", '{"e":{"E_OTHER":1}}', "failures.errors is not a count for each of its values"],
    ["a count of counts", '{"e":[1]}', "failures.errors is not a count for each of its values"],
    ["a count for a listed counter", '{"e":1}', "failures.errors is not a count for each of its values"],
    ["a session of another form", '{"n":1,"s":"ABCDEFGH"}', "failures.session is not a session"],
    [
      "two fields that rotate",
      '{"c":"zero","t":true}',
      "weekly has more than one of the fields of which each report carries one",
    ],
    ["a window that is too far back", '{"n":1,"w":4}', "failures.w is not how many windows ago something was counted"],
    ["the present window by number", '{"n":1,"w":0}', "failures.w is not how many windows ago something was counted"],
    [
      "a window back without counters",
      '{"v":"1.0.0","w":1}',
      "weekly.w is not how many windows ago something was counted",
    ],
    ["nothing, which each report can be", "{}", "it may be more than one report"],
  ])("%s is rejected with the reason", (_what, text, reason) => {
    expect(ofText(text)).toEqual({ type: "rejected", reason });
  });

  it("never finds its own words in the reason", () => {
    const report = fc.dictionary(fc.constantFrom("v", "p", "n", "e", "s", "w", "xq"), fc.jsonValue({ maxDepth: 2 }));
    const reasons = new Set<string>();
    fc.assert(
      fc.property(report, (value) => {
        const checked = check.check(value as Report, DAY);
        if (checked.type === "rejected") reasons.add(checked.reason);
      }),
      { numRuns: 1000, seed: 14 },
    );
    const bySender = [...reasons].filter(
      (reason) => !/^(it (has|may)|(weekly|failures)(\.| has more than one))/.test(reason),
    );
    expect(bySender).toEqual([]);
    expect(reasons.size).toBeLessThan(12);
  });
});

describe("reports that share keys", () => {
  const shared = { description: "", reason: "", owner: "", expires: 65_000 };
  const version = { ...shared, name: "version", key: "v", kind: "version" as const };
  const runs = { ...shared, name: "runs", key: "n", kind: "counter" as const, max: 10 };
  const age = { ...shared, name: "age", key: "a", kind: "age" as const };
  const base = { window: "week" as const, description: "", rotate: [] };
  const both = new ReportCheck([
    { ...base, name: "usage", fields: [version, runs] },
    { ...base, name: "stay", fields: [version, age] },
  ]);

  it("are the one of which fewest fields are left out", () => {
    expect(both.check({ v: "1.0.0", n: 1 }, DAY)).toMatchObject({ report: "usage" });
    expect(both.check({ v: "1.0.0", a: 1 }, DAY)).toMatchObject({ report: "stay" });
  });

  it("are rejected where that leaves several", () => {
    expect(both.check({ v: "1.0.0" }, DAY)).toEqual({ type: "rejected", reason: "it may be more than one report" });
  });

  it("go by their values where one of them cannot hold these", () => {
    expect(both.check({ v: "1.0.0", w: 1 }, DAY)).toMatchObject({ report: "usage" });
  });
});
