import { parseDefinition } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkDefinition } from "../../../client/check/check.ts";
import { byLevel, countedLevels, LEVELS } from "../../../client/check/finding.ts";
import { definitions, keyText, type Raw, rawField } from "../../wire/definitions.ts";
import { RUNS } from "../../wire/property.ts";
import { day, quiet, read, TODAY, values } from "./scene.ts";

/** What is found beyond the two notes that every report has, as lines. */
function found(raw: Raw, today = TODAY): string[] {
  return checkDefinition(read(raw), today)
    .filter(
      ({ message }) =>
        !/^has (at most \d+ octets(, taking versions up to 999\.999\.999)?: one frame$|\d+ combinations? of values, [\d.]+ bits$)/.test(
          message,
        ),
    )
    .map(({ level, path, message }) => `${level}: ${path} ${message}`);
}

const keys = (...epochs: [from: string, until: string][]) => ({
  keys: epochs.map(([from, until], index) => ({ key: keyText(index), from, until })),
});
const expiring = (expires: string) => quiet({ tty: rawField("t", "boolean", { expires }) });
const place = "reports.weekly.fields.tty";
const choice = (key: string, count: number, members: Raw = {}) =>
  rawField(key, "choice", { values: values(count), ...members });

/** Reports by the names of weekly and other. */
const twoReports = (weekly: Raw, other: Raw) => {
  const base = quiet(weekly) as { reports: { weekly: Raw } };
  return { ...base, reports: { weekly: base.reports.weekly, other: { ...base.reports.weekly, fields: other } } };
};

const NONE: string[] = [];
const CASES: readonly [what: string, raw: Raw, expected: string[]][] = [
  ["a definition with nothing wrong", quiet(), NONE],
  [
    "consent by notice",
    quiet(undefined, { consent: "notice" }),
    ["note: consent is notice, which users of other programs have complained of most; some law asks for a yes"],
  ],
  ["consent by asking", quiet(undefined, { consent: "ask" }), NONE],
  [
    "a zone without ack and bits",
    quiet(undefined, { zones: [{ zone: "r.example.net" }] }),
    ["note: zones[0] has no ack and no bits: the zone's policy record decides"],
  ],
  [
    "a zone without ack",
    quiet(undefined, { zones: [{ zone: "r.example.net", bits: 0 }] }),
    ["note: zones[0] has no ack: the zone's policy record decides"],
  ],
  [
    "a zone without bits",
    quiet(undefined, { zones: [{ zone: "r.example.net", ack: ["192.0.2.1"] }] }),
    ["note: zones[0] has no bits: the zone's policy record decides"],
  ],
  ["no reports", quiet(undefined, { reports: {} }), ["note: reports is empty: nothing is collected"]],
  [
    "reports that decoders cannot tell apart",
    twoReports({ dark: rawField("d", "boolean"), tty: rawField("t", "boolean") }, { dark: rawField("d", "boolean") }),
    ["warning: reports.other has no key that reports.weekly lacks: decoders cannot always tell them apart"],
  ],
  [
    "reports with the same keys",
    twoReports({ tty: rawField("t", "boolean") }, { colour: rawField("t", "boolean") }),
    ["warning: reports.weekly has no key that reports.other lacks: decoders cannot always tell them apart"],
  ],
  [
    "reports each with a key of its own",
    twoReports(
      { dark: rawField("d", "boolean"), tty: rawField("t", "boolean") },
      { dark: rawField("d", "boolean"), colour: rawField("c", "boolean") },
    ),
    NONE,
  ],
  ["no keys", quiet(undefined, keys()), ["error: keys cover neither today nor a later day: nothing is sent"]],
  [
    "keys that are over",
    quiet(undefined, keys(["2026-11-16", "2026-11-23"])),
    ["error: keys cover neither today nor a later day: nothing is sent"],
  ],
  [
    "keys that begin later",
    quiet(undefined, keys(["2026-11-30", "2028-11-27"])),
    ["error: keys do not cover today: nothing is sent before 2026-11-30"],
  ],
  [
    "keys with a gap",
    quiet(undefined, keys(["2027-03-01", "2028-11-27"], ["2026-11-23", "2027-02-01"])),
    ["error: keys leave a gap from 2027-02-01 to 2027-03-01, in which nothing is sent"],
  ],
  [
    "keys that overlap, and one within another",
    quiet(undefined, keys(["2026-11-23", "2027-11-01"], ["2026-11-30", "2026-12-07"], ["2027-10-25", "2028-11-27"])),
    NONE,
  ],
  ["a gap in the past", quiet(undefined, keys(["2026-01-05", "2026-01-12"], ["2026-11-23", "2028-11-27"])), NONE],
  [
    "keys that end in 89 days",
    quiet(undefined, keys(["2026-11-23", "2027-02-22"])),
    ["warning: keys run out on 2027-02-22, in 89 days: from then on nothing is sent"],
  ],
  ["keys that end in 96 days", quiet(undefined, keys(["2026-11-23", "2027-03-01"])), NONE],
  [
    "a field that expired today",
    expiring("2026-11-25"),
    [
      "warning: reports.weekly has no field that is not expired: it is not sent any more",
      `warning: ${place}.expires was 2026-11-25, so the field is left out of reports`,
    ],
  ],
  ["a field that expires tomorrow", expiring("2026-11-26"), [`note: ${place}.expires is 2026-11-26, in 1 day`]],
  ["a field that expires in 90 days", expiring("2027-02-23"), [`note: ${place}.expires is 2027-02-23, in 90 days`]],
  ["a field that expires in 91 days", expiring("2027-02-24"), NONE],
  ["a field that expires in two years", expiring("2028-11-25"), NONE],
  [
    "a field that expires later",
    expiring("2028-11-26"),
    [`warning: ${place}.expires is 2028-11-26, more than two years ahead`],
  ],
  [
    "epsilon 4",
    quiet({ tty: rawField("t", "boolean", { epsilon: 4 }) }),
    ["note: reports.weekly has 2 combinations of values, 0.9 bits, behind its noise"],
  ],
  [
    "epsilon above 4",
    quiet({ tty: rawField("t", "boolean", { epsilon: 4.5 }) }),
    [
      "note: reports.weekly has 2 combinations of values, 0.9 bits, behind its noise",
      `warning: ${place}.epsilon is 4.5; above 4 noise hardly protects anybody`,
    ],
  ],
  [
    "a session",
    quiet({ tty: rawField("s", "session") }),
    [
      "note: reports.weekly has 1 combination of values, 0.0 bits, the session's random number apart",
      `warning: ${place} links the reports of one session with each other, which nothing else does`,
    ],
  ],
  [
    "an expired session, which is in no report",
    quiet({ a: rawField("a", "age"), tty: rawField("s", "session", { expires: "2026-01-01" }) }),
    [`warning: ${place}.expires was 2026-01-01, so the field is left out of reports`],
  ],
  [
    "an expired field that rotates",
    quiet(
      { a: rawField("a", "age"), tty: rawField("t", "boolean", { expires: "2026-01-01" }) },
      {},
      { rotate: ["a", "tty"] },
    ),
    [`warning: ${place}.expires was 2026-01-01, so the field is left out of reports; take it out of rotate, too`],
  ],
  [
    "a version",
    quiet({ v: rawField("v", "version") }),
    ["note: reports.weekly has 32 combinations of values, 5.0 bits, taking 32 versions to be in use"],
  ],
  [
    "counts",
    quiet({ t: rawField("t", "boolean"), n: rawField("n", "counter", { max: 1023 }) }),
    [
      "note: reports.weekly has about 2,050 combinations of values, 11.0 bits, 1.0 of them lasting, the others counts of one window",
    ],
  ],
  [
    "counts beyond all numbers",
    quiet({ n: rawField("n", "counter", { max: 1_000_000, values: values(40, 2) }) }),
    [
      "note: reports.weekly has at most 549 octets: 11 frames; one holds 63",
      "note: reports.weekly has 2^817 combinations of values, 817.2 bits, 0.0 of them lasting, the others counts of one window",
      "warning: reports come to 11 frames a week; more than 2 are slow to send, and seen by resolvers",
    ],
  ],
  [
    "1024 combinations",
    quiet({ a: choice("a", 31), b: choice("b", 31) }),
    ["note: reports.weekly has about 1,020 combinations of values, 10.0 bits"],
  ],
  [
    "more than that",
    quiet({ a: choice("a", 31), b: choice("b", 32) }),
    [
      "note: reports.weekly has about 1,060 combinations of values, 10.0 bits: rare ones single installations out; rotate fields, or list fewer values",
    ],
  ],
  [
    "65,536 combinations",
    quiet({ a: choice("a", 63), b: choice("b", 63), c: choice("c", 15) }),
    [
      "note: reports.weekly has about 65,500 combinations of values, 16.0 bits: rare ones single installations out; rotate fields, or list fewer values",
    ],
  ],
  [
    "more than that",
    quiet({ a: choice("a", 63), b: choice("b", 63), c: choice("c", 16) }),
    [
      "warning: reports.weekly has about 69,600 combinations of values, 16.1 bits: most installations are alone with theirs; rotate fields, or list fewer values",
    ],
  ],
  [
    "the same, rotating",
    quiet({ a: choice("a", 63), b: choice("b", 63), c: choice("c", 16) }, {}, { rotate: ["a", "b", "c"] }),
    NONE,
  ],
  [
    "the same behind noise",
    quiet({ a: choice("a", 63, { epsilon: 1 }), b: choice("b", 63), c: choice("c", 16) }),
    [
      "note: reports.weekly has about 69,600 combinations of values, 10.1 bits, behind its noise: rare ones single installations out; rotate fields, or list fewer values",
    ],
  ],
  [
    "64 octets",
    quiet({
      a: rawField("a", "choice", { values: ["v".repeat(32)] }),
      b: rawField("b", "choice", { values: ["v".repeat(17)] }),
    }),
    ["note: reports.weekly has at most 64 octets: 2 frames; one holds 63"],
  ],
  [
    "63 octets",
    quiet({
      a: rawField("a", "choice", { values: ["v".repeat(32)] }),
      b: rawField("b", "choice", { values: ["v".repeat(16)] }),
    }),
    NONE,
  ],
];

describe("sotto-client check finds", () => {
  it.each(CASES)("in %s what is to be found", (_, raw, expected) => {
    expect(found(raw)).toEqual(expected);
  });

  it("a report that no message can hold", () => {
    const fields = Object.fromEntries(
      Array.from({ length: 22 }, (_, at) => [`f${at}`, rawField(`k${at}`, "choice", { values: ["v".repeat(32)] })]),
    );
    expect(found(quiet(fields))).toContain("error: reports.weekly can have 893 octets; more than 864 cannot be sent");
  });

  it("three frames a window, but not two, and not those of other windows", () => {
    const report = (window: string, key: string, name: string) => ({
      window,
      description: "x",
      fields: { [name]: rawField(key, "boolean") },
    });
    const week = ["a", "b", "c"].map((key) => [key, report("week", key, key)]);
    const days = ["d", "e", "f"].map((key) => [key, report("day", key, key)]);
    const reports = (list: unknown[][]) => quiet(undefined, { reports: Object.fromEntries(list) });
    expect(found(reports([...week.slice(1), ...days.slice(1)]))).toEqual([]);
    expect(found(reports([...week, ...days]))).toEqual([
      "warning: reports come to 3 frames a week; more than 2 are slow to send, and seen by resolvers",
      "warning: reports come to 3 frames a day; more than 2 are slow to send, and seen by resolvers",
    ]);
  });

  it("every report's size and combinations", () => {
    const fields = { tty: rawField("t", "boolean"), age: rawField("a", "age") };
    expect(checkDefinition(read(quiet(fields)), TODAY)).toEqual([
      { level: "note", path: "reports.weekly", message: "has at most 17 octets: one frame" },
      { level: "note", path: "reports.weekly", message: "has 8 combinations of values, 3.0 bits" },
    ]);
  });

  it("the same in any definition on any day without failing, in one line each", () => {
    fc.assert(
      fc.property(definitions, fc.integer({ min: 0, max: 30_000 }), (raw, today) => {
        const findings = checkDefinition(parseDefinition(JSON.stringify(raw)), today);
        for (const { level, path, message } of findings) {
          expect(LEVELS).toContain(level);
          expect(`${path} ${message}`).not.toMatch(/[\p{Cc}\n]|NaN|undefined|Infinity/u);
        }
        expect(byLevel(findings)).toHaveLength(findings.length);
      }),
      { ...RUNS, numRuns: 1000 },
    );
  });
});

describe("findings", () => {
  const levels = (...list: (typeof LEVELS)[number][]) => list.map((level) => ({ level, path: "", message: "" }));

  it("are sorted by what they matter, and counted", () => {
    const findings = levels("note", "error", "warning", "note");
    expect(byLevel(findings).map(({ level }) => level)).toEqual(["error", "warning", "note", "note"]);
    expect(countedLevels(findings)).toBe("1 error, 1 warning, 2 notes");
    expect([countedLevels([]), countedLevels(levels("warning"))]).toEqual(["nothing found", "1 warning"]);
    expect(day("2026-11-25")).toBe(TODAY);
  });
});
