import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DuckDbStore } from "../../../decoder/duckdb/duckdbstore.ts";
import { type DuckDbPlace, duckDbPlace } from "./duckdbplace.ts";
import { openElsewhere } from "./otherprocess.ts";
import { gather, recordOf, scanInto, segmentOf } from "./samples.ts";
import { syntheticSegment } from "./synthetic.ts";

let place: DuckDbPlace;

beforeEach(async () => {
  place = await duckDbPlace();
});

afterEach(() => place.remove());

async function fill(label = "f"): Promise<void> {
  const store = await place.open();
  await scanInto(store, segmentOf("a"), { messages: [recordOf(label)] });
  await store.close();
}

async function recordsOf(path: string, options: { readOnly?: boolean } = {}): Promise<unknown[]> {
  const store = await DuckDbStore.open(path, options);
  const records = await gather(store.messagesIn(["record"]));
  await store.close();
  return records;
}

/** What stands in the store's folder, with its modes. */
async function modes(): Promise<Record<string, string>> {
  const names = (await place.names()).map((name) => [name, join(place.folder, name)] as const);
  const found: Record<string, string> = {};
  for (const [name, path] of names) {
    found[name.replace(/\.tmp-\w{6}$/, ".tmp-*")] = ((await stat(path)).mode & 0o777).toString(8);
  }
  return found;
}

describe("the file of a store", () => {
  it("is all that is left when it is closed", async () => {
    await fill();
    expect(await modes()).toEqual({ "records.duckdb": "600" });
    expect(await recordsOf(place.path, { readOnly: true })).toHaveLength(1);
    expect(await modes()).toEqual({ "records.duckdb": "600" });
  });

  it("is a database of DuckDB's, with tables", async () => {
    await fill();
    const instance = await DuckDBInstance.create(place.path, { access_mode: "READ_ONLY" });
    const connection = await instance.connect();
    const { length } = (await connection.runAndReadAll("SELECT * FROM messages WHERE state = 'record'")).getRows();
    const tables = (await connection.runAndReadAll("SELECT table_name FROM duckdb_tables() ORDER BY ALL")).getRows();
    connection.closeSync();
    instance.closeSync();
    expect(length).toBe(1);
    expect(tables.flat()).toEqual(["about", "frames", "messages", "parts", "segments", "weeks"]);
  });

  it("is a store wherever it is copied to", async () => {
    await fill();
    const copy = join(place.folder, "copy");
    await promisify(execFile)("cp", [place.path, copy]);
    for (const readOnly of [true, false]) expect(await recordsOf(copy, { readOnly })).toEqual([recordOf("f")]);
    expect(await place.names()).toEqual(["copy", "records.duckdb"]);
  });

  it("may have any name, and a link for one", async () => {
    const path = join(place.folder, "it's; a [store] ä %20");
    const store = await DuckDbStore.open(path);
    await scanInto(store, segmentOf("a"), { messages: [recordOf("f"), recordOf("g")] });
    await store.forget([recordOf("f").id]);
    await store.close();
    await symlink(path, place.path);
    expect(await recordsOf(place.path)).toEqual([recordOf("g")]);
    expect(await place.names()).toEqual(["it's; a [store] ä %20", "records.duckdb"]);
  });

  it.each([0o640, 0o604, 0o660])("is refused when others can get at it: mode %o", async (mode) => {
    await fill();
    await chmod(place.path, mode);
    for (const readOnly of [false, true]) {
      await expect(place.open({ readOnly })).rejects.toMatchObject({
        code: "SOTTO_STORE_MODE",
        message: `others can read the store ${place.path}: chmod 600 it`,
      });
    }
    expect(await place.names()).toEqual(["records.duckdb"]);
  });

  it("is not made to be read alone", async () => {
    await expect(place.open({ readOnly: true })).rejects.toMatchObject({
      code: "SOTTO_STORE_MISSING",
      message: `there is no store ${place.path}`,
    });
    expect(await place.names()).toEqual([]);
  });

  it("is not made where there is no folder", async () => {
    const path = join(place.folder, "none", "records.duckdb");
    await expect(DuckDbStore.open(path)).rejects.toMatchObject({
      code: "SOTTO_STORE_WRITE",
      message: expect.stringMatching(/^cannot make the store: ENOENT[^\n]*\/none'$/),
    });
    await expect(DuckDbStore.open(path, { readOnly: true })).rejects.toMatchObject({ code: "SOTTO_STORE_MISSING" });
    expect(await place.names()).toEqual([]);
  });
});

it("lets nobody else at what is beside it, whatever the process's mask", async () => {
  const beside = { "records.duckdb": "600", "records.duckdb.lock": "600", "records.duckdb.tmp-*": "700" };
  const withLog = { ...beside, "records.duckdb.wal": "600" };
  const mask = process.umask(0);
  try {
    const store = await place.open();
    expect(await modes()).toEqual(beside);
    // A log of more than 16 MB is emptied, and removed; the next commit makes another.
    let emptied = 0;
    for (let number = 0; emptied < 2 && number < 60; number++) {
      const { segment, frames, messages, weeks } = syntheticSegment(number, 10_000);
      const scan = await store.scan(segment);
      await scan.put({ frames, messages, parts: [] });
      expect([beside, withLog]).toContainEqual(await modes());
      await scan.commit([], weeks);
      const now = await modes();
      expect([beside, withLog]).toContainEqual(now);
      if (now["records.duckdb.wal"] === undefined) emptied++;
      if (number === 1) {
        await store.forget([(messages[0] as { id: string }).id]);
        expect(await modes()).toEqual(beside);
      }
    }
    expect(emptied).toBe(2);
    await store.replace([recordOf("f")]);
    expect(await modes()).toEqual(withLog);
    await store.close();
  } finally {
    process.umask(mask);
  }
  expect(await modes()).toEqual({ "records.duckdb": "600" });
}, 120_000);

describe("what a killed process left", () => {
  it("is tidied by the next that writes, and nothing else is", async () => {
    await fill();
    const other = await openElsewhere(place.path, false);
    await other.kill();
    expect(Object.keys(await modes())).toEqual(["records.duckdb", "records.duckdb.lock", "records.duckdb.tmp-*"]);
    const others = ["records.duckdb.tmp-1", "records.duckdb.tmp-abcdefg", "records.duckdb2.tmp-abcdef"];
    for (const name of others) await mkdir(join(place.folder, name));
    await writeFile(join(place.folder, "records.duckdb.tmp-abcdef"), "a file");
    await fill("g");
    expect(await place.names()).toEqual(["records.duckdb", ...others, "records.duckdb.tmp-abcdef"].toSorted());
  });

  it("is no part of a store that is made where another was removed", async () => {
    const store = await place.open();
    await scanInto(store, segmentOf("a"), { messages: [recordOf("f")] });
    const killed = await duckDbPlace();
    await promisify(execFile)("cp", ["-a", `${place.folder}/.`, killed.folder]);
    await store.close();
    expect(await killed.names()).toContain("records.duckdb.wal");
    await promisify(execFile)("rm", ["-f", killed.path]);
    expect(await recordsOf(killed.path)).toEqual([]);
    expect(await killed.names()).toEqual(["records.duckdb"]);
    await killed.remove();
  });

  it("is not read into another file in its place", async () => {
    const store = await place.open();
    await scanInto(store, segmentOf("a"), { messages: [recordOf("f")] });
    await promisify(execFile)("cp", [`${place.path}.wal`, join(place.folder, "log")]);
    await store.close();
    // A state of it later than the log, and another store's file.
    const other = await duckDbPlace();
    await (await other.open()).close();
    for (const file of [place.path, other.path]) {
      const path = join(place.folder, "both");
      await copyFile(file, path);
      await copyFile(join(place.folder, "log"), `${path}.wal`);
      const before = await readFile(path);
      for (const readOnly of [true, false]) {
        await expect(DuckDbStore.open(path, { readOnly })).rejects.toMatchObject({
          code: "SOTTO_STORE_DAMAGED",
          message: `${path}.wal is not the log of the store ${path}`,
        });
      }
      expect(before.equals(await readFile(path))).toBe(true);
      await rm(`${path}.wal`);
      expect(await recordsOf(path)).toHaveLength(file === place.path ? 1 : 0);
    }
    await other.remove();
  });
});
