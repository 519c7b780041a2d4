import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, describe, it } from "node:test";
import { TestTelemetry } from "@sotto/client/testing";
import { greetProgram } from "../greet.js";
import { DEFINITION, VERSION } from "../telemetry.js";

let test;

/** Begins a user's installation of greet on a Monday, with files in a temporary folder; nothing leaves the process. */
async function begin(surroundings, changes) {
  const definition = { ...JSON.parse(readFileSync(DEFINITION, "utf8")), ...changes };
  test = await TestTelemetry.begin(definition, { day: "2026-11-23", ...surroundings });
}

/** One run of greet, as the user types it. */
async function run(...argv) {
  const printed = [];
  const telemetry = test.open();
  await greetProgram(telemetry, (text) => printed.push(text)).parseAsync(argv, { from: "user" });
  await telemetry.close();
  return printed.join("\n");
}

describe("greet's telemetry", () => {
  afterEach(() => test.end());

  it("tells version, platform, age and runner once a week, whatever was greeted", async () => {
    await begin();
    assert.equal(await run("hello", "Ada", "--language", "de"), "Hallo, Ada!");
    await run("bye", "Ada");
    const [report, ...more] = await test.sent();
    assert.deepEqual(report.values, { v: VERSION, p: "linux-x64", a: 1, r: "terminal" });
    assert.deepEqual(more, []);
    assert.ok(!report.text.includes("Ada"));
  });

  it("tells in the week after how often each command was run", async () => {
    await begin();
    await run("hello");
    await run("hello");
    await run("bye");
    await test.sent();
    test.advance(7);
    await run("bye");
    const values = (await test.sent()).map((report) => report.values);
    assert.deepEqual(
      values.find(({ c }) => c !== undefined),
      { c: { hello: 2, bye: 1 }, w: 1 },
    );
  });

  for (const consent of ["unset", "denied"]) {
    it(`tells nothing, and works as ever, when consent is ${consent}`, async () => {
      await begin({ consent });
      assert.equal(await run("hello"), "Hello, world!");
      assert.deepEqual(await test.sent(), []);
    });
  }

  it("tells that a CI job ran it, where somebody agreed for the job", async () => {
    // Of CI jobs only a sample reports, one in sixteen; in this test each does.
    await begin({ runner: "ci", environment: { SOTTO_TELEMETRY: "on" } }, { ciSample: 1 });
    await run("hello");
    assert.deepEqual(
      (await test.sent()).map(({ values }) => values.r),
      ["ci"],
    );
  });
});
