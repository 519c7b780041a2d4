import { readdirSync } from "node:fs";
import { FRAME_OCTETS } from "@sotto/wire";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Keeping } from "../../../resolver/log/bucket.ts";
import { PostgresLog } from "../../../resolver/postgres/log.ts";
import { NOON, temporaryFolder } from "../../e2e/scene.ts";
import { Collection, folderStore, ZONE } from "../log/collection.ts";
import { type TestDatabase, TestServer } from "./server.ts";
import { postgresStore } from "./store.ts";

const HOUR = 3600;
const KEEPING: Keeping = { bucket: HOUR, minBatch: 1000, publishAfter: HOUR, retention: 24 * HOUR };

let server: TestServer;
let database: TestDatabase;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.stop());
beforeEach(async () => {
  database = await server.database();
});

const ask = <Row extends object>(text: string, values?: unknown[]) => server.ask<Row>(database.name, text, values);
const tables = async (like: string) =>
  (
    await ask<{ name: string }>("SELECT relname AS name FROM pg_class WHERE relname ~ $1 AND relkind = 'r'", [like])
  ).map(({ name }) => name);

/** A collection that has 2,500 frames, each of twenty commits one of them, and some twice. */
async function filled(): Promise<Collection> {
  const collection = await Collection.over(postgresStore(server, database), { keeping: KEEPING, now: NOON });
  for (let commit = 0; commit < 20; commit++) await collection.store(`commit ${commit}`, 125);
  await collection.store("commit 3", 125);
  return collection;
}

describe("what a sealed bucket tells of an order of arrival (protocol.md section 4 rule 2)", () => {
  it("is nothing: neither where a row lies nor which transaction wrote it", async () => {
    const collection = await filled();
    const [arrived = ""] = (await tables("^arrived_")).sort();
    const before = await ask<{ frame: Buffer; xmin: string }>(`SELECT frame, xmin::text FROM sotto.${arrived}`);
    // The test would show nothing if there had been no order: commits lie one after the other.
    expect(new Set(before.map(({ xmin }) => xmin)).size).toBeGreaterThanOrEqual(20);
    const [{ file = "" } = {}] = await ask<{ file: string }>(`SELECT pg_relation_filepath('sotto.${arrived}') AS file`);
    collection.now += HOUR;
    await collection.round();
    const [sealed = "", ...others] = await tables("^sealed_");
    expect(others).toEqual([]);
    const rows = await ask<{ ctid: string; xmin: string; cmin: string; frames: Buffer }>(
      `SELECT ctid, xmin::text, cmin::text, frames FROM sotto.${sealed} ORDER BY ctid`,
    );
    expect(new Set(rows.map(({ xmin, cmin }) => `${xmin} ${cmin}`)).size).toBe(1);
    const frames = rows.flatMap((row) => split(row.frames));
    expect(frames).toHaveLength(2500);
    expect(frames).toEqual([...new Set(before.map(({ frame }) => frame.toString("hex")))].sort());
    const [{ toast = "" } = {}] = await ask<{ toast: string }>(
      `SELECT reltoastrelid::regclass::text AS toast FROM pg_class WHERE relname = '${sealed}'`,
    );
    const pieces = await ask<{ xmin: string; chunk_id: string; chunk_seq: number }>(
      `SELECT xmin::text, chunk_id::text, chunk_seq FROM ${toast} ORDER BY ctid`,
    );
    expect(new Set(pieces.map(({ xmin }) => xmin))).toEqual(new Set(rows.map(({ xmin }) => xmin)));
    expect(pieces).toEqual(
      pieces.toSorted((a, b) => Number(a.chunk_id) - Number(b.chunk_id) || a.chunk_seq - b.chunk_seq),
    );
    // The bucket's own table went with the same transaction, and its file with the next checkpoint.
    expect(await tables(`^${arrived}$`)).toEqual([]);
    await ask("CHECKPOINT");
    expect(readdirSync(server.folder, { recursive: true })).not.toContain(file);
    await collection.log.close();
  });

  it("leaves the table of a bucket for nobody to read while it is open, and no batch in the order of its coming", async () => {
    const collection = await filled();
    const [arrived = ""] = (await tables("^arrived_")).sort();
    const rows = await ask<{ frame: Buffer }>(`SELECT frame FROM sotto.${arrived} ORDER BY ctid LIMIT 125`);
    const lying = rows.map(({ frame }) => frame.toString("hex"));
    expect(lying.toSorted()).toEqual(collection.acknowledged.filter((frame) => lying.includes(frame)));
    const came = await import("../log/collection.ts").then(({ frameOf }) =>
      Array.from({ length: 125 }, (_, index) => frameOf(`commit 0 ${index}`).toString("hex")),
    );
    expect(lying.toSorted()).toEqual(came.toSorted());
    expect(lying).not.toEqual(came);
    await collection.log.close();
  });

  it("is the same, octet for octet, as what a data folder makes of the same frames in another order", async () => {
    const inDatabase = await filled();
    const inFolder = await Collection.over(folderStore(await temporaryFolder()), { keeping: KEEPING, now: NOON });
    for (let commit = 19; commit >= 0; commit--) await inFolder.store(`commit ${commit}`, 125);
    for (const collection of [inDatabase, inFolder]) {
      collection.now += HOUR;
      await collection.round();
      await collection.store("held", 30);
      collection.now += HOUR;
      await collection.round();
      await collection.store("enough", 2000);
      collection.now += 2 * HOUR;
      await collection.round();
    }
    expect(inDatabase.log.published(inDatabase.now)).toHaveLength(2);
    expect(inDatabase.log.published(inDatabase.now)).toEqual(inFolder.log.published(inFolder.now));
    expect(await inDatabase.segments()).toEqual(await inFolder.segments());
    await inDatabase.log.close();
    await inFolder.log.close();
  });
});

describe("what the database holds", () => {
  it("has no column for an address or a moment, and no number finer than a bucket", async () => {
    const collection = await filled();
    collection.now = NOON + 1234.567;
    await collection.round();
    collection.now += HOUR;
    await collection.round();
    const columns = await ask<{ type: string }>(
      "SELECT DISTINCT data_type AS type FROM information_schema.columns WHERE table_schema = 'sotto'",
    );
    expect(columns.map(({ type }) => type).sort()).toEqual(["bigint", "boolean", "bytea", "integer", "text"]);
    const [zone] = await ask<{ timeline: string }>("SELECT timeline FROM sotto.zones");
    const times = [...(zone?.timeline ?? "").matchAll(/\d{9,}(?:\.\d+)?/g)].map(([text]) => Number(text));
    const spans = await ask<{ time: number }>(
      `SELECT unnest(ARRAY[starts, ends, since])::float8 AS time FROM sotto.segments
        UNION ALL SELECT unnest(ARRAY[starts, ends])::float8 FROM sotto.buckets`,
    );
    const all = [...times, ...spans.map(({ time }) => time)];
    expect(all.length).toBeGreaterThan(8);
    expect(all.filter((time) => time % HOUR !== 0)).toEqual([]);
    await collection.log.close();
  });

  it("goes, with all tables, when its time is over", async () => {
    const collection = await filled();
    collection.now += 30 * HOUR;
    await collection.round();
    collection.now += 30 * HOUR;
    await collection.round();
    expect(await collection.storedFrames()).toEqual([]);
    expect(await tables("^sealed_")).toEqual([]);
    // The open bucket and the next, both empty.
    expect(await tables("^arrived_")).toHaveLength(2);
    expect(await ask("SELECT FROM sotto.segments")).toHaveLength(0);
    await collection.log.close();
  });
});

describe("the schema", () => {
  it("is asked for by name when it is missing or of another version", async () => {
    await server.database(false);
    const open = () => PostgresLog.open(database.store, ZONE, KEEPING);
    await expect(open()).rejects.toThrow(/no tables of sotto's yet, .* run sotto-resolver migrate$/);
    await server.database();
    await ask("INSERT INTO sotto.migrations (version) VALUES (99)");
    await expect(open()).rejects.toThrow(/version 99 of sotto's tables, .* update the program$/);
    await ask("DELETE FROM sotto.migrations");
    await expect(open()).rejects.toThrow(/run sotto-resolver migrate$/);
  });
});

function split(octets: Buffer): string[] {
  return Array.from({ length: octets.length / FRAME_OCTETS }, (_, index) =>
    octets.subarray(index * FRAME_OCTETS, (index + 1) * FRAME_OCTETS).toString("hex"),
  );
}
