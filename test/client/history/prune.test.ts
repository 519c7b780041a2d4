import { link, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DAY_SECONDS } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { idOf } from "../../../client/history/entry.ts";
import { keepEntry } from "../../../client/history/history.ts";
import { entryPlace, statePlace } from "../../../client/history/layout.ts";
import { listHistory } from "../../../client/history/list.ts";
import { markFrame } from "../../../client/history/marking.ts";
import { pruneHistory } from "../../../client/history/prune.ts";
import { clockOf, historyPlaces, sealMessage, TODAY } from "./sealing.ts";

const UUID = "00000000-0000-4000-8000-000000000000";

/** A history of messages of these days, last pruned today. */
async function historyOf(...days: number[]) {
  const places = await historyPlaces();
  for (const day of [TODAY, ...days]) await keepEntry(places, sealMessage({ day }).entry);
  const left = async () => (await listHistory(places)).entries.map(({ day }) => day);
  return { places, days: left, prune: (today: number) => pruneHistory(places, clockOf(today)) };
}

describe("removal by age", () => {
  it.each([
    [0, true],
    [1, true],
    [89, true],
    [90, true],
    [91, false],
    [300, false],
    [-1, true],
    [-90, true],
    [-91, false],
  ])("of an entry that is %i days old: it stays: %s", async (age, stays) => {
    const { places, days, prune } = await historyOf();
    // The memory of the clock is of today, so that one entry alone is looked at here.
    await prune(TODAY);
    await keepEntry(places, sealMessage({ day: TODAY - age }).entry);
    expect(await prune(TODAY)).toMatchObject({ type: "pruned", removal: { erased: stays ? 0 : 1 }, step: 0 });
    expect((await days()).length).toBe(stays ? 2 : 1);
  });

  it("takes the secret and the state with it", async () => {
    const { places, prune } = await historyOf();
    const { entry } = sealMessage({ day: TODAY - 91 });
    await keepEntry(places, entry);
    await markFrame(places, { project: entry.project, hash: idOf(entry) }, "acknowledged");
    const witness = join(places.home, "witness");
    await link(entryPlace(places.folder, entry).path, witness);
    const { size } = await stat(witness);
    expect(await prune(TODAY)).toMatchObject({ type: "pruned", removal: { erased: 2, unwiped: 0 } });
    expect(await readFile(witness)).toEqual(Buffer.alloc(size));
  });

  it("waits for a second day when the clock is years ahead, and says so", async () => {
    const { days, prune } = await historyOf(TODAY - 50);
    await prune(TODAY);
    expect(await prune(TODAY + 3000)).toMatchObject({ type: "doubted", step: 3000, kept: 2, removal: { erased: 0 } });
    expect(await prune(TODAY + 3000)).toMatchObject({ type: "doubted", kept: 2 });
    expect(await prune(TODAY + 1)).toMatchObject({ type: "pruned", removal: { erased: 0 }, step: 1 });
    expect((await days()).length).toBe(2);
    await prune(TODAY + 3000);
    expect(await prune(TODAY + 3001)).toMatchObject({ type: "pruned", removal: { erased: 2 }, step: 3000 });
    expect(await days()).toEqual([]);
  });

  it("waits even when what it remembers of the clock is gone or damaged", async () => {
    for (const text of [null, "{", '{"version":1,"day":7}']) {
      const { places, days, prune } = await historyOf();
      if (text !== null) await writeFile(join(places.folder.path, "clock.json"), text);
      expect(await prune(TODAY + 3000)).toMatchObject({ type: "doubted", kept: 1 });
      expect(await days()).toEqual([TODAY]);
    }
  });

  it("does nothing on a day that cannot be, nor with a memory by a newer program", async () => {
    const { places, days, prune } = await historyOf(TODAY - 91);
    for (const day of [0, 20_453, 65_536]) expect(await prune(day)).toEqual({ type: "left" });
    expect(await pruneHistory(places, () => Number.NaN)).toEqual({ type: "left" });
    await writeFile(join(places.folder.path, "clock.json"), '{"version":2}');
    expect(await prune(TODAY)).toEqual({ type: "left" });
    expect((await days()).length).toBe(2);
  });

  it("makes nothing where there is no history, and is no error where it vanished", async () => {
    const places = await historyPlaces();
    const nothing = { type: "pruned", removal: { erased: 0, unwiped: 0, newer: 0, failed: 0 }, step: null };
    expect(await pruneHistory(places, clockOf(TODAY))).toEqual(nothing);
    expect(await readdir(places.home)).toEqual([]);
    await rm(places.home, { recursive: true });
    expect(await pruneHistory(places, clockOf(TODAY))).toEqual(nothing);
    await expect(stat(places.home)).rejects.toThrow();
  });

  it("takes what dead programs left, not what one is writing, and leaves strangers and newer files", async () => {
    const { places, prune } = await historyOf();
    const { entry } = sealMessage({ day: TODAY - 91 });
    await keepEntry(places, entry);
    await writeFile(entryPlace(places.folder, entry).path, '{"version":2}');
    const folder = join(places.folder.path, "left-pad");
    const stem = `${TODAY}-${"a".repeat(64)}`;
    const now = clockOf(TODAY)() / 1000;
    const write = async (name: string, seconds: number) => {
      await writeFile(join(folder, name), "x");
      await utimes(join(folder, name), seconds, seconds);
    };
    await write(`.${stem}.json.new-${UUID}`, now - 361);
    await write(`.${stem}.json.gone-${UUID}`, now);
    await write(`${stem}.state.json`, now);
    await write(`.${stem}.json.new-${UUID.replaceAll("0", "1")}`, now - 300);
    await write("notes.txt", now);
    await mkdir(join(places.folder.path, "Not_A_Project"));
    expect(await prune(TODAY)).toMatchObject({ removal: { erased: 3, newer: 1, failed: 0 } });
    const left = (await readdir(folder)).toSorted();
    expect(left.length).toBe(4);
    expect(left).toContain("notes.txt");
    expect(left).toContain(`.${stem}.json.new-${UUID.replaceAll("0", "1")}`);
  });

  it("sets the times right that a program which died did not", async () => {
    const { places, prune } = await historyOf();
    const { entry } = sealMessage({ day: TODAY - 5 });
    await keepEntry(places, entry);
    await markFrame(places, { project: entry.project, hash: idOf(entry) }, "refused");
    const paths = [entryPlace(places.folder, entry).path, statePlace(places.folder, entry).path];
    for (const path of paths) await utimes(path, TODAY * DAY_SECONDS + 777, TODAY * DAY_SECONDS + 777);
    await prune(TODAY);
    for (const path of paths) expect((await stat(path)).mtimeMs).toBe((TODAY - 5) * DAY_SECONDS * 1000);
  });
});
