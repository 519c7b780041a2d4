import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DuckDbStore } from "../../../decoder/duckdb/duckdbstore.ts";
import { StoreFiles } from "../../../decoder/duckdb/files.ts";
import { lockToWrite } from "../../../decoder/duckdb/lock.ts";
import { type DuckDbPlace, duckDbPlace } from "./duckdbplace.ts";
import { openElsewhere, runElsewhere } from "./otherprocess.ts";
import { gather, recordOf, scanInto, segmentOf } from "./samples.ts";

let place: DuckDbPlace;

beforeEach(async () => {
  place = await duckDbPlace();
});

afterEach(() => place.remove());

async function fill(): Promise<void> {
  const store = await place.open();
  await scanInto(store, segmentOf("a"), { messages: [recordOf("f")] });
  await store.close();
}

describe("a store that is open", () => {
  it("is not opened by another process, until that one is gone", async () => {
    const other = await openElsewhere(place.path, false);
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
    await expect(DuckDbStore.open(`${place.folder}/../${basename(place.folder)}/records.duckdb`)).rejects.toMatchObject(
      {
        code: "SOTTO_STORE_LOCKED",
        message: `the store ${place.folder}/../${basename(place.folder)}/records.duckdb is open already`,
      },
    );
    await store.close();
    await (await place.open()).close();
  });

  it("keeps others out while it is written anew", async () => {
    await fill();
    const store = await place.open();
    await store.forget([recordOf("f").id]);
    const script = `
      await DuckDbStore.open(${JSON.stringify(place.path)}).catch(({ code }) => process.stdout.write(code));`;
    expect(await runElsewhere(script)).toBe("SOTTO_STORE_LOCKED");
    await store.close();
  });

  it("for reading alone is open to others who read, and to nobody who writes", async () => {
    await fill();
    const other = await openElsewhere(place.path, true);
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

describe("the lock of those who write", () => {
  /** Takes the lock while other processes do something just before it is locked; @returns what was told to DuckDB. */
  async function lockDuring(...others: ((files: StoreFiles) => Promise<void>)[]): Promise<string[]> {
    const files = await StoreFiles.take(place.path, false);
    const told: string[] = [];
    const run = async (sql: string) => {
      told.push(sql.split(" ")[0] as string);
      if (sql.startsWith("DETACH")) return 0;
      await others.shift()?.(files);
      // DuckDB would have made it.
      await appendFile(files.ownLock, "");
      return 0;
    };
    try {
      await lockToWrite({ run }, files);
      expect(await files.isLockShown()).toBe(true);
    } finally {
      await files.release();
    }
    return told;
  }

  const remove = ({ lock }: StoreFiles) => rm(lock);
  const make = ({ lock }: StoreFiles) => writeFile(lock, "another's");

  it("is the one that others find, though it was removed, or another came, before it was locked", async () => {
    await writeFile(`${place.path}.lock`, "");
    const replace = async (files: StoreFiles) => {
      await remove(files);
      await make(files);
    };
    expect(await lockDuring()).toEqual(["ATTACH"]);
    expect(await lockDuring(replace)).toEqual(["ATTACH", "DETACH", "ATTACH"]);
    expect(await lockDuring(remove, make)).toEqual(["ATTACH", "DETACH", "ATTACH", "DETACH", "ATTACH"]);
  });

  it("is another's who came first, and took this one's folder for one that was left", async () => {
    const tidy = async (files: StoreFiles) => {
      await make(files);
      await rm(files.temporary, { recursive: true });
    };
    await expect(lockDuring(tidy)).rejects.toMatchObject({ code: "SOTTO_STORE_LOCKED" });
  });
});

it("is opened while somebody fills the temporary folder that it takes for one that was left", async () => {
  const folder = JSON.stringify(`${place.path}.tmp-abcdef`);
  const filling = spawn(process.execPath, [
    "--eval",
    `const { mkdirSync, writeFileSync } = require("node:fs");
    for (let i = 0; ; i++) {
      try {
        mkdirSync(${folder}, { recursive: true });
        writeFileSync(${folder} + "/" + i, "");
      } catch {}
      if (i === 0) process.stdout.write("filling");
    }`,
  ]);
  try {
    await once(filling.stdout, "data");
    for (let turn = 0; turn < 20; turn++) await (await place.open()).close();
  } finally {
    filling.kill("SIGKILL");
    await once(filling, "exit");
  }
});

it("has one writer, however many come at once", { timeout: 240_000 }, async () => {
  const [processes, turns] = [4, 5];
  // Each opens, says so, closes and says so, again and again: between the two nobody else says anything. Forgetting
  // writes the file anew, when its own lock is not there for a moment.
  const log = join(place.folder, "said");
  const scriptOf = (first: number) => `
    import { appendFileSync } from "node:fs";
    import { setTimeout as sleep } from "node:timers/promises";
    import { syntheticSegment } from ${JSON.stringify(new URL("synthetic.ts", import.meta.url).href)};
    const say = (word) => appendFileSync(${JSON.stringify(log)}, word + " " + process.pid + "\\n");
    for (let turn = 0; turn < ${turns}; ) {
      const store = await DuckDbStore.open(${JSON.stringify(place.path)}).catch((error) => {
        if (error.code !== "SOTTO_STORE_LOCKED") throw error;
        return null;
      });
      if (store === null) {
        await sleep(Math.random() * 5);
        continue;
      }
      say("opened");
      const { segment, frames, messages, weeks } = syntheticSegment(${first} + turn, 4);
      const scan = await store.scan(segment);
      await scan.put({ frames, messages, parts: [] });
      await scan.commit([], weeks);
      await store.forget([messages[0].id]);
      turn++;
      say("closes");
      await store.close();
    }`;
  await Promise.all(Array.from({ length: processes }, (_, at) => runElsewhere(scriptOf(at * turns))));
  const said = (await readFile(log, "utf8")).trimEnd().split("\n");
  expect(said).toHaveLength(processes * turns * 2);
  for (let at = 0; at < said.length; at += 2) expect(said[at + 1]).toBe(said[at]?.replace("opened", "closes"));
  expect(await place.names()).toEqual(["records.duckdb", "said"]);
  const store = await place.open();
  expect(await store.segments()).toHaveLength(processes * turns);
  expect(await gather(store.messagesIn(["forgotten"]))).toHaveLength(processes * turns);
  await store.close();
});
