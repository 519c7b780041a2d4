import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DuckDbPlace, duckDbPlace } from "./duckdbplace.ts";
import { runElsewhere } from "./otherprocess.ts";
import { gather, recordOf, scanInto, segmentOf } from "./samples.ts";

let place: DuckDbPlace;

beforeEach(async () => {
  place = await duckDbPlace();
});

afterEach(() => place.remove());

/** Runs SQL on the file of a store that is closed. */
async function alter(...statements: string[]): Promise<void> {
  const instance = await DuckDBInstance.create(place.path);
  const connection = await instance.connect();
  for (const sql of statements) await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
}

/** The check sum of a block of DuckDB's. */
function sumOf(block: Buffer): bigint {
  let sum = 5381n;
  for (let at = 0; at + 8 <= block.length; at += 8) {
    sum ^= BigInt.asUintN(64, block.readBigUInt64LE(at) * 0xbf58476d1ce4e5b9n);
  }
  return sum;
}

async function fill(): Promise<void> {
  const store = await place.open();
  await scanInto(store, segmentOf("a"), { messages: [recordOf("f")] });
  await store.close();
}

describe("what is no store", () => {
  async function expectRefused(): Promise<void> {
    for (const readOnly of [false, true]) {
      await expect(place.open({ readOnly })).rejects.toMatchObject({
        code: "SOTTO_STORE_FOREIGN",
        message: `${place.path} is not a store of sotto-decoder`,
      });
    }
  }

  it.each([
    ["text", "records of another kind"],
    ["nothing", ""],
    ["octets", "x".repeat(20_000)],
  ])("is refused, and left as it is: a file of %s", async (_, content) => {
    await writeFile(place.path, content);
    await expectRefused();
    expect(await readFile(place.path, "utf8")).toBe(content);
    expect(await place.names()).toEqual(["records.duckdb"]);
  });

  it("is refused: a folder", async () => {
    await mkdir(place.path);
    await expectRefused();
    expect(await readdir(place.path)).toEqual([]);
  });

  it("is refused: a link to nothing", async () => {
    await symlink("nowhere", place.path);
    await expectRefused();
    expect(await place.names()).toEqual(["records.duckdb"]);
  });

  it.each([
    "DROP TABLE about",
    "UPDATE about SET format = 'something else'",
    "DELETE FROM about",
    "ALTER TABLE about DROP schema_version",
  ])("is refused, and left as it is: a DuckDB file that is not ours: %s", async (sql) => {
    await fill();
    await alter(sql);
    const before = await readFile(place.path);
    await expectRefused();
    expect(before.equals(await readFile(place.path))).toBe(true);
    expect(await place.names()).toEqual(["records.duckdb"]);
  });

  it("is refused, and left as it is: a DuckDB file whose log was not read yet", async () => {
    const script = `
      import { DuckDBInstance } from "@duckdb/node-api";
      const connection = await (await DuckDBInstance.create(${JSON.stringify(place.path)})).connect();
      await connection.run("CREATE TABLE mine AS SELECT 1 AS a");
      process.kill(process.pid, "SIGKILL");`;
    await expect(runElsewhere(script)).rejects.toMatchObject({ signal: "SIGKILL" });
    const files = ["records.duckdb", "records.duckdb.wal"];
    expect(await place.names()).toEqual(files);
    const contents = () => Promise.all(files.map((name) => readFile(join(place.folder, name), "base64")));
    const before = await contents();
    await expectRefused();
    expect(await contents()).toEqual(before);
    expect(await place.names()).toEqual(files);
  });

  it("is refused: a lock that is none", async () => {
    await fill();
    const lock = `${place.path}.lock`;
    await writeFile(lock, "somebody's");
    await expect(place.open()).rejects.toMatchObject({
      code: "SOTTO_STORE_FOREIGN",
      message: `${lock} is not the lock of the store ${place.path}: remove it`,
    });
    expect(await readFile(lock, "utf8")).toBe("somebody's");
  });
});

describe("a store of a newer version", () => {
  it("is refused, and left as it is", async () => {
    await fill();
    await alter("UPDATE about SET schema_version = 2, rewrite = true");
    const before = await readFile(place.path);
    for (const readOnly of [false, true]) {
      await expect(place.open({ readOnly })).rejects.toMatchObject({
        code: "SOTTO_STORE_NEWER",
        message: `a newer version of sotto-decoder made the store ${place.path}`,
      });
    }
    expect(before.equals(await readFile(place.path))).toBe(true);
  });

  it("is refused, though it is DuckDB's version that is newer", async () => {
    await fill();
    const file = place.path;
    const octets = await readFile(file);
    // The first block: its check sum, `DUCK`, and the version of the format.
    const header = octets.subarray(8, 4096);
    expect(octets.readBigUInt64LE(0)).toBe(sumOf(header));
    header.writeBigUInt64LE(header.readBigUInt64LE(4) + 1000n, 4);
    octets.writeBigUInt64LE(sumOf(header), 0);
    await writeFile(file, octets);
    await expect(place.open()).rejects.toMatchObject({ code: "SOTTO_STORE_NEWER" });
  });
});

it("that is damaged is said to be", async () => {
  await fill();
  const file = place.path;
  const octets = await readFile(file);
  octets.writeUInt8(octets.readUInt8(100) ^ 1, 100);
  await writeFile(file, octets);
  await expect(place.open()).rejects.toMatchObject({
    code: "SOTTO_STORE_DAMAGED",
    message: `the store ${place.path} is damaged`,
  });
});

describe("a store for reading alone", () => {
  it("changes nothing", async () => {
    await fill();
    const before = await readFile(place.path);
    const store = await place.open({ readOnly: true });
    const refused = { code: "SOTTO_STORE_READ_ONLY" };
    await expect(store.scan(segmentOf("b"))).rejects.toMatchObject(refused);
    await expect(store.replace([recordOf("f")])).rejects.toMatchObject(refused);
    await expect(store.forget([recordOf("f").id])).rejects.toMatchObject(refused);
    await expect(store.expire({ recordsBefore: 9e5, segmentsBefore: 0, retired: new Set() })).rejects.toMatchObject(
      refused,
    );
    expect(await gather(store.tally({ report: "weekly", from: 0, until: 9999 }))).toHaveLength(1);
    await store.close();
    expect(before.equals(await readFile(place.path))).toBe(true);
    expect(await place.names()).toEqual(["records.duckdb"]);
  });

  it("tells what a process that was killed had committed, and leaves it to those who write", async () => {
    const store = await place.open();
    await scanInto(store, segmentOf("a"), { messages: [recordOf("f")] });
    // As a kill leaves it: the records' file as it was, and the log. Another process copies, as locks go with closing.
    const killed = await duckDbPlace();
    await promisify(execFile)("cp", ["-a", `${place.folder}/.`, killed.folder]);
    await store.close();
    const left = await killed.names();
    expect(left).toContain("records.duckdb.wal");
    expect(left).toContain("records.duckdb.lock");
    const tidied = ["records.duckdb"];
    for (const [readOnly, names] of [
      [true, left],
      [false, tidied],
      [true, tidied],
    ] as const) {
      const again = await killed.open({ readOnly });
      expect(await gather(again.messagesIn(["record"]))).toEqual([recordOf("f")]);
      await again.close();
      expect(await killed.names()).toEqual(names);
    }
    await killed.remove();
  });
});

it("is not loaded before a store is opened", async () => {
  const script = `
    import { readFileSync } from "node:fs";
    const isLoaded = () => /libduckdb|duckdb\\.node/.test(readFileSync("/proc/self/maps", "utf8"));
    const before = isLoaded();
    const store = await DuckDbStore.open(${JSON.stringify(place.path)});
    process.stdout.write(JSON.stringify([before, isLoaded()]));
    await store.close();`;
  expect(JSON.parse(await runElsewhere(script))).toEqual([false, true]);
});
