import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseCollection, type ReportDefinition } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dueToday, stateWithCounts } from "../../../client/telemetry/duecheck.ts";
import { fieldIdsOf } from "../../../client/telemetry/fields.ts";
import { keptReports, requireNoneFinished, requireReported } from "../../../client/usual/due.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { RUNS } from "../../wire/property.ts";
import { DEFINITION, MONDAY } from "../telemetry/scene.ts";

const COLLECTION = parseCollection(DEFINITION);
const { reports } = COLLECTION;
const COVERED = new Set(fieldIdsOf(COLLECTION));

/** A Wednesday. */
const TODAY = MONDAY + 2;
const WEEK = (MONDAY - 4) / 7;

/** What a sender wrote, or somebody else did. */
const kept = (...windows: number[]) => {
  const window = fc.constantFrom(...windows.flatMap((present) => [present - 4, present - 1, present, present + 1]));
  const counts = fc.constantFrom({}, { runs: 3 });
  const state = fc.record({
    reported: fc.uniqueArray(window, { maxLength: 4 }),
    activity: fc.array(fc.record({ window, counts }), { maxLength: 2 }),
    draws: fc.constant(null),
  });
  return fc.oneof({ weight: 8, arbitrary: state }, fc.constantFrom(null, {}, { reported: [], activity: [null] }));
};
const states = fc.record({
  version: fc.constant(1),
  firstDay: fc.constantFrom(TODAY - 30, TODAY, 0, null),
  reports: fc.record({ weekly: kept(WEEK), daily: kept(TODAY), counts: kept(WEEK) }, { requiredKeys: [] }),
  merged: fc.subarray([TODAY - 3]),
});
const days = fc.uniqueArray(fc.constantFrom(TODAY, TODAY - 1, TODAY - 3, TODAY - 30, TODAY + 1), { maxLength: 3 });

/** Whether a usual run leaves these reports to the whole client. */
function mayBeDue(folder: string, wanted: readonly ReportDefinition[], today: number): boolean {
  try {
    const known = keptReports(folder);
    for (const { name, window } of wanted) {
      if (name === "counts") requireNoneFinished(folder, known, name, window, today);
      else requireReported(known, name, window, today);
    }
    return false;
  } catch {
    return true;
  }
}

describe("a look at names and windows", () => {
  it("never misses a report that is due", async () => {
    const home = await temporaryFolder();
    const folder = { path: join(home, "installation"), within: home };
    mkdirSync(folder.path);
    fc.assert(
      fc.property(states, days, fc.subarray([...reports]), (state, counted, wanted) => {
        for (const name of readdirSync(folder.path)) rmSync(join(folder.path, name));
        writeFileSync(join(folder.path, "state.json"), JSON.stringify(state));
        for (const day of counted) {
          writeFileSync(join(folder.path, `counts-${day}.ndjson`), '{"counts":{"runs":1}}\n');
        }
        const precise = stateWithCounts(folder, COLLECTION, TODAY);
        const isDue = precise !== null && wanted.some((one) => dueToday(one, precise, COVERED, TODAY) !== null);
        if (isDue) expect(mayBeDue(folder.path, wanted, TODAY)).toBe(true);
      }),
      RUNS,
    );
  });

  it("sees that nothing is due in the middle of a week in which all was reported", async () => {
    const home = await temporaryFolder();
    const path = join(home, "installation", "state.json");
    mkdirSync(dirname(path));
    const told = (window: number) => ({ reported: [window - 1, window], activity: [], draws: null });
    const activity = [{ window: WEEK, counts: { runs: 7 } }];
    const state = { weekly: told(WEEK), daily: told(TODAY), counts: { ...told(WEEK - 1), activity } };
    writeFileSync(path, JSON.stringify({ version: 1, firstDay: TODAY - 30, reports: state, merged: [TODAY - 1] }));
    for (const day of [TODAY - 1, TODAY]) {
      writeFileSync(join(dirname(path), `counts-${day}.ndjson`), '{"counts":{"runs":1}}\n');
    }
    expect(mayBeDue(dirname(path), reports, TODAY)).toBe(false);
    expect(mayBeDue(dirname(path), reports, TODAY + 7)).toBe(true);
  });
});
