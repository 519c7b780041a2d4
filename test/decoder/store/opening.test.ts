import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, cp, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DuckDbPlace, duckDbPlace } from "./duckdbplace.ts";
import { gather, recordOf, scanInto, segmentOf } from "./samples.ts";

const FILES = ["lock.duckdb", "records.duckdb"];

let place: DuckDbPlace;

beforeEach(async () => {
  place = await duckDbPlace();
});

afterEach(() => place.remove());

async function modeOf(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o777).toString(8);
}

/** Runs SQL on the records' file of a store that is closed. */
async function alter(...statements: string[]): Promise<void> {
  const instance = await DuckDBInstance.create(join(place.path, "records.duckdb"));
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

/** Opens the store in another process, which says `open` and then waits to be killed. */
async function openElsewhere(readOnly: boolean) {
  const script = `
    import { DuckDbStore } from ${JSON.stringify(new URL("../../../decoder/duckdb/duckdbstore.ts", import.meta.url).href)};
    await DuckDbStore.open(${JSON.stringify(place.path)}, { readOnly: ${readOnly} });
    process.stdout.write("open");
    setInterval(() => {}, 1000);`;
  const args = ["--conditions=sotto-source", "--input-type=module", "--eval", script];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return {
    async kill() {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

describe("the folder of a store", () => {
  it("keeps others out, whatever the process's mask, and has but two files when it is closed", async () => {
    const mask = process.umask(0o022);
    try {
      await fill();
    } finally {
      process.umask(mask);
    }
    expect(await modeOf(place.path)).toBe("700");
    expect(await modeOf(join(place.path, "records.duckdb"))).toBe("600");
    expect((await readdir(place.path)).toSorted()).toEqual(FILES);
  });

  it("is made with the folders above it, or taken when it is empty", async () => {
    const { DuckDbStore } = await import("../../../decoder/duckdb/duckdbstore.ts");
    await mkdir(place.path, { mode: 0o755 });
    await (await place.open()).close();
    expect(await modeOf(place.path)).toBe("700");
    const deep = join(place.path, "../deep/er");
    await (await DuckDbStore.open(deep)).close();
    expect((await readdir(deep)).toSorted()).toEqual(FILES);
  });

  it("may have any name", async () => {
    const { DuckDbStore } = await import("../../../decoder/duckdb/duckdbstore.ts");
    const path = join(place.path, "../it's; a [store] ä %20");
    const store = await DuckDbStore.open(path);
    await scanInto(store, segmentOf("a"), { messages: [recordOf("f")] });
    await store.forget([recordOf("f").id]);
    await store.close();
    expect((await readdir(path)).toSorted()).toEqual(FILES);
  });

  it("is refused when others can get at it", async () => {
    await fill();
    await chmod(place.path, 0o750);
    await expect(place.open()).rejects.toMatchObject({
      code: "SOTTO_STORE_MODE",
      message: `others can get at the store ${place.path}: chmod 700 it`,
    });
  });

  it("is not made to be read alone", async () => {
    await expect(place.open({ readOnly: true })).rejects.toMatchObject({
      code: "SOTTO_STORE_MISSING",
      message: `there is no store ${place.path}`,
    });
    await mkdir(place.path, { mode: 0o700 });
    await expect(place.open({ readOnly: true })).rejects.toMatchObject({ code: "SOTTO_STORE_FOREIGN" });
    expect(await readdir(place.path)).toEqual([]);
  });

  it("is rid of what a killed process left, and made anew when that was making it", async () => {
    await mkdir(join(place.path, "temporary-1"), { recursive: true, mode: 0o700 });
    await writeFile(join(place.path, "lock.duckdb"), "");
    await writeFile(join(place.path, "fresh.duckdb"), "half of it");
    await writeFile(join(place.path, "fresh.duckdb.wal"), "x");
    await fill();
    expect((await readdir(place.path)).toSorted()).toEqual(FILES);
  });
});

describe("what is no store", () => {
  const foreign = { code: "SOTTO_STORE_FOREIGN" };

  async function expectRefused(): Promise<void> {
    for (const readOnly of [false, true]) {
      await expect(place.open({ readOnly })).rejects.toMatchObject({
        ...foreign,
        message: `${place.path} is not a store of sotto-decoder`,
      });
    }
  }

  it("is refused: a file", async () => {
    await writeFile(place.path, "{}");
    await expectRefused();
    expect(await readFile(place.path, "utf8")).toBe("{}");
  });

  it("is refused: a folder with other files, which stay", async () => {
    await mkdir(place.path, { mode: 0o700 });
    await writeFile(join(place.path, "fresh.duckdb"), "somebody's");
    await expectRefused();
    expect(await readdir(place.path)).toEqual(["fresh.duckdb"]);
  });

  it.each([
    ["text", "records of another kind"],
    ["nothing", ""],
    ["octets", "x".repeat(20_000)],
  ])("is refused: records that are %s", async (_, content) => {
    await fill();
    await writeFile(join(place.path, "records.duckdb"), content);
    await expectRefused();
    expect(await readFile(join(place.path, "records.duckdb"), "utf8")).toBe(content);
  });

  it.each([
    "DROP TABLE about",
    "UPDATE about SET format = 'something else'",
    "DELETE FROM about",
    "ALTER TABLE about DROP schema_version",
  ])("is refused: a DuckDB file that is not ours: %s", async (sql) => {
    await fill();
    await alter(sql);
    await expectRefused();
  });

  it("is refused: a lock that is none, beside records", async () => {
    await fill();
    await writeFile(join(place.path, "lock.duckdb"), "");
    await expectRefused();
  });
});

describe("a store of a newer version", () => {
  it("is refused, and left as it is", async () => {
    await fill();
    await alter("UPDATE about SET schema_version = 2, rewrite = true");
    const before = await readFile(join(place.path, "records.duckdb"));
    for (const readOnly of [false, true]) {
      await expect(place.open({ readOnly })).rejects.toMatchObject({
        code: "SOTTO_STORE_NEWER",
        message: `a newer version of sotto-decoder made the store ${place.path}`,
      });
    }
    expect(before.equals(await readFile(join(place.path, "records.duckdb")))).toBe(true);
  });

  it("is refused, though it is DuckDB's version that is newer", async () => {
    await fill();
    const file = join(place.path, "records.duckdb");
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
  const file = join(place.path, "records.duckdb");
  const octets = await readFile(file);
  octets.writeUInt8(octets.readUInt8(100) ^ 1, 100);
  await writeFile(file, octets);
  await expect(place.open()).rejects.toMatchObject({
    code: "SOTTO_STORE_DAMAGED",
    message: `the store ${place.path} is damaged`,
  });
});

describe("a store that is open", () => {
  it("is not opened by another process, until that one is gone", async () => {
    const other = await openElsewhere(false);
    try {
      for (const readOnly of [false, true]) {
        await expect(place.open({ readOnly })).rejects.toMatchObject({
          code: "SOTTO_STORE_LOCKED",
          message: `the store ${place.path} is in use by another process`,
        });
      }
    } finally {
      await other.kill();
    }
    await (await place.open()).close();
  });

  it("is not opened again by the same process, under whatever name", async () => {
    const store = await place.open();
    await expect(place.open()).rejects.toMatchObject({ code: "SOTTO_STORE_LOCKED" });
    const { DuckDbStore } = await import("../../../decoder/duckdb/duckdbstore.ts");
    await expect(DuckDbStore.open(`${place.path}/../records/.`)).rejects.toMatchObject({
      code: "SOTTO_STORE_LOCKED",
      message: `the store ${place.path}/../records/. is open already`,
    });
    await store.close();
    await (await place.open()).close();
  });

  it("keeps others out while it is written anew", async () => {
    await fill();
    const store = await place.open();
    await store.forget([recordOf("f").id]);
    const script = `
      import { DuckDbStore } from ${JSON.stringify(new URL("../../../decoder/duckdb/duckdbstore.ts", import.meta.url).href)};
      await DuckDbStore.open(${JSON.stringify(place.path)}).catch(({ code }) => process.stdout.write(code));`;
    const args = ["--conditions=sotto-source", "--input-type=module", "--eval", script];
    expect((await promisify(execFile)(process.execPath, args)).stdout).toBe("SOTTO_STORE_LOCKED");
    await store.close();
  });

  it("for reading alone is open to others who read, and to nobody who writes", async () => {
    await fill();
    const other = await openElsewhere(true);
    try {
      const store = await place.open({ readOnly: true });
      expect(await gather(store.messagesIn(["record"]))).toEqual([recordOf("f")]);
      await store.close();
      await expect(place.open()).rejects.toMatchObject({ code: "SOTTO_STORE_LOCKED" });
    } finally {
      await other.kill();
    }
  });
});

describe("a store for reading alone", () => {
  it("changes nothing", async () => {
    await fill();
    const before = await readFile(join(place.path, "records.duckdb"));
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
    expect(before.equals(await readFile(join(place.path, "records.duckdb")))).toBe(true);
    expect((await readdir(place.path)).toSorted()).toEqual(FILES);
  });

  it("tells what a process that was killed had committed", async () => {
    const store = await place.open();
    await scanInto(store, segmentOf("a"), { messages: [recordOf("f")] });
    // As a kill leaves it: the records' file as it was, and the log.
    await promisify(execFile)("cp", ["-r", place.path, `${place.path}.killed`]);
    await store.close();
    await rm(place.path, { recursive: true });
    await cp(`${place.path}.killed`, place.path, { recursive: true });
    await chmod(place.path, 0o700);
    expect(await readdir(place.path)).toContain("records.duckdb.wal");
    for (const readOnly of [true, false, true]) {
      const again = await place.open({ readOnly });
      expect(await gather(again.messagesIn(["record"]))).toEqual([recordOf("f")]);
      await again.close();
    }
    expect((await readdir(place.path)).toSorted()).toEqual(FILES);
  });
});

it("is not loaded before a store is opened", async () => {
  const script = `
    import { readFileSync } from "node:fs";
    const { DuckDbStore } = await import(${JSON.stringify(new URL("../../../decoder/duckdb/duckdbstore.ts", import.meta.url).href)});
    const isLoaded = () => /libduckdb|duckdb\\.node/.test(readFileSync("/proc/self/maps", "utf8"));
    const before = isLoaded();
    const store = await DuckDbStore.open(${JSON.stringify(place.path)});
    process.stdout.write(JSON.stringify([before, isLoaded()]));
    await store.close();`;
  const args = ["--conditions=sotto-source", "--input-type=module", "--eval", script];
  expect(JSON.parse((await promisify(execFile)(process.execPath, args)).stdout)).toEqual([false, true]);
});
