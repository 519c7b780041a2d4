import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Flush,
  healedPace,
  isSilenced,
  NEW_PACE,
  namesLeft,
  type Pace,
  planFlush,
  readPace,
  type Send,
  withRefusal,
  writePace,
} from "../../../client/spool/pace.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { RUNS } from "../../wire/property.ts";
import { seeded } from "../report/randomness.ts";
import { clientVectors } from "../report/vectors.ts";
import { DAY, entryOf, NOON } from "./frames.ts";

const { flushes: limits } = clientVectors<{ flushes: { what: string; flushes: Flush[]; now: number; left: number }[] }>(
  "sending",
);

describe("names left", () => {
  it.each(limits)("$what: $left", ({ flushes, now, left }) => {
    expect(namesLeft({ ...NEW_PACE, flushes }, now)).toBe(left);
  });
});

describe("a flush", () => {
  it("sends four, 5 to 60 s apart, the newest first, and keeps the pace", () => {
    const entries = [3, 9, 1, 7, 5, 2].map((back) => entryOf(back, { day: DAY - back }));
    const { sends, pace } = planFlush(entries, NEW_PACE, NOON, seeded("four"));
    expect(sends.map(({ entry }) => DAY - entry.day)).toEqual([1, 2, 3, 5]);
    expect(sends[0]?.pause).toBe(0);
    for (const { pause } of sends.slice(1)) {
      expect(pause).toBeGreaterThanOrEqual(5000);
      expect(pause).toBeLessThanOrEqual(60_000);
    }
    expect(pace.flushes).toEqual([{ minute: NOON, names: 4 }]);
    expect(planFlush(entries, pace, NOON + 15, seeded("x")).sends).toEqual([]);
  });

  it("sends two parts of a message, in order, and others beside them", () => {
    const parts = [2, 0, 3, 1].map((part) => entryOf(`p${part}`, { message: "00000000000000aa", part, parts: 4 }));
    const { sends } = planFlush(parts, NEW_PACE, NOON, seeded("parts"));
    expect(sends.map(({ entry }) => entry.part)).toEqual([0, 1]);
    const older = entryOf("older", { day: DAY - 3 });
    const beside = planFlush([...parts, older], NEW_PACE, NOON, seeded("parts"));
    expect(beside.sends.map(({ entry }) => entry.hash)).toContain(older.hash);
    expect(beside.sends).toHaveLength(3);
  });

  it("takes projects in turn: one with many frames does not keep the others waiting", () => {
    const many = Array.from({ length: 50 }, (_, at) => entryOf(at, { project: "many" }));
    const few = entryOf("few", { project: "few", day: DAY - 5 });
    for (let round = 0; round < 20; round++) {
      const { sends } = planFlush([...many, few], NEW_PACE, NOON, seeded(`${round}`));
      expect(sends.filter(({ entry }) => entry.project === "few")).toHaveLength(1);
    }
    const ten = Array.from({ length: 10 }, (_, at) => entryOf(at, { project: `p${at}`, day: DAY - at }));
    const random = seeded("ten");
    const first = Array.from({ length: 200 }, () => planFlush(ten, NEW_PACE, NOON, random).sends[0]?.entry.project);
    expect(new Set(first).size).toBe(10);
  });

  it("leaves a zone alone for a day after its refusal, and no other", () => {
    const entries = [entryOf(1), entryOf(2, { zone: "other.example" })];
    const pace = withRefusal(NEW_PACE, "r.example.net", NOON);
    const zones = (now: number) => planFlush(entries, pace, now, seeded("z")).sends.map(({ entry }) => entry.zone);
    expect(zones(NOON)).toEqual(["other.example"]);
    expect(zones(NOON + 1440)).toEqual(["other.example"]);
    expect(zones(NOON + 1441).toSorted()).toEqual(["other.example", "r.example.net"]);
    expect(isSilenced(NEW_PACE, "constructor", NOON)).toBe(false);
  });

  it("sends nothing and changes nothing by a clock that is certainly wrong", () => {
    const pace: Pace = { flushes: [{ minute: NOON, names: 4 }], refusals: { "r.example.net": NOON } };
    expect(planFlush([entryOf(1)], pace, 17, seeded("w"))).toEqual({ sends: [], pace });
  });

  it("is limited in every sliding window of true time, however often it is tried and set back", () => {
    const step = fc.record({
      minutes: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 600 })),
      back: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(50_000) }),
    });
    const entries = Array.from({ length: 12 }, (_, at) =>
      entryOf(at, { project: `p${at % 3}`, message: `00000000000000${10 + (at % 4)}`, part: at, parts: 16 }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), fc.nat(), (steps, seed) => {
        const random = seeded(`${seed}`);
        let [pace, truth, offset] = [NEW_PACE, 0, 0];
        // Seconds of true time; a look-up of each name may take what is left of the sender's five minutes.
        const names: number[] = [];
        const ends: number[] = [];
        for (const { minutes, back } of steps) {
          truth += minutes * 60 + 7;
          offset -= back;
          const now = Math.floor((NOON * 60 + truth) / 60) + offset;
          const fresh = entries.map((entry) => ({ ...entry, day: Math.floor(now / 1440) }));
          const plan = planFlush(fresh, pace, now, random);
          pace = plan.pace;
          if (plan.sends.length === 0) continue;
          expect(plan.sends.length).toBeLessThanOrEqual(4);
          const last = ends.at(-1);
          if (last !== undefined) expect(truth - last).toBeGreaterThanOrEqual(600);
          for (const { entry } of plan.sends) {
            const isSame = (send: Send) => send.entry.project === entry.project && send.entry.message === entry.message;
            expect(plan.sends.filter(isSame).length).toBeLessThanOrEqual(2);
          }
          // The worst for a limit: every other flush is as late as can be.
          const end = truth + (ends.length % 2 === 0 ? 299 : 0);
          names.push(...plan.sends.map(() => end));
          ends.push(end);
        }
        names.sort((a, b) => a - b);
        for (const [at, name] of names.entries()) {
          const inDay = names.slice(at).filter((other) => other - name <= 86_400).length;
          expect(inDay).toBeLessThanOrEqual(24);
        }
      }),
      { ...RUNS, numRuns: 500 },
    );
  });

  it("comes to 24 names in a day when it is tried every minute, six times four", () => {
    const entries = Array.from({ length: 40 }, (_, at) => entryOf(at));
    const random = seeded("minutes");
    let pace = NEW_PACE;
    const minutes: number[] = [];
    for (let now = NOON; now < NOON + 2000; now++) {
      const plan = planFlush(entries, pace, now, random);
      pace = plan.pace;
      minutes.push(...plan.sends.map(() => now - NOON));
    }
    const sixTimes = [0, 16, 32, 48, 64, 80];
    const secondDay = sixTimes.map((minute) => minute + 1446);
    expect([...new Set(minutes)]).toEqual([...sixTimes, ...secondDay]);
    expect(minutes).toHaveLength(48);
  });

  it("is possible again within a day and sixteen minutes, whatever the pace says", () => {
    const minute = fc.integer({ min: 0, max: 2 * NOON });
    const flushes = fc.array(fc.record({ minute, names: fc.integer({ min: 1, max: 24 }) }), { maxLength: 30 });
    fc.assert(
      fc.property(flushes, minute, (drawn, refused) => {
        const pace = { flushes: drawn, refusals: { "r.example.net": refused } };
        const healed = healedPace(pace, NOON);
        expect(planFlush([entryOf(1)], healed, NOON + 1440 + 16, seeded("again")).sends).toHaveLength(1);
      }),
      { ...RUNS, numRuns: 2000 },
    );
  });
});

describe("pace.json", () => {
  const scene = async () => {
    const within = await temporaryFolder();
    return { path: join(within, "sotto"), within };
  };

  it("is what was written, and keeps what is not known", async () => {
    const state = await scene();
    expect(readPace(state, NOON)).toEqual({ type: "read", pace: NEW_PACE });
    const pace: Pace = { flushes: [{ minute: NOON, names: 3 }], refusals: { "r.example.net": NOON } };
    expect(await writePace(state, pace)).toEqual({ type: "replaced" });
    expect(readPace(state, NOON)).toEqual({ type: "read", pace });
    const path = join(state.path, "pace.json");
    await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, "utf8")), later: [1] }));
    await writePace(state, NEW_PACE);
    expect(JSON.parse(await readFile(path, "utf8"))).toEqual({ version: 1, ...NEW_PACE, later: [1] });
  });

  it.each([
    "{",
    '{"version":1}',
    '{"version":1,"flushes":[],"refusals":[]}',
    '{"version":1,"flushes":[{"minute":1.5,"names":1}],"refusals":{}}',
    '{"version":1,"flushes":[{"minute":1,"names":25}],"refusals":{}}',
    '{"version":1,"flushes":[],"refusals":{"no zone":1}}',
  ])("that is damaged, %s, lets nothing out for a day", async (text) => {
    const state = await scene();
    await writePace(state, NEW_PACE);
    await writeFile(join(state.path, "pace.json"), text);
    const reading = readPace(state, NOON);
    if (reading.type !== "read") throw new Error(reading.reason);
    const plan = planFlush([entryOf(1)], reading.pace, NOON, seeded("d"));
    expect(plan.sends).toEqual([]);
    await writePace(state, plan.pace);
    const next = readPace(state, NOON + 1440);
    expect(next).toEqual({ type: "read", pace: { flushes: [{ minute: NOON, names: 24 }], refusals: {} } });
  });

  it("of a newer program is left alone, and nothing is sent", async () => {
    const state = await scene();
    await writePace(state, NEW_PACE);
    await writeFile(join(state.path, "pace.json"), '{"version":2}');
    expect(readPace(state, NOON).type).toBe("unusable");
    expect(await writePace(state, NEW_PACE)).toEqual({ type: "newer", version: 2 });
  });
});
