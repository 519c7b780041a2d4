import type { Field } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import type { Counts } from "../../../client/report/activity.ts";
import { composeReport, type Draws, type ReportInput } from "../../../client/report/compose.ts";
import { answersOf, type ClientFacts, valueText, wireValue } from "../../../client/report/values.ts";
import type { Raw } from "../../wire/definitions.ts";
import { fieldOf, reportOf, TODAY } from "./definition.ts";
import { seeded, tape } from "./randomness.ts";
import { clientVectors } from "./vectors.ts";

interface Vectors {
  values: { field: Raw & { kind: string }; raw: unknown; wire: unknown }[];
  reports: {
    what: string;
    fields: Raw;
    granted: string[];
    application: unknown;
    counts: Counts;
    back: number;
    text: string | null;
  }[];
}

const vectors = clientVectors<Vectors>("values");
const client: ClientFacts = { runner: "ci", age: 2, platform: "linux-x64", session: "abcdefg7" };
const none = tape("").random;

function fieldFrom({ kind, ...members }: Raw & { kind: string }): Exclude<Field, { kind: "counter" }> {
  const [field] = reportOf({ f: fieldOf("f", kind, members) }).fields;
  if (field === undefined || field.kind === "counter") throw new Error("a counter is counted, not told");
  return field;
}

function inputOf(report: ReportInput["report"], more: Partial<ReportInput> = {}): ReportInput {
  const granted = new Set(report.fields.map(({ name }) => name));
  const due = { window: 2968, back: 0 };
  return { report, due, day: TODAY, granted, application: {}, counts: {}, client, draws: null, ...more };
}

function textOf(input: ReportInput): string | null {
  const { outcome } = composeReport(input, none);
  return outcome.type === "text" ? outcome.text : null;
}

describe("values on the wire", () => {
  it.each(vectors.values)("$field.kind, $raw: $wire", ({ field, raw, wire }) => {
    expect(wireValue(fieldFrom(field), raw ?? undefined, client)).toEqual(wire);
  });

  it("leave numbers out that are none, and take the infinite ones for large", () => {
    const field = fieldFrom({ kind: "bucket", bounds: [1, 10] });
    expect(wireValue(field, Number.NaN, client)).toBeNull();
    expect(wireValue(field, Number.POSITIVE_INFINITY, client)).toBe(2);
    expect(wireValue(field, Number.NEGATIVE_INFINITY, client)).toBe(0);
  });

  it("leave a session out that is none", () => {
    for (const session of [null, "", "ABCDEFGH"]) {
      expect(wireValue(fieldFrom({ kind: "session" }), undefined, { ...client, session })).toBeNull();
    }
  });

  it("look at no more of a huge string than they need", () => {
    const huge = "1".repeat(30_000_000);
    expect(wireValue(fieldFrom({ kind: "version" }), `1.4.2-${huge}`, client)).toBe("1.4.2");
    expect(wireValue(fieldFrom({ kind: "version" }), huge, client)).toBeNull();
    expect(wireValue(fieldFrom({ kind: "choice", values: ["a"] }), huge, client)).toBe("other");
  });
});

describe("a report's text", () => {
  it.each(vectors.reports)("$what", ({ fields, granted, application, counts, back, text }) => {
    const due = { window: 2968 - back, back };
    const input = inputOf(reportOf(fields), { due, granted: new Set(granted), application, counts });
    expect(textOf(input)).toBe(text);
  });

  it("says what it leaves out, and why", () => {
    const report = reportOf(
      {
        old: fieldOf("o", "boolean", { expires: "2026-11-23" }),
        new: fieldOf("n", "boolean"),
        silent: fieldOf("s", "boolean"),
        one: fieldOf("a", "boolean"),
        two: fieldOf("b", "boolean"),
      },
      ["one", "two"],
    );
    const application = { old: true, new: true, one: true, two: false };
    const input = inputOf(report, { application, granted: new Set(["old", "silent", "one", "two"]) });
    expect(composeReport(input, tape("01").random)).toEqual({
      outcome: {
        type: "text",
        text: '{"b":false}',
        leftOut: [
          { field: "old", reason: "expired" },
          { field: "new", reason: "not-granted" },
          { field: "silent", reason: "no-value" },
          { field: "one", reason: "not-drawn" },
        ],
      },
      draws: { window: 2968, rotated: "two", answers: {} },
    });
  });

  it("is not made when it would not fit sixteen parts", () => {
    const values = Array.from({ length: 64 }, (_, index) => `${index}`.padStart(32, "x"));
    const report = reportOf({ errors: fieldOf("e", "counter", { max: 9, values }) });
    const counts = { errors: Object.fromEntries(values.map((value) => [value, 1])) };
    const { outcome } = composeReport(inputOf(report, { counts }), none);
    expect(outcome).toEqual({ type: "too-long", octets: 2 + 4 + 2 + 64 * 36 + 63, leftOut: [] });
  });
});

describe("what is drawn", () => {
  const report = reportOf(
    {
      tty: fieldOf("t", "boolean", { epsilon: 0.5 }),
      command: fieldOf("c", "choice", { values: ["build", "test"], epsilon: 0.5 }),
      files: fieldOf("f", "bucket", { bounds: [1, 10], epsilon: 0.5 }),
      one: fieldOf("a", "version"),
      two: fieldOf("b", "version"),
    },
    ["one", "two"],
  );
  const application = { tty: true, command: "build", files: 5, one: "1.2.3", two: "4.5.6" };

  it("holds for the window, whatever the truth becomes, and is drawn anew for the next", () => {
    const random = seeded("draws");
    const texts = new Set<string>();
    let draws: Draws | null = null;
    for (let window = 2968; window < 3368; window++) {
      const input = inputOf(report, { application, due: { window, back: 0 }, draws });
      const first = composeReport(input, random);
      texts.add(first.outcome.type === "text" ? first.outcome.text : "");
      const later = { ...application, tty: false, command: "test", files: 50 };
      // No octet is left to read: nothing may be drawn a second time.
      const again = composeReport(
        { ...input, application: later, draws: JSON.parse(JSON.stringify(first.draws)) },
        none,
      );
      expect(again).toEqual(first);
      draws = first.draws;
    }
    expect(texts.size).toBe(2 * 3 * 3 * 2);
  });

  it("does not hold when the definition has lost the answer", () => {
    const draws: Draws = { window: 2968, rotated: "two", answers: { tty: true, command: "gone", files: 3 } };
    const { draws: now } = composeReport(inputOf(report, { application, draws }), seeded("lost"));
    expect(now.answers.tty).toBe(true);
    expect(["build", "test", "other"]).toContain(now.answers.command);
    expect([0, 1, 2]).toContain(now.answers.files);
  });

  it("numbers answers in this order", () => {
    expect(report.fields.flatMap((field) => ("epsilon" in field ? [answersOf(field)] : []))).toEqual([
      [false, true],
      ["build", "test", "other"],
      [0, 1, 2],
    ]);
  });

  it("keeps the order of listed values that look like numbers", () => {
    expect(
      valueText([
        ["b", 1],
        ["10", 2],
        ["2", 3],
      ]),
    ).toBe('{"b":1,"10":2,"2":3}');
  });
});
