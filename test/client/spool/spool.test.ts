import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { entryFile, listSpool, removeMessage } from "../../../client/spool/folder.ts";
import { NO_LOSSES, readLosses } from "../../../client/spool/losses.ts";
import { addFrames, applySettlement, clearSpool, sweepSpool, updateFrame } from "../../../client/spool/spool.ts";
import type { Place } from "../../../client/state/paths.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { DAY, entryOf, NOON } from "./frames.ts";

async function scene(): Promise<Place> {
  const within = await temporaryFolder();
  return { path: join(within, "sotto"), within };
}

function adder(state: Place, name: string, count: number) {
  const script = fileURLToPath(new URL("./adder.ts", import.meta.url));
  const args = ["--conditions=sotto-source", script, state.path, name, `${count}`];
  return spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
}

const hashes = (state: Place) => listSpool(state).entries.map(({ hash }) => hash);
const done = <T>(value: T) => ({ type: "done", value });

describe("the spool", () => {
  it("is empty where nothing is, and looking, sweeping, settling and clearing make nothing", async () => {
    const state = await scene();
    const settlement = { type: "delivered" } as const;
    expect(listSpool(state)).toEqual({ entries: [], damaged: [], others: [] });
    expect(readLosses(state)).toEqual(NO_LOSSES);
    for (const change of [
      await sweepSpool(state, NOON),
      await clearSpool(state, null),
      await updateFrame(state, entryOf(1)),
      await applySettlement(state, entryOf(1), settlement),
    ]) {
      expect(change).toEqual({ type: "absent" });
    }
    expect(await readdir(state.within)).toEqual([]);
  });

  it("keeps what is added, for the user alone", async () => {
    const state = await scene();
    const [one, other] = [entryOf(1), entryOf(2, { project: "black" })];
    expect(await addFrames(state, [one, other], NOON)).toEqual(done(0));
    expect(listSpool(state).entries).toEqual([other, one]);
    expect((await stat(entryFile(state, one).path)).mode & 0o777).toBe(0o600);
    expect((await readdir(state.path)).toSorted()).toEqual(["spool"]);
  });

  it("refuses a frame that could not be read again, and a home that is gone", async () => {
    const state = await scene();
    expect((await addFrames(state, [entryOf(1, { project: "../x" })], NOON)).type).toBe("refused");
    expect(await readdir(state.within)).toEqual([]);
    await rm(state.within, { recursive: true });
    const change = await addFrames(state, [entryOf(1)], NOON);
    expect(change).toMatchObject({ type: "refused", cause: "unwritable" });
    await expect(stat(state.within)).rejects.toThrow();
  });

  it("adds all parts of a message or none", async () => {
    const state = await scene();
    const [first, second] = [entryOf(1), entryOf(2)];
    await mkdir(entryFile(state, second).path, { recursive: true });
    expect(await addFrames(state, [first, second], NOON)).toMatchObject({ type: "refused", cause: "unwritable" });
    expect(hashes(state)).toEqual([]);
  });

  it("loses a message with all its parts, and no other's", async () => {
    const state = await scene();
    const parts = [0, 1].map((part) => entryOf(`p${part}`, { message: "00000000000000aa", part, parts: 2 }));
    const others = [entryOf("other"), entryOf("black", { message: "00000000000000aa", project: "black" })];
    await addFrames(state, [...parts, ...others], NOON);
    expect(await removeMessage(state, { project: "left-pad", message: "00000000000000aa" })).toBe(true);
    expect(hashes(state).toSorted()).toEqual(others.map(({ hash }) => hash).toSorted());
    expect(readLosses(state)).toEqual(NO_LOSSES);
  });

  it("drops what expired, then the oldest beyond two hundred, and counts both", async () => {
    const state = await scene();
    const fresh = Array.from({ length: 199 }, (_, at) => entryOf(at, { day: DAY - (at % 3) }));
    await addFrames(state, [...fresh, entryOf("old", { day: DAY - 14 })], NOON);
    expect(await addFrames(state, [entryOf("a"), entryOf("b"), entryOf("c", { day: DAY - 9 })], NOON)).toEqual(done(3));
    const days = listSpool(state).entries.map(({ day }) => day);
    expect(days).toHaveLength(200);
    expect(days).not.toContain(DAY - 9);
    expect(days.filter((day) => day === DAY - 2)).toHaveLength(65);
    expect(readLosses(state)).toEqual({ ...NO_LOSSES, expired: 1, overflow: 2 });
  });

  it("is swept of what expired, is spent or damaged; a newer program's file and others stay", async () => {
    const state = await scene();
    const [good, ahead, spent] = [
      entryOf("good"),
      entryOf("ahead", { attempts: 1, last: NOON + 9000, wait: 10 }),
      entryOf("spent", { attempts: 6, last: NOON - 10, wait: 10 }),
    ];
    const [old, broken, newer] = [entryOf("old", { day: DAY - 14 }), entryOf("broken"), entryOf("newer")];
    await addFrames(state, [good, ahead, spent, old, broken, newer], NOON);
    await writeFile(entryFile(state, broken).path, '{"version":1}');
    await writeFile(entryFile(state, newer).path, '{"version":2}');
    const note = join(state.path, "spool", "left-pad", "note.txt");
    await writeFile(note, "");
    const swept = await sweepSpool(state, NOON);
    const healed = { ...ahead, last: NOON };
    const byHash = [good, healed].toSorted((a, b) => (a.hash < b.hash ? -1 : 1));
    expect(swept).toEqual(done(byHash));
    const { entries, damaged, others } = listSpool(state);
    expect([entries, damaged, others]).toEqual([byHash, [], [{ project: "left-pad", hash: newer.hash }]]);
    expect(readLosses(state)).toEqual({ ...NO_LOSSES, expired: 1, attempts: 1, damaged: 1 });
    expect(await clearSpool(state, "left-pad")).toEqual(done(true));
    expect(await readdir(join(state.path, "spool", "left-pad"))).toEqual([`${newer.hash}.json`, "note.txt"].toSorted());
  });

  it("keeps an attempt with what is unknown in the file, and settles it", async () => {
    const state = await scene();
    const entry = entryOf(1);
    await addFrames(state, [entry, entryOf(2)], NOON);
    const { path } = entryFile(state, entry);
    await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, "utf8")), later: 1 }));
    const tried = { ...entry, attempts: 1, last: NOON, wait: 7 };
    expect(await updateFrame(state, tried)).toEqual(done(true));
    expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ attempts: 1, last: NOON, wait: 7, later: 1 });
    const refused = { ...tried, refused: true };
    expect(await applySettlement(state, entry, { type: "waits", entry: refused })).toEqual(done(true));
    expect(listSpool(state).entries).toContainEqual(refused);
    for (let twice = 0; twice < 2; twice++) {
      expect(await applySettlement(state, entry, { type: "dropped", reason: "refused" })).toEqual(done(true));
    }
    expect(await applySettlement(state, entryOf(2), { type: "delivered" })).toEqual(done(true));
    expect([hashes(state), readLosses(state)]).toEqual([[], { ...NO_LOSSES, refused: 1 }]);
  });

  it("does not get back a frame that was deleted while it was sent", async () => {
    const state = await scene();
    const [mine, other] = [entryOf(1), entryOf(2, { project: "black" })];
    await addFrames(state, [mine, other], NOON);
    expect(await clearSpool(state, "left-pad")).toEqual(done(true));
    expect(await updateFrame(state, { ...mine, attempts: 1, last: NOON, wait: 7 })).toEqual(done(false));
    expect(listSpool(state).entries).toEqual([other]);
    expect(await readdir(join(state.path, "spool"))).toEqual(["black"]);
  });

  it("is cleared for good, halves and losses too, also when somebody has the lock", async () => {
    const state = await scene();
    await addFrames(state, [entryOf(1), entryOf(2, { day: DAY - 20 })], NOON);
    await sweepSpool(state, NOON);
    await writeFile(join(state.path, "spool", "left-pad", `.${entryOf(3).hash}.json.new-x`), "{");
    await writeFile(join(state.path, "spool.lock"), "another's");
    expect(await sweepSpool(state, NOON, { patience: 0 })).toMatchObject({ type: "refused", cause: "busy" });
    expect(await clearSpool(state, null, { patience: 0 })).toEqual(done(true));
    expect(await readdir(state.path)).toEqual(["spool.lock"]);
  });

  it("loses nothing of ten processes that add at once, up to the limit", async () => {
    const state = await scene();
    const children = Array.from({ length: 10 }, (_, at) => adder(state, `process ${at}`, 21));
    const codes = await Promise.all(children.map((child) => once(child, "exit")));
    expect(codes.map(([code]) => code)).toEqual(Array.from({ length: 10 }, () => 0));
    const { entries, damaged } = listSpool(state);
    expect([entries.length, damaged.length]).toEqual([200, 0]);
    expect(readLosses(state)).toEqual({ ...NO_LOSSES, overflow: 10 });
    expect(await readdir(state.path)).toEqual(["spool"]);
  });

  it("is sound after a process was killed while adding", async () => {
    const state = await scene();
    for (let round = 0; round < 6; round++) {
      const child = adder(state, `round ${round}`, 10_000);
      // After some frames, at another place of the loop each time.
      let said = 0;
      for await (const chunk of child.stdout) {
        said += `${chunk}`.split("\n").length - 1;
        if (said >= 5 + round) break;
      }
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      const { entries, damaged } = listSpool(state);
      expect(entries.length).toBeGreaterThanOrEqual(5);
      expect(damaged).toEqual([]);
      // The lock of the dead one, which a minute-long wait would otherwise outlast.
      await rm(join(state.path, "spool.lock"), { force: true });
    }
    expect(await sweepSpool(state, NOON)).toMatchObject({ type: "done" });
    expect(readLosses(state).damaged).toBe(0);
    await clearSpool(state, null);
    expect(await readdir(state.path)).toEqual([]);
  });
});
