import { mkdirSync, rmSync } from "node:fs";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Entry, idOf } from "../../../client/history/entry.ts";
import { clearHistory, keepEntry } from "../../../client/history/history.ts";
import { entryPlace, statePlace } from "../../../client/history/layout.ts";
import { listHistory } from "../../../client/history/list.ts";
import { markFrame, reconcileHistory } from "../../../client/history/marking.ts";
import { reportOf } from "../../wire/reports.ts";
import { clockOf, historyPlaces, sealMessage, TODAY } from "./sealing.ts";

/** A history of one message, and what its frames are called. */
async function historyOf(text?: string) {
  const places = await historyPlaces();
  const { entry } = sealMessage(text === undefined ? {} : { text });
  await keepEntry(places, entry);
  const state = async () => (await listHistory(places)).entries.map((kept) => kept.state);
  return { places, entry, state, path: statePlace(places.folder, entry).path };
}

/** A part of an entry, from 0, as the spool names it. */
function frameOf(entry: Entry, part = 0) {
  return { project: entry.project, hash: entry.frames[part]?.box ?? "" };
}

describe("what became of a frame", () => {
  it("is recorded beside the entry, whose file is written once", async () => {
    const { places, entry, state, path } = await historyOf();
    const { ino, ctimeMs } = await stat(entryPlace(places.folder, entry).path);
    expect(await state()).toEqual(["waiting"]);
    for (const outcome of ["refused", "acknowledged", "unanswered", "dropped"] as const) {
      expect(await markFrame(places, frameOf(entry), outcome)).toEqual({ type: "replaced" });
      expect(await state()).toEqual([outcome]);
      expect(JSON.parse(await readFile(path, "utf8"))).toEqual({ version: 1, frames: [outcome] });
    }
    expect(await stat(entryPlace(places.folder, entry).path)).toMatchObject({ ino, ctimeMs });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it("is not written again when it is known", async () => {
    const { places, entry, path } = await historyOf();
    await markFrame(places, frameOf(entry), "acknowledged");
    const { ino } = await stat(path);
    expect(await markFrame(places, frameOf(entry), "acknowledged")).toEqual({ type: "replaced" });
    expect((await stat(path)).ino).toBe(ino);
  });

  it("makes a message acknowledged only when all parts are", async () => {
    const { places, entry, state } = await historyOf(reportOf(150));
    const seen: string[] = [];
    for (const part of [2, 0, 1]) {
      await markFrame(places, frameOf(entry, part), "acknowledged");
      seen.push(...(await state()));
    }
    expect(seen).toEqual(["waiting", "waiting", "acknowledged"]);
    await markFrame(places, frameOf(entry, 1), "refused");
    expect(await state()).toEqual(["refused"]);
  });

  it("brings no forgotten entry back, nor its folder", async () => {
    const { places, entry } = await historyOf();
    await clearHistory(places, "left-pad", clockOf(TODAY));
    expect(await markFrame(places, frameOf(entry), "acknowledged")).toEqual({ type: "absent" });
    expect(await readdir(places.folder.path)).toEqual([]);
  });

  it("is of no entry where none has the frame", async () => {
    const { places, entry, state } = await historyOf();
    const others = [
      { project: "black", hash: idOf(entry) },
      { project: "left-pad", hash: "0".repeat(64) },
    ];
    for (const other of [...others, { project: "../left-pad", hash: idOf(entry) }]) {
      expect(await markFrame(places, other, "acknowledged")).toEqual({ type: "absent" });
    }
    expect(await state()).toEqual(["waiting"]);
  });

  it("is unknown where the file is damaged, and of the other parts nobody knows when one is recorded", async () => {
    const { places, entry, state, path } = await historyOf(reportOf(100));
    await writeFile(path, '{"version":1,"frames":["acknowledged"]}');
    expect(await state()).toEqual(["unknown"]);
    expect(await reconcileHistory(places, () => false)).toEqual({ changed: 0, failed: 0 });
    await markFrame(places, frameOf(entry, 1), "acknowledged");
    expect((await listHistory(places)).entries[0]?.progress).toEqual(["unanswered", "acknowledged"]);
  });

  it("keeps what a newer program says, and members that are not known", async () => {
    const { places, entry, state, path } = await historyOf();
    await writeFile(path, '{"version":2}');
    expect(await markFrame(places, frameOf(entry), "refused")).toEqual({ type: "newer", version: 2 });
    expect(await state()).toEqual(["unknown"]);
    await writeFile(path, '{"version":1,"frames":["waiting"],"more":1}');
    await markFrame(places, frameOf(entry), "refused");
    expect(JSON.parse(await readFile(path, "utf8"))).toEqual({ version: 1, frames: ["refused"], more: 1 });
  });
});

describe("reconciling with the spool", () => {
  it("finds what was dropped, frame by frame, and touches nothing else", async () => {
    const places = await historyPlaces();
    const keep = async (message: Parameters<typeof sealMessage>[0]) => {
      const { entry } = sealMessage(message);
      await keepEntry(places, entry);
      return entry;
    };
    const lost = await keep({});
    const waiting = await keep({ project: "black" });
    const half = await keep({ text: reportOf(100) });
    const acknowledged = await keep({});
    const settled = await keep({ text: reportOf(100) });
    await markFrame(places, frameOf(acknowledged), "acknowledged");
    await markFrame(places, frameOf(settled), "acknowledged");
    const spool = new Set([frameOf(waiting), frameOf(half, 1)].map(({ hash }) => hash));
    expect(await reconcileHistory(places, (box) => spool.has(box))).toEqual({ changed: 3, failed: 0 });
    const { entries } = await listHistory(places);
    const progressOf = (entry: Entry) => entries.find((kept) => idOf(kept) === idOf(entry))?.progress;
    expect([lost, waiting, half, acknowledged, settled].map(progressOf)).toEqual([
      ["dropped"],
      ["waiting"],
      ["dropped", "waiting"],
      ["acknowledged"],
      ["acknowledged", "dropped"],
    ]);
    expect(await reconcileHistory(places, (box) => spool.has(box))).toEqual({ changed: 0, failed: 0 });
  });

  it("takes it back when the frame was only not there yet", async () => {
    const { places, state } = await historyOf();
    await reconcileHistory(places, () => false);
    expect(await state()).toEqual(["dropped"]);
    await reconcileHistory(places, () => true);
    expect(await state()).toEqual(["waiting"]);
  });

  it("makes nothing where there is no history", async () => {
    const places = await historyPlaces();
    expect(await reconcileHistory(places, () => false)).toEqual({ changed: 0, failed: 0 });
    expect(await readdir(places.home)).toEqual([]);
  });

  it("leaves no state behind when the entry is forgotten meanwhile", async () => {
    const { places, entry } = await historyOf();
    const forget = () => {
      rmSync(entryPlace(places.folder, entry).path);
      return false;
    };
    expect(await reconcileHistory(places, forget)).toEqual({ changed: 0, failed: 0 });
    expect(await readdir(join(places.folder.path, "left-pad"))).toEqual([]);
  });

  it("counts what could not be recorded", async () => {
    const { places, path } = await historyOf();
    const block = () => {
      mkdirSync(path);
      return false;
    };
    expect(await reconcileHistory(places, block)).toEqual({ changed: 1, failed: 1 });
  });
});
