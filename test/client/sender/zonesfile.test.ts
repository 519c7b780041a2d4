import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readState, writeState } from "../../../client/installation/statefile.ts";
import { NO_ZONES, readZones, writeZones, type Zones } from "../../../client/sender/zonesfile.ts";
import { temporaryFolder } from "../../e2e/scene.ts";

const HASH = "0".repeat(64);
const ZONES: Zones = {
  policies: { "r.example.net": { asked: 29_923_200, ack: ["198.18.0.7"], bits: 18, stop: ["0123abcd"] } },
  standings: { "left-pad": { zone: "r.example.net", failed: [HASH] } },
};

async function place() {
  const within = await temporaryFolder();
  return { path: join(within, "sotto"), within };
}

describe("zones.json", () => {
  it("is read as it was written, and keeps what is not known", async () => {
    const state = await place();
    expect(readZones(state)).toEqual(NO_ZONES);
    await writeZones(state, ZONES);
    const path = join(state.path, "zones.json");
    await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, "utf8")), later: 1 }));
    expect(readZones(state)).toEqual(ZONES);
    await writeZones(state, NO_ZONES);
    expect(JSON.parse(await readFile(path, "utf8"))).toEqual({ version: 1, ...NO_ZONES, later: 1 });
  });

  it("loses what is damaged and no more; by a newer program it is left alone", async () => {
    const state = await place();
    await writeZones(state, ZONES);
    const damaged = {
      version: 1,
      policies: { ...ZONES.policies, "no zone": {}, "x.example": { asked: "1" } },
      standings: {
        ...ZONES.standings,
        a: { zone: "r.example.net", failed: [HASH, HASH, HASH] },
        b: { zone: "..", failed: [] },
        c: { zone: "r.example.net", failed: ["x"] },
        "..": { zone: "r.example.net", failed: [] },
      },
    };
    await writeFile(join(state.path, "zones.json"), JSON.stringify(damaged));
    expect(readZones(state)).toEqual(ZONES);
    await writeFile(join(state.path, "zones.json"), "{");
    expect(readZones(state)).toEqual(NO_ZONES);
    await writeFile(join(state.path, "zones.json"), '{"version":2}');
    expect([readZones(state), (await writeZones(state, ZONES)).type]).toEqual([null, "newer"]);
  });
});

describe("state.json", () => {
  const kept = {
    firstDay: 20_780,
    reports: { weekly: { reported: [2968], activity: [], draws: null } },
    merged: [20_779],
  };

  it("is read as it was written, and keeps what is not known, of a report too", async () => {
    const folder = await place();
    expect(readState(folder)).toEqual({ type: "read", state: null });
    await writeState(folder, kept);
    expect(readState(folder)).toEqual({ type: "read", state: kept });
    const path = join(folder.path, "state.json");
    const more = { ...kept.reports.weekly, later: 2 };
    await writeFile(path, JSON.stringify({ version: 1, ...kept, reports: { weekly: more }, later: 1 }));
    await writeState(folder, { ...kept, firstDay: 20_779 });
    expect(JSON.parse(await readFile(path, "utf8"))).toEqual({
      version: 1,
      ...kept,
      firstDay: 20_779,
      reports: { weekly: more },
      later: 1,
    });
  });

  it("that is damaged is none; by a newer program it is left alone", async () => {
    const folder = await place();
    await writeState(folder, kept);
    await writeFile(join(folder.path, "state.json"), "{");
    expect(readState(folder)).toEqual({ type: "read", state: null });
    await writeFile(join(folder.path, "state.json"), '{"version":2}');
    expect([readState(folder), (await writeState(folder, kept)).type]).toEqual([{ type: "unusable" }, "newer"]);
  });

  it("is not written without the lock, and no folder is made", async () => {
    const folder = await place();
    expect(await writeState(folder, kept, async () => false)).toMatchObject({ code: "SOTTO_STATE_LOCK_LOST" });
    expect(readState({ ...folder, path: join(folder.path, "..") })).toEqual({ type: "read", state: null });
  });
});
