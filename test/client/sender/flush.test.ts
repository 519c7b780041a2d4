// Over 300 lines: one sender's run, with everything that a network can answer.
import { readFileSync } from "node:fs";
import { readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { boxOf, decodeName, stopHash, toHex, verify, weekOf } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { listHistory } from "../../../client/history/list.ts";
import { historyPlacesOf } from "../../../client/history/setting.ts";
import { isNextDue, readNext } from "../../../client/installation/next.ts";
import { readLosses } from "../../../client/spool/losses.ts";
import { addFrames, clearSpool } from "../../../client/spool/spool.ts";
import { rawField } from "../../wire/definitions.ts";
import { seeded } from "../report/randomness.ts";
import { ACK, DAY, definitionOf, NAK, NOON, NOT_FOUND, OTHER_ZONE, SenderScene, SILENT, ZONE } from "./scene.ts";

const POLICY = `_policy.${ZONE}.`;
const minute = (scene: SenderScene) => Math.floor(scene.now / 60_000);
const definitionCopy = async (scene: SenderScene) =>
  JSON.parse(await readFile(`${scene.folder().path}/definition.json`, "utf8"));

/** Projects with one due report each, granted. */
async function withProjects(...projects: string[]): Promise<SenderScene> {
  const scene = await SenderScene.make();
  for (const project of projects) await addProject(scene, project);
  return scene;
}

async function addProject(scene: SenderScene, project: string): Promise<void> {
  const definition = definitionOf({ project });
  scene.install(definition);
  await scene.grant(definition);
  scene.due("weekly", { day: Math.floor(scene.now / 86_400_000) }, project);
}

async function states(scene: SenderScene): Promise<string[]> {
  const { entries } = await listHistory(historyPlacesOf(scene.world.places) as never);
  return entries.map(({ state }) => state);
}

/** Runs senders whenever there is something to do, as programs that are run all the time would. */
async function runAlways(scene: SenderScene, minutes: number): Promise<void> {
  for (const end = scene.now + minutes * 60_000; scene.now < end; scene.later(1)) {
    if (isNextDue(readNext(scene.state), minute(scene))) await scene.run();
  }
}

describe("an attempt", () => {
  it("is repeated with the identical name, after longer and longer waits, each written down before it is made", async () => {
    const scene = await SenderScene.withDue();
    const before: unknown[] = [];
    scene.answer = () => {
      before.push(scene.spooled().map(({ attempts }) => attempts));
      return SILENT;
    };
    await scene.run();
    expect(await states(scene)).toEqual(["waiting"]);
    scene.policy = () => "v=sotto1; bits=12";
    await runAlways(scene, 13 * 1440);
    expect(new Set(scene.reports()).size).toBe(1);
    expect(before.slice(0, 2)).toEqual([[1], [2]]);
    const waits = scene.times.map((time, at) => (time - (scene.times[at - 1] ?? time)) / 60_000).slice(1);
    const bounds = [
      [5, 16],
      [180, 541],
      [720, 2161],
      [2160, 6481],
      [5040, 15_121],
    ];
    for (const [at, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual((bounds[at]?.[0] ?? 0) - 1);
      // Besides, the pace and the sender's own wait.
      expect(wait).toBeLessThanOrEqual((bounds[at]?.[1] ?? 0) + 4);
    }
    expect(waits.length).toBeGreaterThanOrEqual(3);
  });

  it("after the sixth that was not confirmed drops the frame", async () => {
    const scene = await SenderScene.withDue();
    scene.answer = () => NAK;
    await scene.run();
    const [entry] = scene.spooled();
    if (entry === undefined) throw new Error("nothing is spooled");
    await addFrames(scene.state, [{ ...entry, attempts: 5, wait: 0 }], NOON);
    scene.later(30);
    expect(await scene.run()).toMatchObject({ unconfirmed: 1, waiting: 0 });
    expect([await states(scene), readLosses(scene.state).attempts]).toEqual([["unanswered"], 1]);
    expect(readNext(scene.state)).toBeNull();
  });

  it("that is refused silences the zone for a day, and the second such drops the frame", async () => {
    const scene = await withProjects("left-pad", "black");
    scene.answer = () => NOT_FOUND;
    // Of two frames of this flush, the second is not sent.
    expect(await scene.run()).toMatchObject({ sealed: 2, refused: 1, unconfirmed: 0, waiting: 2 });
    expect(scene.names).toEqual([POLICY, expect.any(String)]);
    const first = scene.now;
    expect(isNextDue(readNext(scene.state), minute(scene) + 1439)).toBe(false);
    await runAlways(scene, 1440);
    expect(scene.names).toHaveLength(2);
    scene.answer = (name) => (name === scene.reports()[0] ? NOT_FOUND : ACK);
    await runAlways(scene, 2 * 1440 + 60);
    expect(scene.times[1]).toBeGreaterThan(first + 86_400_000);
    expect(scene.reports().filter((name) => name === scene.reports()[0])).toHaveLength(2);
    expect((await states(scene)).toSorted()).toEqual(["acknowledged", "refused"]);
    expect(readLosses(scene.state).refused).toBe(1);
  });

  it("goes to the definition's next zone after three frames failed, which stay where they were", async () => {
    const report = { window: "week", description: "x", fields: { python: rawField("p", "version") } };
    const reports = Object.fromEntries(["a", "b", "c", "d"].map((name) => [name, report]));
    const definition = definitionOf({ reports });
    const scene = await SenderScene.make();
    scene.install(definition);
    await scene.grant(definition);
    for (const [at, name] of ["a", "b", "c"].entries()) scene.due(name, { id: `000000000000000${at}` });
    scene.answer = () => SILENT;
    await scene.run();
    await runAlways(scene, 30);
    scene.due("d", { id: "000000000000000d" });
    await scene.run();
    const failed = scene.opened().slice(0, 6);
    expect([failed.every(({ zone }) => zone === ZONE), new Set(failed.map(({ name }) => name)).size]).toEqual([
      true,
      3,
    ]);
    await runAlways(scene, 3 * 1440);
    const later = scene.opened().slice(6);
    const known = new Set(failed.map(({ name }) => name));
    expect(later.filter(({ name }) => !known.has(name)).map(({ zone }) => zone)).toContain(OTHER_ZONE);
    expect(later.filter(({ name }) => !known.has(name)).every(({ zone }) => zone === OTHER_ZONE)).toBe(true);
    expect(later.filter(({ name }) => known.has(name)).every(({ zone }) => zone === ZONE)).toBe(true);
  });

  it("is made after the policy record was asked for, which is written down first", async () => {
    const scene = await SenderScene.withDue();
    const asked: unknown[] = [];
    scene.policy = () => {
      asked.push(JSON.parse(readFileSync(scene.path("zones.json"), "utf8")).policies[ZONE].asked);
      return null;
    };
    scene.answer = () => SILENT;
    await scene.run();
    const first = minute(scene);
    scene.later(1441);
    await scene.run();
    expect(asked).toEqual([first, minute(scene)]);
  });

  it("meets the bits of the policy record, which is asked for once a day; the box stays", async () => {
    const scene = await SenderScene.withDue();
    scene.policy = () => "v=sotto1; bits=10; ack=198.18.0.9";
    scene.answer = () => ({ type: "addresses", addresses: ["198.18.0.9"] });
    const sealed: string[] = [];
    scene.onSleep = () => void sealed.push(...scene.spooled().map(({ hash }) => hash));
    expect(await scene.run()).toMatchObject({ acked: 1 });
    const [name = ""] = scene.reports();
    const frame = decodeName(name, ZONE) ?? new Uint8Array();
    expect(verify(frame, 10)).toBe(true);
    const { entries } = await listHistory(historyPlacesOf(scene.world.places) as never);
    expect(toHex(boxOf(frame)).length).toBe(228);
    expect(entries[0]?.frames.map(({ box }) => box)).toEqual([sealed[0]]);
    await addProject(scene, "black");
    scene.later(30);
    await scene.run();
    expect(scene.names.filter((asked) => asked === POLICY)).toHaveLength(1);
    // What is known of the zone counts for sealing, too.
    expect(verify(decodeName(scene.reports()[1] ?? "", ZONE) ?? new Uint8Array(), 10)).toBe(true);
  });
});

describe("before each name", () => {
  it("the decision is looked at: what was withdrawn meanwhile is not sent", async () => {
    const scene = await withProjects("left-pad", "black");
    scene.answer = async (name) => {
      if (scene.reports().indexOf(name) === 0) {
        await scene.deny("left-pad");
        await scene.deny("black");
      }
      return ACK;
    };
    expect(await scene.run()).toMatchObject({ sealed: 2, acked: 1, waiting: 1 });
    expect(scene.reports()).toHaveLength(1);
  });

  it("the frame's file is looked at", async () => {
    const scene = await withProjects("left-pad", "black");
    scene.answer = async () => {
      await clearSpool(scene.state, null);
      return SILENT;
    };
    expect(await scene.run()).toMatchObject({ sealed: 2, unconfirmed: 1, waiting: 0 });
    expect(await readdir(scene.path())).not.toContain("spool");
  });

  it("the frame's attempts are looked at: another sender may have been taken for dead", async () => {
    const scene = await SenderScene.withDue();
    scene.onSleep = async () => {
      const tried = { attempts: 1, last: minute(scene), wait: 0 };
      await addFrames(
        scene.state,
        scene.spooled().map((entry) => ({ ...entry, ...tried })),
        minute(scene),
      );
    };
    // Both were in the plan; the wait between them changes the second.
    scene.install(definitionOf({ project: "black" }));
    await scene.grant(definitionOf({ project: "black" }));
    scene.due("weekly", {}, "black");
    expect(await scene.run({ environment: { SOTTO_TELEMETRY: "on" }, isCi: true })).toMatchObject({ acked: 1 });
    expect(scene.reports()).toHaveLength(1);
  });

  it("the sender's own lock is looked at, each second of a wait too", async () => {
    const scene = await SenderScene.withDue();
    scene.onSleep = () => rm(scene.path("sender.lock"), { force: true });
    expect(await scene.run()).toEqual({ type: "lost", sealed: 1, acked: 0, refused: 0, unconfirmed: 0 });
    expect([scene.slept, scene.names]).toEqual([[1000], []]);
  });

  it.each([
    ["name", (scene: SenderScene, gone: () => Promise<never>) => Object.assign(scene, { answer: gone })],
    [
      "policy record",
      (scene: SenderScene, gone: () => Promise<never>) => Object.assign(scene.world, { lookupText: gone }),
    ],
  ])("an answer about a %s that never comes is waited for as long as the lock is there", async (_, hang) => {
    const scene = await SenderScene.withDue();
    hang(scene, async () => {
      await rm(scene.path("sender.lock"), { force: true });
      return await new Promise<never>(() => {});
    });
    expect(await scene.run()).toMatchObject({ type: "lost", sealed: 1, acked: 0, refused: 0, unconfirmed: 0 });
  });

  it("that a program waits for leaves word before it sends, so that the next run goes on if it is killed", async () => {
    const scene = await SenderScene.withDue();
    const words: (number | null)[] = [];
    scene.answer = () => {
      words.push(readNext(scene.state));
      return ACK;
    };
    await scene.run({ isInForeground: true });
    expect(words).toEqual([minute(scene) + 10]);
    expect(readNext(scene.state)).toBeNull();
  });

  it("in the foreground nobody waits before the first name", async () => {
    const scene = await SenderScene.withDue();
    expect(await scene.run({ isInForeground: true })).toMatchObject({ acked: 1 });
    expect(scene.slept).toEqual([]);
  });

  it("a sender whose lock was taken over writes nothing more, and leaves the lock", async () => {
    const scene = await withProjects("left-pad", "black");
    scene.answer = async () => {
      await writeFile(scene.path("sender.lock"), "another's");
      return NOT_FOUND;
    };
    expect(await scene.run()).toMatchObject({ type: "lost", refused: 1 });
    expect(await readFile(scene.path("sender.lock"), "utf8")).toBe("another's");
    expect(JSON.parse(await readFile(scene.path("pace.json"), "utf8")).refusals).toEqual({});
  });

  it("what was disabled meanwhile does not come back", async () => {
    const scene = await SenderScene.withDue();
    scene.answer = async () => {
      await scene.deny();
      await rm(scene.state.path, { recursive: true });
      return NOT_FOUND;
    };
    expect(await scene.run()).toMatchObject({ type: "lost" });
    await expect(stat(scene.state.path)).rejects.toThrow();
  });
});

describe("a stop", () => {
  const stop = `v=sotto1; stop=${stopHash("left-pad")}`;

  it("silences the project until a later record omits it, which is asked for once a week", async () => {
    const scene = await SenderScene.withDue();
    scene.policy = () => stop;
    expect(await scene.run()).toMatchObject({ sealed: 1, acked: 0, waiting: 1 });
    expect(scene.names).toEqual([POLICY]);
    expect((await definitionCopy(scene)).stopped).toBe(weekOf(DAY));
    scene.due("daily", { id: "00000000000000bb", values: {} });
    for (let day = 1; day < 7; day++) {
      scene.later(1440);
      expect(await scene.run()).toMatchObject({ sealed: 0 });
    }
    expect(scene.names).toEqual([POLICY]);
    // The next Monday: still, though nobody answers.
    scene.policy = () => null;
    scene.later(1440);
    await scene.run();
    expect([scene.names, (await definitionCopy(scene)).stopped]).toEqual([[POLICY, POLICY], weekOf(DAY) + 1]);
    scene.policy = () => "v=sotto1; bits=0";
    scene.later(3 * 1440);
    await scene.run();
    expect(scene.names).toEqual([POLICY, POLICY]);
    scene.later(4 * 1440);
    await scene.run();
    expect((await definitionCopy(scene)).stopped).toBeUndefined();
    expect(scene.names).toEqual([POLICY, POLICY, POLICY]);
    scene.due("weekly", { id: "00000000000000cc", day: DAY + 14 });
    scene.later(30);
    expect(await scene.run()).toMatchObject({ sealed: 1, acked: 1 });
  });

  it("is no stop for others, and is not asked about for a project that is denied", async () => {
    const scene = await withProjects("left-pad", "black");
    scene.policy = () => stop;
    expect(await scene.run()).toMatchObject({ sealed: 2, acked: 1, waiting: 1 });
    await scene.deny();
    scene.later(8 * 1440);
    await scene.run();
    expect(scene.names).toHaveLength(2);
  });

  it("that zones.json does not know of any more holds", async () => {
    const scene = await SenderScene.withDue();
    scene.policy = () => stop;
    await scene.run();
    await rm(scene.path("zones.json"));
    scene.policy = () => null;
    scene.later(60);
    expect(await scene.run()).toMatchObject({ acked: 0, waiting: 1 });
    expect(scene.names).toEqual([POLICY]);
  });

  it("is not asked about at a zone that is silenced", async () => {
    const scene = await SenderScene.withDue();
    const copy = await definitionCopy(scene);
    await writeFile(`${scene.folder().path}/definition.json`, JSON.stringify({ ...copy, stopped: weekOf(DAY) - 1 }));
    const pace = { version: 1, flushes: [], refusals: { [ZONE]: NOON - 60 } };
    await writeFile(scene.path("pace.json"), JSON.stringify(pace));
    await scene.run();
    expect([scene.names, (await definitionCopy(scene)).stopped]).toEqual([[], weekOf(DAY)]);
  });
});

describe("the pace", () => {
  it("is kept over a day of many projects: 4 names a flush, 5 to 60 s apart, 24 a day", async () => {
    const scene = await SenderScene.make();
    for (let at = 0; at < 30; at++) {
      const definition = definitionOf({ project: `p${at}` });
      scene.install(definition);
      await scene.grant(definition);
      scene.due("weekly", { day: DAY - (at % 3) + 2 }, `p${at}`);
    }
    scene.later(2 * 1440);
    const start = scene.now;
    await scene.run();
    await runAlways(scene, 1500);
    const times = scene.times.map((time) => (time - start) / 1000);
    const flushes: number[][] = [];
    for (const time of times) {
      const last = flushes.at(-1);
      if (last !== undefined && time - (last.at(-1) ?? 0) <= 60) last.push(time);
      else flushes.push([time]);
    }
    expect(times.filter((time) => time < 86_400)).toHaveLength(24);
    expect(times).toHaveLength(30);
    for (const [at, flush] of flushes.entries()) {
      expect(flush.length).toBeLessThanOrEqual(4);
      const before = flushes[at - 1]?.at(-1);
      if (before !== undefined) expect((flush[0] ?? 0) - before).toBeGreaterThanOrEqual(600);
      for (const [next, time] of flush.slice(1).entries()) {
        expect(time - (flush[next] ?? 0)).toBeGreaterThanOrEqual(5);
      }
    }
  });

  it("that cannot be written lets nothing out", async () => {
    const scene = await SenderScene.withDue();
    await symlink(scene.path("nowhere", "pace.json"), scene.path("pace.json"));
    expect(await scene.run()).toMatchObject({ sealed: 1, waiting: 1 });
    expect(scene.names).toEqual([]);
  });

  it("gives the newest frame of a project first", async () => {
    const report = { window: "week", description: "x", fields: { python: rawField("p", "version") } };
    const definition = definitionOf({ reports: { a: report, b: report, c: report } });
    const scene = await SenderScene.make();
    scene.install(definition);
    await scene.grant(definition);
    scene.later(5 * 1440);
    for (const [name, day] of [
      ["a", DAY + 2],
      ["b", DAY + 4],
      ["c", DAY + 3],
    ] as const) {
      scene.due(name, { day, id: `00000000000000a${day - DAY}` });
    }
    await scene.run();
    expect(scene.opened().map(({ day }) => day - DAY)).toEqual([4, 3, 2]);
  });

  it("ends a flush in which the machine slept", async () => {
    const scene = await withProjects("left-pad", "black");
    scene.answer = () => {
      scene.later(6);
      return ACK;
    };
    expect(await scene.run()).toMatchObject({ acked: 1, waiting: 1 });
  });

  it("that is damaged lets nothing out; by a newer program, too", async () => {
    for (const text of ["{", '{"version":2}']) {
      const scene = await SenderScene.withDue();
      await writeFile(scene.path("pace.json"), text);
      expect(await scene.run()).toMatchObject({ sealed: 1, waiting: 1 });
      scene.later(1000);
      await scene.run();
      expect(scene.names).toEqual([]);
    }
  });
});

describe("next.json", () => {
  it("is not there when nothing is left", async () => {
    const scene = await SenderScene.withDue();
    await writeFile(scene.path("next.json"), '{"version":1,"minute":1}');
    await scene.run();
    expect(await readdir(scene.state.path)).not.toContain("next.json");
  });

  it("says when the frame's wait and the pace's gap are over", async () => {
    const scene = await SenderScene.withDue();
    scene.answer = () => SILENT;
    await scene.run();
    const [{ last, wait } = { last: null, wait: 0 }] = scene.spooled();
    const { flushes } = JSON.parse(await readFile(scene.path("pace.json"), "utf8"));
    const expected = Math.max((last ?? 0) + wait, flushes[0].minute + 16);
    expect(readNext(scene.state)).toBe(expected);
  });

  it("is a day ahead for what waits for somebody", async () => {
    const scene = await SenderScene.make();
    scene.install();
    scene.due();
    await scene.run();
    expect(readNext(scene.state)).toBe(minute(scene) + 1440);
  });

  it("says now when something became due after the sender's last look", async () => {
    let [looks, last] = [0, Number.POSITIVE_INFINITY];
    const runOnce = async () => {
      const scene = await SenderScene.withDue();
      looks = 0;
      const clock = () => {
        if (++looks === last) scene.due("daily", { id: "00000000000000bb" });
        return scene.now;
      };
      await scene.run({ clock, random: seeded("the same") });
      return { scene, next: readNext(scene.state) };
    };
    expect((await runOnce()).next).toBeNull();
    last = looks;
    const { scene, next } = await runOnce();
    expect(next).toBe(minute(scene));
  });
});

describe("senders", () => {
  it("are one at a time", async () => {
    const scene = await SenderScene.withDue();
    const outcomes = await Promise.all([scene.run(), scene.run(), scene.run()]);
    expect(outcomes.map(({ type }) => type).toSorted()).toEqual(["busy", "busy", "done"]);
    expect(scene.reports()).toHaveLength(1);
    expect(await readdir(scene.state.path)).not.toContain("sender.lock");
  });

  it("write nothing outside the state folder", async () => {
    const scene = await withProjects("left-pad", "black");
    const outside = async () =>
      (await scene.files(scene.home)).filter((path) => !path.startsWith(".local/state/sotto/"));
    const before = await outside();
    await scene.run();
    expect(await outside()).toEqual(before);
    expect(before).toEqual([".config/sotto/consent.json"]);
  });

  it("make nothing where the state folder, or home, is not there", async () => {
    const scene = await SenderScene.make();
    expect(await scene.run()).toEqual({ type: "unwritable" });
    expect(await readdir(scene.home)).toEqual([]);
    await rm(scene.home, { recursive: true });
    expect(await scene.run()).toEqual({ type: "unwritable" });
    await expect(stat(scene.home)).rejects.toThrow();
    expect(await scene.run({ places: { ...scene.world.places, state: null } })).toEqual({ type: "unwritable" });
  });

  it("whose home is removed while they wait do not bring it back", async () => {
    const scene = await SenderScene.withDue();
    scene.onSleep = () => rm(scene.home, { recursive: true, force: true });
    expect(await scene.run()).toMatchObject({ type: "lost" });
    await expect(stat(scene.home)).rejects.toThrow();
  });

  it("wait up to a minute before the first name, in seconds of which each is looked at", async () => {
    const scene = await SenderScene.withDue();
    await scene.run();
    const waited = scene.slept.reduce((sum, one) => sum + one, 0);
    expect(waited).toBeLessThanOrEqual(60_000);
    expect(scene.slept.every((one) => one <= 1000)).toBe(true);
    expect(scene.times[0]).toBe(NOON * 60_000 + waited);
  });
});
