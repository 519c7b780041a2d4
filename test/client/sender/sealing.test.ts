// Over 300 lines: one sealing from the tally to the spool, with what may happen between.
import { writeFileSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withGrant } from "../../../client/consent/record.ts";
import { switchOff } from "../../../client/history/history.ts";
import { listHistory } from "../../../client/history/list.ts";
import { historyPlacesOf } from "../../../client/history/setting.ts";
import { rawField } from "../../wire/definitions.ts";
import { seeded } from "../report/randomness.ts";
import { DAY, definitionOf, REPORTS, SenderScene } from "./scene.ts";

const TEXT = '{"p":"3.12.1","t":true,"a":1}';
const WEEK = 2968;

const texts = (scene: SenderScene) => scene.opened().map(({ text }) => text);
const state = async (scene: SenderScene) => JSON.parse(await readFile(join(scene.folder().path, "state.json"), "utf8"));
const names = async (scene: SenderScene) => (await readdir(scene.folder().path)).toSorted();

/** What programs counted on a day. */
async function counted(scene: SenderScene, day: number, ...lines: unknown[]): Promise<void> {
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  await writeFile(join(scene.folder().path, `counts-${day}.ndjson`), text);
}

describe("a due report", () => {
  it("is sealed as of its day, for the key of that day, sent, and in the history", async () => {
    const scene = await SenderScene.withDue();
    const outcome = await scene.run();
    expect(outcome).toEqual({ type: "done", sealed: 1, acked: 1, refused: 0, unconfirmed: 0, waiting: 0 });
    expect(scene.opened()).toMatchObject([{ day: DAY, key: 0, text: TEXT, zone: "r.example.net", part: null }]);
    const { entries } = await listHistory(historyPlacesOf(scene.world.places) as never);
    expect(entries).toMatchObject([
      { project: "left-pad", report: "weekly", day: DAY, text: TEXT, state: "acknowledged" },
    ]);
    expect(await state(scene)).toMatchObject({ version: 1, firstDay: DAY, reports: { weekly: { reported: [WEEK] } } });
    expect(await names(scene)).toEqual(["definition.json", "state.json"]);
  });

  it("that is sealed later is still of its day, and of its key", async () => {
    const scene = await SenderScene.withDue("weekly", { day: DAY + 6 });
    scene.later(9 * 1440);
    await scene.run();
    expect(scene.opened()).toMatchObject([{ day: DAY + 6, key: 0, text: TEXT }]);
    scene.due("weekly", { day: DAY + 9, id: "00000000000000bb" });
    scene.later(60);
    await scene.run();
    // Its week is the one after the grant's first: a step of 1.
    expect(scene.opened()[1]).toMatchObject({ day: DAY + 9, key: 1, text: TEXT });
    expect((await state(scene)).reports.weekly.reported).toEqual([WEEK, WEEK + 1]);
  });

  it("of a window that was reported is removed, and nothing is sealed", async () => {
    const scene = await SenderScene.withDue();
    await scene.run();
    scene.due("weekly", { id: "00000000000000bb", day: DAY + 1 });
    scene.later(1440);
    expect(await scene.run()).toMatchObject({ sealed: 0 });
    expect([scene.reports().length, await names(scene)]).toEqual([1, ["definition.json", "state.json"]]);
  });

  it("of more than 63 octets is sent in parts of one message", async () => {
    const fields = Object.fromEntries(["aa", "bb", "cc", "dd", "ee"].map((name) => [name, rawField(name, "version")]));
    const definition = definitionOf({ reports: { weekly: { window: "week", description: "x", fields } } });
    const scene = await SenderScene.make();
    scene.install(definition);
    await scene.grant(definition);
    const version = "12345678.12345678.12345678";
    scene.due("weekly", { values: Object.fromEntries(Object.keys(fields).map((name) => [name, version])) });
    expect(await scene.run()).toMatchObject({ sealed: 1, acked: 2, waiting: 2 });
    scene.later(30);
    expect(await scene.run()).toMatchObject({ sealed: 0, acked: 2, waiting: 0 });
    const opened = scene.opened();
    expect(opened.map(({ part }) => part)).toEqual([0, 1, 2, 3].map((index) => ({ index, count: 4 })));
    const expected = Object.fromEntries(Object.keys(fields).map((name) => [name, version]));
    expect(JSON.parse(opened.map(({ text }) => text).join(""))).toEqual(expected);
  });

  it("tells only what the user agreed to, and is not made when that is nothing", async () => {
    const scene = await SenderScene.withDue();
    const told = JSON.parse(await readFile(scene.world.places.consent?.path ?? "", "utf8")).projects["left-pad"].fields;
    const { "weekly.tty": _, ...fields } = told;
    await scene.decide((record) => withGrant(record, "left-pad", { day: DAY, fields }));
    await scene.run();
    expect(texts(scene)).toEqual(['{"p":"3.12.1","a":1}']);
    await scene.decide((record) => withGrant(record, "left-pad", { day: DAY, fields: {} }));
    scene.due("weekly", { id: "00000000000000bb", day: DAY + 7 });
    scene.later(7 * 1440);
    expect(await scene.run()).toMatchObject({ sealed: 0 });
    expect((await state(scene)).reports.weekly.reported).toEqual([WEEK]);
    expect(await names(scene)).not.toContain("due-weekly.json");
  });

  it("of a project with a grant by environment tells all", async () => {
    const scene = await SenderScene.make();
    scene.install();
    scene.due();
    await scene.run({ environment: { LEFT_PAD_TELEMETRY: "on" } });
    expect(texts(scene)).toEqual([TEXT]);
  });

  it.each<[string, Record<string, string>, boolean]>([
    ["denied", { DO_NOT_TRACK: "1" }, false],
    ["denied for the project", { LEFT_PAD_TELEMETRY: "off" }, false],
    ["undecided", {}, true],
    ["in debug", { SOTTO_TELEMETRY: "debug" }, true],
  ])("of a project that is %s is not sealed; it waits: %#", async (_, environment, waits) => {
    const scene = await SenderScene.make();
    scene.install();
    scene.due();
    expect(await scene.run({ environment })).toMatchObject({ sealed: 0, waiting: 0 });
    const expected = ["definition.json", ...(waits ? ["due-weekly.json"] : [])].toSorted();
    expect([scene.names, await names(scene)]).toEqual([[], expected]);
    scene.later(13 * 1440);
    await scene.run({ environment });
    expect(await names(scene)).toEqual(expected);
    scene.later(1440);
    await scene.run({ environment });
    expect(await names(scene)).toEqual(["definition.json"]);
  });

  it("is decided about with the opt-out files of the program's folder and the administrator's file", async () => {
    const scene = await SenderScene.withDue();
    const folder = join(scene.home, "work");
    await mkdir(join(folder, ".sotto-opt-out"), { recursive: true });
    expect(await scene.run({ workingFolder: folder })).toMatchObject({ sealed: 0 });
    expect(await names(scene)).toEqual(["definition.json"]);
    scene.due();
    await writeFile(scene.world.places.administrator, '{"version":1,"projects":{"left-pad":"off"}}');
    expect(await scene.run()).toMatchObject({ sealed: 0 });
    expect(await names(scene)).toEqual(["definition.json"]);
  });

  it("is decided about anew after the one before it", async () => {
    const report = { window: "week", description: "x", fields: { python: rawField("p", "version") } };
    const definition = definitionOf({ reports: { a: report, b: report } });
    const scene = await SenderScene.make();
    scene.install(definition);
    await scene.grant(definition);
    for (const [at, name] of ["a", "b"].entries()) scene.due(name, { id: `000000000000000${at}` });
    const random = seeded("withdrawn");
    const drawing = (length: number) => {
      writeFileSync(join(scene.home, ".sotto-opt-out"), "");
      return random(length);
    };
    expect(await scene.run({ random: drawing })).toMatchObject({ sealed: 1, acked: 0 });
    expect(scene.names).toEqual([]);
  });

  it.each([
    ["fourteen days ago", -14, false],
    ["thirteen days ago", -13, true],
    ["tomorrow", 1, true],
    ["the day after tomorrow", 2, false],
  ])("of %s is looked at: %#", async (_, day, isKept) => {
    const scene = await SenderScene.withDue("weekly", { day: DAY + 30 + day });
    scene.later(30 * 1440);
    await scene.run();
    expect(scene.spooled().length + scene.reports().length + (await names(scene)).length - 1).toBe(isKept ? 2 : 0);
  });

  it("that is damaged is removed, one by a newer program or without a definition is left", async () => {
    const scene = await SenderScene.withDue();
    await writeFile(join(scene.folder().path, "due-broken.json"), '{"version":1,"id":"x"}');
    await writeFile(join(scene.folder().path, "due-newer.json"), '{"version":2}');
    scene.due("unknown");
    await mkdir(scene.folder("black").path, { recursive: true });
    scene.due("weekly", {}, "black");
    expect(await scene.run()).toMatchObject({ sealed: 1 });
    expect(await names(scene)).toEqual(["definition.json", "due-newer.json", "state.json"]);
    expect(await readdir(scene.folder("black").path)).toEqual(["due-weekly.json"]);
  });

  it("without a key is not sealed, and waits until its day is over", async () => {
    const definition = definitionOf({ keys: [] });
    const scene = await SenderScene.make();
    scene.install(definition);
    await scene.grant(definition);
    scene.due();
    expect(await scene.run()).toMatchObject({ sealed: 0 });
    expect(await names(scene)).toContain("due-weekly.json");
    scene.later(1440);
    await scene.run();
    expect(await names(scene)).toEqual(["definition.json", "state.json"]);
    expect((await state(scene)).reports.weekly.reported).toEqual([]);
  });

  it("is not sealed where its state was written by a newer program", async () => {
    const scene = await SenderScene.withDue();
    await writeFile(join(scene.folder().path, "state.json"), '{"version":2}');
    expect(await scene.run()).toMatchObject({ sealed: 0 });
    expect(await readFile(join(scene.folder().path, "state.json"), "utf8")).toBe('{"version":2}');
    expect(await names(scene)).toContain("due-weekly.json");
  });

  it("is sent without a history where the user wants none, but not where it cannot be kept", async () => {
    const off = await SenderScene.withDue();
    await switchOff(historyPlacesOf(off.world.places) as never, off.world.clock);
    expect(await off.run()).toMatchObject({ sealed: 1, acked: 1 });
    expect(await off.files(off.state.path)).not.toContainEqual(expect.stringMatching(/^history/));
    const broken = await SenderScene.withDue();
    await writeFile(broken.path("history"), "");
    expect(await broken.run()).toMatchObject({ sealed: 0, waiting: 0 });
    expect(await names(broken)).toContain("due-weekly.json");
  });
});

describe("a CI job's report", () => {
  const DEFAULT_SHARE = 2n ** 60n;
  const drawing = (eight: bigint) => {
    const rest = seeded("ci");
    const octets = new Uint8Array(Buffer.from(eight.toString(16).padStart(16, "0"), "hex"));
    let isFirst = true;
    return (length: number) => {
      if (length !== 8 || !isFirst) return rest(length);
      isFirst = false;
      return octets;
    };
  };

  it.each([
    ["just drawn", DEFAULT_SHARE - 1n, 1],
    ["just not drawn", DEFAULT_SHARE, 0],
  ])("is sealed in one of sixteen windows: %s", async (_, eight, sealed) => {
    const scene = await SenderScene.withDue("weekly", { runner: "ci" });
    const changes = { environment: { SOTTO_TELEMETRY: "on" }, isCi: true, random: drawing(eight) };
    expect(await scene.run(changes)).toMatchObject({ sealed, acked: sealed });
    // Either way the window is over for this installation.
    expect((await state(scene)).reports.weekly.reported).toEqual([WEEK]);
    expect(await names(scene)).toEqual(["definition.json", "state.json"]);
    expect(scene.slept).toEqual([]);
  });
});

describe("counts", () => {
  const twice = { daily: { runs: 2, errors: { E_IO: 1 } } };

  it("of days that are over are added up, told of with w, and removed; those of today stay", async () => {
    const scene = await SenderScene.withDue("daily", { values: {} });
    await counted(scene, DAY - 2, twice, { daily: { runs: 1, errors: { other: 2 } } });
    await writeFile(
      join(scene.folder().path, `counts-${DAY - 2}.0123456789abcdef.ndjson`),
      `${JSON.stringify(twice)}\nx`,
    );
    await counted(scene, DAY, twice);
    await scene.run();
    expect(texts(scene)).toEqual(['{"r":5,"e":{"E_IO":2,"other":2},"w":2}']);
    expect(await names(scene)).toEqual([`counts-${DAY}.ndjson`, "definition.json", "state.json"]);
    expect(await state(scene)).toMatchObject({
      firstDay: DAY - 2,
      merged: [],
      reports: { daily: { reported: [DAY - 2], activity: [] } },
    });
  });

  it("are added to what was kept, window by window, for the age too", async () => {
    const fields = { runs: rawField("r", "counter", { max: 1000 }), age: rawField("a", "age") };
    const definition = definitionOf({ reports: { weekly: { window: "week", description: "x", fields } } });
    const scene = await SenderScene.make();
    scene.install(definition);
    await scene.grant(definition);
    for (const [day, runs] of [
      [DAY, 1],
      [DAY + 1, 2],
      [DAY + 6, 4],
      [DAY + 7, 8],
    ]) {
      scene.now = ((day as number) * 1440 + 600) * 60_000;
      await counted(scene, day as number, { weekly: { runs } });
      await scene.run();
    }
    expect((await state(scene)).reports.weekly.activity).toEqual([{ window: WEEK, counts: { runs: 7 } }]);
    scene.due("weekly", { day: DAY + 7, values: {} });
    scene.later(30);
    await scene.run();
    scene.later(14 * 1440);
    scene.due("weekly", { day: DAY + 21, values: {} });
    await scene.run();
    // The week of DAY + 7 is a step after the first; told of in the second week after it.
    expect(texts(scene)).toEqual(['{"r":7,"a":1,"w":1}', '{"r":8,"a":1,"w":2}']);
  });

  it("of a day that was added up before, or far ahead, are removed and not counted", async () => {
    const scene = await SenderScene.withDue("daily", { values: {} });
    const before = { version: 1, firstDay: DAY - 9, reports: {}, merged: [DAY - 1], later: 1 };
    await writeFile(join(scene.folder().path, "state.json"), JSON.stringify(before));
    await counted(scene, DAY - 1, twice);
    await counted(scene, DAY + 21, twice);
    await counted(scene, DAY + 22, twice);
    expect(await scene.run()).toMatchObject({ sealed: 0 });
    expect(await names(scene)).toEqual([`counts-${DAY + 21}.ndjson`, "definition.json", "state.json"]);
    expect(await state(scene)).toMatchObject({ firstDay: DAY - 9, merged: [], later: 1 });
  });

  it("heal a first day that a clock made up which ran ahead", async () => {
    const scene = await SenderScene.withDue();
    await writeFile(join(scene.folder().path, "state.json"), JSON.stringify({ version: 1, firstDay: DAY + 100 }));
    await scene.run();
    expect((await state(scene)).firstDay).toBe(DAY);
  });

  it("of a window that no report can tell of any more are dropped", async () => {
    const scene = await SenderScene.make();
    scene.install();
    await scene.grant();
    await counted(scene, DAY - 4, twice);
    await counted(scene, DAY - 3, twice);
    await scene.run();
    const counts = { runs: 2, errors: { E_IO: 1 } };
    expect((await state(scene)).reports.daily.activity).toEqual([{ window: DAY - 3, counts }]);
  });

  it("of a due report of an earlier day are those of its time", async () => {
    const scene = await SenderScene.withDue("daily", { values: {} });
    await counted(scene, DAY - 1, twice);
    await counted(scene, DAY + 4, { daily: { runs: 9 } });
    scene.later(6 * 1440);
    await scene.run();
    expect(scene.opened()).toMatchObject([{ day: DAY, text: '{"r":2,"e":{"E_IO":1},"w":1}' }]);
    expect((await state(scene)).reports.daily.activity).toEqual([{ window: DAY + 4, counts: { runs: 9 } }]);
  });
});

describe("draws", () => {
  it("are kept with the window they are for", async () => {
    const fields = { tty: rawField("t", "boolean", { epsilon: 1 }), python: rawField("p", "version") };
    const report = { window: "week", description: "x", fields, rotate: ["tty", "python"] };
    const definition = definitionOf({ reports: { ...REPORTS, weekly: report } });
    const scene = await SenderScene.make();
    scene.install(definition);
    await scene.grant(definition);
    scene.due();
    await scene.run();
    const { draws } = (await state(scene)).reports.weekly;
    const told = draws.rotated === "tty" ? { t: draws.answers.tty } : { p: "3.12.1" };
    expect(draws.window).toBe(WEEK);
    expect(texts(scene).map((text) => JSON.parse(text))).toEqual([told]);
  });
});

it("nothing at all is done by a clock that is certainly wrong", async () => {
  const scene = await SenderScene.withDue();
  const before = await scene.files(scene.home);
  scene.now = 17 * 60_000;
  expect(await scene.run()).toEqual({ type: "done", sealed: 0, acked: 0, refused: 0, unconfirmed: 0, waiting: 0 });
  expect([scene.names, await scene.files(scene.home)]).toEqual([[], before]);
});
