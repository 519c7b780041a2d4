import { link, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DAY_SECONDS } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { type Entry, idOf } from "../../../client/history/entry.ts";
import { clearHistory, forgetEntry, keepEntry, switchOff, switchOn } from "../../../client/history/history.ts";
import { entryPlace } from "../../../client/history/layout.ts";
import { listHistory } from "../../../client/history/list.ts";
import { markFrame, reconcileHistory } from "../../../client/history/marking.ts";
import { pruneHistory } from "../../../client/history/prune.ts";
import { type HistoryPlaces, historyPlacesOf, readSetting } from "../../../client/history/setting.ts";
import { placesOf } from "../../../client/state/paths.ts";
import { reportOf } from "../../wire/reports.ts";
import { clockOf, historyPlaces, sealMessage, TODAY } from "./sealing.ts";

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

/** Everything below a folder, with the folder. */
async function everything(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return [folder, ...names.map((name) => join(folder, name))];
}

/** Seals and keeps; fails where it was not kept. */
async function kept(places: HistoryPlaces, message: Parameters<typeof sealMessage>[0] = {}): Promise<Entry> {
  const { entry } = sealMessage(message);
  expect(await keepEntry(places, entry)).toEqual({ type: "kept" });
  return entry;
}

describe("keeping", () => {
  it("writes one file 0600 in folders 0700 for each message, once", async () => {
    const places = await historyPlaces();
    const entry = await kept(places, { text: reportOf(200) });
    const path = entryPlace(places.folder, entry).path;
    expect(path).toBe(`${places.folder.path}/left-pad/${TODAY}-${idOf(entry)}.json`);
    const { ino } = await stat(path);
    expect(await keepEntry(places, entry)).toEqual({ type: "kept" });
    expect((await stat(path)).ino).toBe(ino);
    expect(await modeOf(path)).toBe(0o600);
    for (const folder of [places.folder.path, join(places.folder.path, "left-pad")]) {
      expect(await modeOf(folder)).toBe(0o700);
    }
    expect(await listHistory(places)).toMatchObject({
      entries: [{ ...entry, state: "waiting" }],
      damaged: 0,
      newer: 0,
    });
  });

  it("refuses what is no entry, and never throws", async () => {
    const places = await historyPlaces();
    const { entry } = sealMessage();
    for (const wrong of [{ project: "../../x" }, { day: 1 }, { frames: [] }, { publicKey: new Uint8Array(1) }]) {
      const bad = { ...entry, ...wrong };
      expect(await keepEntry(places, bad)).toMatchObject({ type: "failed", code: "SOTTO_HISTORY_ENTRY" });
      expect(await forgetEntry(places, bad)).toEqual({ erased: 0, unwiped: 0, newer: 0, failed: 0 });
    }
    expect(await readdir(places.home)).toEqual([]);
  });

  it("makes no home that is gone, and tells what the file system says without a secret", async () => {
    const places = await historyPlaces();
    await rm(places.home, { recursive: true });
    const failed = await keepEntry(places, sealMessage().entry);
    expect(failed).toMatchObject({ type: "failed", code: "ENOENT" });
    await expect(stat(places.home)).rejects.toThrow();
    expect(JSON.stringify(failed)).not.toMatch(/[0-9a-f]{16}/);
  });

  it("leaves a newer program's file alone, whatever is asked", async () => {
    const places = await historyPlaces();
    const entry = await kept(places);
    const path = entryPlace(places.folder, entry).path;
    await writeFile(path, '{"version":2,"what":"ever"}');
    expect(await keepEntry(places, entry)).toEqual({ type: "newer", version: 2 });
    expect(await forgetEntry(places, entry)).toMatchObject({ erased: 0, newer: 1 });
    expect(await clearHistory(places, null, clockOf(TODAY))).toMatchObject({ erased: 0, newer: 1 });
    expect(await listHistory(places)).toMatchObject({ entries: [], newer: 1 });
    expect(await readFile(path, "utf8")).toBe('{"version":2,"what":"ever"}');
  });

  it("leaves a newer program's memory of the clock alone", async () => {
    const places = await historyPlaces();
    await kept(places);
    const clock = join(places.folder.path, "clock.json");
    await writeFile(clock, '{"version":2}');
    await clearHistory(places, null, clockOf(TODAY));
    expect(await readFile(clock, "utf8")).toBe('{"version":2}');
    await writeFile(clock, "{");
    await clearHistory(places, null, clockOf(TODAY));
    await expect(stat(places.folder.path)).rejects.toThrow();
  });
});

describe("listing", () => {
  it("is newest first, of one project or all, and makes nothing", async () => {
    const places = await historyPlaces();
    expect(await listHistory(places)).toEqual({ entries: [], damaged: 0, newer: 0, unreadable: 0 });
    expect(await readdir(places.home)).toEqual([]);
    for (const day of [TODAY - 3, TODAY, TODAY - 40]) await kept(places, { day });
    await kept(places, { day: TODAY - 2, project: "black" });
    const days = async (project?: string) => (await listHistory(places, project)).entries.map(({ day }) => day);
    expect(await days()).toEqual([TODAY, TODAY - 2, TODAY - 3, TODAY - 40]);
    expect(await days("left-pad")).toEqual([TODAY, TODAY - 3, TODAY - 40]);
    expect(await days("black")).toEqual([TODAY - 2]);
    expect(await days("none")).toEqual([]);
    expect(await days("../../..")).toEqual([]);
  });

  it("counts what is damaged, under another name, or cannot be read", async () => {
    const places = await historyPlaces();
    const entry = await kept(places);
    const folder = join(places.folder.path, "left-pad");
    const text = await readFile(entryPlace(places.folder, entry).path, "utf8");
    await writeFile(join(folder, `${TODAY - 1}-${idOf(entry)}.json`), text);
    await writeFile(join(folder, `${TODAY}-${"0".repeat(64)}.json`), "{");
    await writeFile(join(folder, "notes.txt"), "the user's own");
    const loop = `${TODAY}-${"1".repeat(64)}.json`;
    await symlink(loop, join(folder, loop));
    const listing = await listHistory(places);
    expect(listing.entries.length).toBe(1);
    expect(listing).toMatchObject({ damaged: 2, newer: 0, unreadable: 1 });
    expect(await clearHistory(places, null, clockOf(TODAY))).toMatchObject({ erased: 4, failed: 0 });
    expect(await readdir(folder)).toEqual(["notes.txt"]);
  });
});

describe("forgetting", () => {
  it("removes the file, and a hard link shows zeros where the secret was", async () => {
    const places = await historyPlaces();
    const entry = await kept(places);
    const other = await kept(places);
    await markFrame(places, { project: entry.project, hash: idOf(entry) }, "acknowledged");
    const path = entryPlace(places.folder, entry).path;
    const witness = join(places.home, "witness");
    await link(path, witness);
    const { size } = await stat(witness);
    expect(await forgetEntry(places, entry)).toEqual({ erased: 2, unwiped: 0, newer: 0, failed: 0 });
    expect(await readFile(witness)).toEqual(Buffer.alloc(size));
    expect((await listHistory(places)).entries.map(idOf)).toEqual([idOf(other)]);
    expect((await readdir(join(places.folder.path, "left-pad"))).length).toBe(1);
    expect(await forgetEntry(places, entry)).toEqual({ erased: 0, unwiped: 0, newer: 0, failed: 0 });
  });

  it("leaves what a link in an entry's place leads to", async () => {
    const places = await historyPlaces();
    const entry = await kept(places);
    const path = entryPlace(places.folder, entry).path;
    await rm(path);
    const precious = join(places.home, "precious");
    await writeFile(precious, "mine");
    await symlink(precious, path);
    expect(await forgetEntry(places, entry)).toMatchObject({ erased: 1, unwiped: 1 });
    expect(await readFile(precious, "utf8")).toBe("mine");
  });

  it("of a project or of all takes what dead programs left, and the folders", async () => {
    const places = await historyPlaces();
    const entry = await kept(places);
    await kept(places, { project: "black" });
    await pruneHistory(places, clockOf(TODAY));
    const folder = join(places.folder.path, "left-pad");
    const secret = join(folder, `.${TODAY}-${idOf(entry)}.json.new-00000000-0000-4000-8000-000000000000`);
    await writeFile(secret, "half a secret");
    const witness = join(places.home, "witness");
    await link(secret, witness);
    expect(await clearHistory(places, "left-pad", clockOf(TODAY))).toMatchObject({ erased: 2, unwiped: 0 });
    expect(await readFile(witness)).toEqual(Buffer.alloc("half a secret".length));
    expect((await readdir(places.folder.path)).toSorted()).toEqual(["black", "clock.json"]);
    expect(await clearHistory(places, null, clockOf(TODAY))).toMatchObject({ erased: 1 });
    await expect(stat(places.folder.path)).rejects.toThrow();
    expect(await clearHistory(places, null)).toEqual({ erased: 0, unwiped: 0, newer: 0, failed: 0 });
  });
});

describe("switching off", () => {
  it("forgets all and keeps nothing from then on, until it is switched on", async () => {
    const places = await historyPlaces();
    await kept(places);
    const { setting, removal } = await switchOff(places, clockOf(TODAY));
    expect([setting, removal]).toMatchObject([{ type: "replaced" }, { erased: 1 }]);
    expect(await modeOf(places.setting.path)).toBe(0o600);
    expect((await stat(places.setting.path)).mtimeMs).toBe(TODAY * DAY_SECONDS * 1000);
    expect(await keepEntry(places, sealMessage().entry)).toEqual({ type: "off" });
    await expect(stat(places.folder.path)).rejects.toThrow();
    expect(await switchOn(places, clockOf(TODAY))).toEqual({ type: "replaced" });
    await kept(places);
  });

  it.each(["{", "{}", '{"version":1}', '{"version":1,"history":"of"}', '{"version":2,"history":"on"}'])(
    "is what a setting means that cannot be understood: %s",
    async (text) => {
      const places = await historyPlaces();
      await mkdir(join(places.home, "config", "sotto"), { recursive: true });
      await writeFile(places.setting.path, text);
      expect(readSetting(places).type).toBe("unusable");
      expect(await keepEntry(places, sealMessage().entry)).toEqual({ type: "off" });
      await expect(stat(places.folder.path)).rejects.toThrow();
    },
  );

  it("is set beside the user's decisions", () => {
    const home = "/home/u";
    expect(historyPlacesOf(placesOf({ platform: "linux", environment: {}, home }))).toEqual({
      folder: { path: "/home/u/.local/state/sotto/history", within: home },
      setting: { path: "/home/u/.config/sotto/history.json", within: home },
    });
    expect(historyPlacesOf(placesOf({ platform: "linux", environment: {}, home: null }))).toBeNull();
  });
});

describe("no time finer than a day", () => {
  it("is in any file, nor in the times of files and folders, after any change", async () => {
    const places = await historyPlaces();
    const steps: [string, () => Promise<unknown>][] = [
      ["keeping", () => kept(places, { text: reportOf(100) })],
      ["keeping an old one", () => kept(places, { day: TODAY - 91 })],
      ["keeping another project's", () => kept(places, { project: "black", day: TODAY - 1 })],
      ["marking", () => reconcileHistory(places, () => false)],
      ["pruning", () => pruneHistory(places, clockOf(TODAY))],
      ["forgetting one", async () => forgetEntry(places, await kept(places, { project: "black" }))],
      ["forgetting a project", () => clearHistory(places, "black", clockOf(TODAY))],
    ];
    for (const [step, change] of steps) {
      await change();
      for (const path of await everything(places.folder.path)) {
        const status = await stat(path);
        expect([step, path, status.mtimeMs % (DAY_SECONDS * 1000)]).toEqual([step, path, 0]);
        if (!status.isFile()) continue;
        // Seconds of this century have ten digits; a day has five.
        const text = (await readFile(path, "utf8")).replace(/[0-9a-f]{16,}|sotto1\w+/g, "");
        expect(text).not.toMatch(/\d{6}|\d\d:\d\d|\d{4}-\d\d-\d\d/);
      }
    }
    expect((await listHistory(places)).entries.map(({ day }) => day)).toEqual([TODAY]);
  });
});
