import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { type TestSurroundings, TestTelemetry } from "@sotto/client/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { rawField } from "../../wire/definitions.ts";

const DEFINITION = {
  sotto: 1,
  project: "left-pad",
  zones: [{ zone: "r.example.net" }],
  keys: [],
  ciSample: 1,
  reports: {
    weekly: {
      window: "week",
      description: "x",
      fields: { python: rawField("p", "version"), who: rawField("u", "runner"), age: rawField("a", "age") },
    },
    counts: {
      window: "week",
      description: "x",
      fields: { command: rawField("c", "counter", { max: 100, values: ["build", "test"] }) },
    },
  },
};

async function begin(surroundings: Partial<TestSurroundings> = {}, definition: object = DEFINITION) {
  const test = await TestTelemetry.begin({ ...definition }, { day: "2026-11-23", ...surroundings });
  onTestFinished(() => test.end());
  return test;
}

describe("the testing export", () => {
  it("gives what a run sent, as the project would read it", async () => {
    const test = await begin();
    const telemetry = test.open();
    telemetry.report("weekly", { python: "3.12.1" });
    await telemetry.close();
    const values = { p: "3.12.1", u: "terminal", a: 1 };
    expect(await test.sent()).toEqual([{ day: "2026-11-23", values, text: JSON.stringify(values) }]);
    expect(await test.sent()).toEqual([]);
  });

  it("sends counts in the week after, with all runs added up", async () => {
    const test = await begin();
    for (let run = 0; run < 3; run++) {
      const telemetry = test.open();
      telemetry.count("command", run === 0 ? "test" : "build");
      await telemetry.close();
    }
    expect(await test.sent()).toEqual([]);
    test.advance(7);
    await test.open().close();
    expect(await test.sent()).toEqual([
      { day: "2026-11-30", values: { c: { build: 2, test: 1 }, w: 1 }, text: '{"c":{"build":2,"test":1},"w":1}' },
    ]);
  });

  it("sends once a week, however often a program runs and is waited for", async () => {
    const test = await begin();
    for (let day = 0; day < 14; day++) {
      const telemetry = test.open();
      telemetry.report("weekly", { python: "3.12.1" });
      await telemetry.flush();
      await telemetry.close();
      test.advance(1);
    }
    expect((await test.sent()).map(({ day }) => day)).toEqual(["2026-11-23", "2026-11-30"]);
  });

  it.each([
    ["denied", { consent: "denied" }],
    ["unset", { consent: "unset" }],
    ["by DO_NOT_TRACK", { environment: { DO_NOT_TRACK: "1" } }],
    ["in CI", { runner: "ci" }],
  ] as const)("sends nothing when it is refused: %s", async (_, surroundings) => {
    const test = await begin(surroundings);
    const telemetry = test.open();
    telemetry.report("weekly", { python: "3.12.1" });
    await telemetry.close();
    expect(await test.sent()).toEqual([]);
  });

  it("is CI and an agent when it is told so", async () => {
    for (const runner of ["ci", "agent", "script"] as const) {
      const test = await begin({ runner, environment: { SOTTO_TELEMETRY: "on" } });
      const telemetry = test.open();
      telemetry.report("weekly");
      await telemetry.close();
      expect((await test.sent()).map(({ values }) => values.u)).toEqual([runner]);
    }
  });

  it("puts a report of many parts together", async () => {
    const values = Array.from({ length: 30 }, (_, index) => `command-${index}`);
    const fields = { command: rawField("c", "counter", { max: 100, values }) };
    const test = await begin({}, { ...DEFINITION, reports: { counts: { window: "day", description: "x", fields } } });
    const telemetry = test.open();
    for (const value of values) telemetry.count("command", value);
    await telemetry.close();
    test.advance(1);
    await test.open().close();
    const [report, ...more] = await test.sent();
    expect(report?.values.c).toEqual(Object.fromEntries(values.map((value) => [value, 1])));
    expect(more).toEqual([]);
  });

  it("says what is wrong with a definition, and leaves nothing behind", async () => {
    const ours = () => readdirSync(tmpdir()).filter((name) => name.startsWith("sotto-testing-")).length;
    const before = ours();
    await expect(begin({}, { ...DEFINITION, project: "Left Pad" })).rejects.toThrow("project");
    expect(ours()).toBe(before);
  });
});
