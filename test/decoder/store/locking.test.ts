import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DuckDbStore } from "../../../decoder/duckdb/duckdbstore.ts";
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

it("has one writer, however many come at once", { timeout: 120_000 }, async () => {
  await fill();
  // Each opens, says so, closes and says so, again and again: between the two nobody else says anything.
  const log = join(place.folder, "said");
  const script = `
    import { appendFileSync } from "node:fs";
    const say = (word) => appendFileSync(${JSON.stringify(log)}, word + " " + process.pid + "\\n");
    let opened = 0;
    for (let attempt = 0; opened < 6 && attempt < 20_000; attempt++) {
      const store = await DuckDbStore.open(${JSON.stringify(place.path)}).catch((error) => {
        if (error.code !== "SOTTO_STORE_LOCKED") throw error;
        return null;
      });
      if (store === null) {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
        continue;
      }
      say("opened");
      opened++;
      await store.forget([(await store.segments())[0].sha256]);
      say("closes");
      await store.close();
    }`;
  await Promise.all(Array.from({ length: 4 }, () => runElsewhere(script)));
  const said = (await readFile(log, "utf8")).trimEnd().split("\n");
  expect(said).toHaveLength(4 * 6 * 2);
  for (let at = 0; at < said.length; at += 2) expect(said[at + 1]).toBe(said[at]?.replace("opened", "closes"));
  expect(await place.names()).toEqual(["records.duckdb", "said"]);
});
