import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { heardValues, needsProgram } from "../../../client/report/heard.ts";
import { wireValue } from "../../../client/report/values.ts";
import { rawField } from "../../wire/definitions.ts";
import { reportOf } from "./definition.ts";

const FACTS = { runner: "script", age: 1, platform: "linux-x64", session: null } as const;

const REPORT = reportOf({
  tty: rawField("t", "boolean"),
  command: rawField("c", "choice", { values: ["build", "test"] }),
  version: rawField("v", "version"),
  platform: rawField("p", "platform", { values: ["linux-x64", "darwin-arm64"] }),
  size: rawField("s", "bucket", { bounds: [-3.5, 0, 10, 1e300] }),
  runs: rawField("r", "counter", { max: 10 }),
  age: rawField("a", "age"),
});
const ALL = new Set(REPORT.fields.map(({ name }) => name));

/** What a program might say, right or wrong. */
const said = fc.oneof(
  fc.boolean(),
  fc.constantFrom("build", "test", "other", "linux-x64", "1.2.3", "v01.002.3-rc1", "", "constructor"),
  fc.string(),
  fc.double(),
  fc.integer(),
  fc.constantFrom(null, undefined, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300, -3.5, 2 ** 60),
  fc.array(fc.integer()),
);

describe("what is kept of what a program said", () => {
  it("tells the same as what was said", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...ALL), said), (values) => {
        const heard = JSON.parse(JSON.stringify(heardValues(REPORT, values, ALL)));
        for (const field of REPORT.fields) {
          if (field.kind === "counter") continue;
          const [before, after] = [values[field.name], heard[field.name]];
          expect([field.name, wireValue(field, after, FACTS)]).toEqual([
            field.name,
            wireValue(field, before ?? undefined, FACTS),
          ]);
        }
      }),
    );
  });

  it("holds nothing that a report could not: a range's bound instead of the number, other instead of a secret", () => {
    const values = {
      command: "/home/alice",
      platform: "alice-1",
      version: "1.2.3-alice",
      size: 7,
      tty: "yes",
      age: 4,
      runs: 3,
    };
    expect(heardValues(REPORT, values, ALL)).toEqual({
      command: "other",
      platform: "other",
      version: "1.2.3",
      size: 0,
    });
    expect(heardValues(REPORT, { size: -100 }, ALL)).toEqual({ size: -4 });
  });

  it("is nothing of fields that the user did not agree to, and of what is no object", () => {
    expect(heardValues(REPORT, { tty: true, version: "1.2.3" }, new Set(["tty"]))).toEqual({ tty: true });
    for (const nothing of [null, undefined, "x", 7, Object.create({ tty: true })]) {
      expect(heardValues(REPORT, nothing, ALL)).toEqual({});
    }
  });

  it("is needed for what only the program knows", () => {
    expect(needsProgram(REPORT)).toBe(true);
    const own = {
      runs: rawField("r", "counter", { max: 10 }),
      age: rawField("a", "age"),
      who: rawField("u", "runner"),
    };
    expect(needsProgram(reportOf(own))).toBe(false);
  });
});
