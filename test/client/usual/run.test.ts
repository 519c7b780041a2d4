import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseCollection } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { installationOf } from "../../../client/installation/folder.ts";
import type { JsonObject } from "../../../client/state/file.ts";
import { openTelemetry } from "../../../client/telemetry/running.ts";
import type { Telemetry } from "../../../client/telemetry/telemetry.ts";
import type { World } from "../../../client/telemetry/world.ts";
import { openUsual } from "../../../client/usual/run.ts";
import { rawField } from "../../wire/definitions.ts";
import { RUNS } from "../../wire/property.ts";
import { DEFINITION, Machine, MONDAY, openAsProgram, usualWorld } from "../telemetry/scene.ts";

const WEEK = (MONDAY - 4) / 7;
const MINUTE = (MONDAY * 86_400 + 43_200) / 60;

const { reports } = DEFINITION as unknown as { reports: Record<string, { fields: Record<string, object> }> };

/** The definition of the other tests, also with a session, and with fields that have expired or are new. */
const DEFINITIONS: Record<string, JsonObject> = {
  plain: DEFINITION,
  session: withFields("daily", { session: rawField("z", "session") }),
  expired: withFields("counts", { errors: rawField("e", "counter", { max: 50, expires: "2026-11-23" }) }),
  refined: withFields("counts", { runs: rawField("r", "counter", { max: 10 }) }),
};

function withFields(report: string, fields: Record<string, object>): JsonObject {
  const changed = { ...reports[report], fields: { ...reports[report]?.fields, ...fields } };
  return { ...DEFINITION, reports: { ...reports, [report]: changed } } as unknown as JsonObject;
}

/** What a sender left of one report. */
const kept = (present: number) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant({ reported: [present - 1, present], activity: [], draws: null }) },
    fc.constantFrom(
      { reported: [present - 1], activity: [{ window: present - 1, counts: {} }], draws: null },
      { reported: [present - 2], activity: [{ window: present - 1, counts: { runs: 2 } }], draws: null },
      { reported: [], activity: [null], draws: null },
      null,
    ),
  );

/** Mostly the first, so that many runs are usual ones. */
const mostly = <T>(usual: T, ...others: T[]) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, fc.constantFrom(...others));

const scenes = fc.record({
  definition: fc.constantFrom(...Object.keys(DEFINITIONS)),
  told: mostly("own", "plain"),
  copy: mostly("own", "plain", "none", "stopped"),
  decision: mostly("project", "host", "notice", "denied", "denied to all", "none"),
  variables: mostly({}, { SOTTO_TELEMETRY: "on" }, { LEFT_PAD_TELEMETRY: "no" }, { SOTTO_TELEMETRY: "debug" }),
  administrator: mostly(null, '{"version":1,"telemetry":"off"}', '{"version":1,"telemetry":"on"}', "{"),
  isOptedOut: mostly(false, true),
  isCi: mostly(false, true),
  state: fc.record({ weekly: kept(WEEK), daily: kept(MONDAY), counts: kept(WEEK) }),
  firstDay: mostly(MONDAY - 30, 0),
  days: fc.subarray([MONDAY - 30, MONDAY - 7, MONDAY - 1, MONDAY, MONDAY + 1], { maxLength: 2 }),
  next: mostly(null, '{"version":1,"minute":99999999}', `{"version":1,"minute":${MINUTE + 9}}`, '{"version":1}', "["),
  session: mostly(`{"version":1,"id":"abcdefg7","minute":${MINUTE - 3}}`, "{", '{"version":1,"id":"x","minute":1}'),
  isFull: mostly(false, true),
  calls: fc.array(
    fc.oneof(
      fc.tuple(
        fc.constant("count" as const),
        fc.constantFrom("runs", "errors", "python", "constructor", "none"),
        fc.constantFrom(undefined, "E_IO", "E_NET", "other", "constructor", "x"),
        fc.constantFrom(undefined, 1, 3, 700, 2.5, 0, -1, Number.NaN, Number.POSITIVE_INFINITY),
      ),
      fc.tuple(fc.constant("report" as const), fc.constantFrom("weekly", "daily", "none")),
    ),
    { maxLength: 4 },
  ),
  laterDays: mostly(0, 1),
});

type Scene = typeof scenes extends fc.Arbitrary<infer T> ? T : never;

/** Puts on a machine what a scene says. */
async function furnished(scene: Scene): Promise<Machine> {
  const machine = await Machine.make();
  const own = DEFINITIONS[scene.definition] as JsonObject;
  const by = (name: string) => (name === "own" ? own : DEFINITION);
  if (scene.decision === "project") await machine.grant(by(scene.told));
  if (scene.decision === "denied") await machine.deny();
  if (scene.decision === "denied to all") await machine.denyAll();
  if (scene.decision === "host" || scene.decision === "notice")
    await machine.grantToAll(by(scene.told), scene.decision);
  machine.environment = scene.variables as Record<string, string>;
  machine.isCi = scene.isCi;
  if (scene.isOptedOut) writeFileSync(join(machine.home, ".sotto-opt-out"), "");
  if (scene.administrator !== null) {
    mkdirSync(join(machine.home, "etc"));
    writeFileSync(join(machine.home, "etc", "policy.json"), scene.administrator);
  }
  if (scene.copy === "none") return machine;
  // An earlier run has kept the definition.
  const earlier = machine.environment;
  machine.environment = {};
  await machine.keepCopy(by(scene.copy), scene.copy === "stopped" ? WEEK : null);
  machine.environment = earlier;
  const folder = installationOf(machine.world.places.state, "left-pad")?.path as string;
  const state = { version: 1, firstDay: scene.firstDay, reports: scene.state, merged: [] };
  writeFileSync(join(folder, "state.json"), JSON.stringify(state));
  writeFileSync(join(folder, "session.json"), scene.session);
  const line = '{"counts":{"runs":1}}\n';
  for (const day of scene.days) {
    writeFileSync(join(folder, `counts-${day}.ndjson`), line.repeat(scene.isFull ? 4000 : 1));
  }
  if (scene.next !== null) writeFileSync(join(machine.state, "next.json"), scene.next);
  return machine;
}

/** A run of the program, and what it left. */
async function leftBy(scene: Scene, open: (world: World, raw: JsonObject) => Telemetry) {
  const machine = await furnished(scene);
  const telemetry = open(machine.world, DEFINITIONS[scene.definition] as JsonObject);
  for (const [what, name, value, times] of scene.calls) {
    if (what === "count") telemetry.count(name, value, times);
    else telemetry.report(name, { python: "3.12.1" });
  }
  machine.later(scene.laterDays);
  await telemetry.close();
  const { started, printed } = machine;
  return { installation: normalized(machine.installation()), started: started.length, printed };
}

/** Counts are the same in whatever order values and counters stand in a line. */
function normalized(files: Record<string, string>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => {
      return [
        name,
        name.endsWith(".ndjson")
          ? text
              .trim()
              .split("\n")
              .map((line) => JSON.parse(line))
          : text,
      ];
    }),
  );
}

describe("a run that begins as a usual one", () => {
  it("leaves what the whole client would have left", async () => {
    let usual = 0;
    await fc.assert(
      fc.asyncProperty(scenes, async (scene) => {
        let isUsual = true;
        const left = await leftBy(scene, (world, raw) => {
          return openAsProgram(world, raw, () => {
            isUsual = false;
          });
        });
        if (isUsual) usual++;
        const expected = await leftBy(scene, (world, raw) => {
          return openTelemetry({ raw, collection: parseCollection(raw) }, world);
        });
        expect(left).toEqual(expected);
      }),
      { ...RUNS, numRuns: 200 },
    );
    expect(usual).toBeGreaterThan(40);
  });

  it("is one to its end where nothing is due, and appends one line", async () => {
    const machine = await Machine.make();
    await machine.grant();
    await machine.keepCopy(DEFINITION, null);
    const folder = installationOf(machine.world.places.state, "left-pad")?.path as string;
    const told = (window: number) => ({ reported: [window - 1, window], activity: [], draws: null });
    const state = { weekly: told(WEEK), daily: told(MONDAY), counts: told(WEEK - 1) };
    const text = JSON.stringify({ version: 1, firstDay: MONDAY, reports: state, merged: [] });
    writeFileSync(join(folder, "state.json"), text);
    const telemetry = openUsual(usualWorld(machine.world), DEFINITION, () => {
      throw new Error("nothing is unusual");
    });
    telemetry.count("runs");
    telemetry.count("errors", "E_IO", 2);
    telemetry.report("weekly", { python: "3.12.1" });
    await telemetry.ask();
    await telemetry.close();
    expect(machine.installation()[`counts-${MONDAY}.ndjson`]).toBe('{"counts":{"runs":1,"errors":{"E_IO":2}}}\n');
    expect(machine.started).toEqual([]);
  });
});
