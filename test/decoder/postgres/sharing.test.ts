import { spawn } from "node:child_process";
import { once } from "node:events";
import { makeFrame, weekOf } from "@sotto/wire";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { WeekTally } from "../../../decoder/ledger/counts.ts";
import { Ledger } from "../../../decoder/ledger/ledger.ts";
import type { OpenedFrame } from "../../../decoder/opening/openedchunk.ts";
import type { PostgresStore } from "../../../decoder/postgres/postgresstore.ts";
import type { RecordStore, SegmentFacts, SegmentScan } from "../../../decoder/store/contract.ts";
import { seededOctets } from "../../e2e/frames.ts";
import { TestServer } from "../../resolver/postgres/server.ts";
import {
  countsOf,
  DAY,
  dated,
  emptyOf,
  frameOf,
  gather,
  idOf,
  partOf,
  recordOf,
  scanInto,
  segmentOf,
} from "../store/samples.ts";
import { type PostgresPlace, postgresPlace } from "./place.ts";

const DATABASE = "postgres";
const STORE = JSON.stringify(new URL("../../../decoder/postgres/postgresstore.ts", import.meta.url).href);
const FOREVER = { recordsBefore: null, segmentsBefore: 0, retired: new Set<string>() };

let server: TestServer;
let place: PostgresPlace;
/** Two processes that have the store open for writing: what they share is the database alone. */
let one: PostgresStore;
let other: PostgresStore;

beforeAll(async () => {
  server = await TestServer.start();
}, 60_000);
afterAll(() => server.stop());

beforeEach(async () => {
  place = postgresPlace(server, DATABASE);
  [one, other] = [await open(), await open()];
  return () => place.remove();
});

async function open(patience?: number): Promise<PostgresStore> {
  const store = await place.open(patience === undefined ? {} : { patience });
  onTestFinished(() => store.close());
  return store;
}

/** Until so many wait for the lock of who writes. */
async function untilWaiting(number = 1): Promise<void> {
  const text = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
  await vi.waitUntil(async () => (await server.ask(DATABASE, text)).length === number, {
    timeout: 20_000,
    interval: 5,
  });
}

async function begun(store: RecordStore, segment: SegmentFacts, label: string): Promise<SegmentScan> {
  const scan = await store.scan(segment);
  await scan.put({ frames: [frameOf(label)], messages: [recordOf(label)], parts: [] });
  return scan;
}

describe("several processes that write to one store", () => {
  it("see nothing of each other's scans before they are committed, and begin theirs without waiting", async () => {
    const scan = await begun(one, segmentOf("a"), "f");
    expect((await other.scan(segmentOf("b"))).pass).toBe(1);
    expect(await other.segments()).toEqual([]);
    expect(await gather(other.messagesIn(["record"]))).toEqual([]);
    expect(await other.framesById([idOf("f")])).toEqual(new Map());
    await scan.commit([], []);
    expect(await gather(other.messagesIn(["record"]))).toEqual([recordOf("f")]);
  });

  it("wait with their first read or put until another's scan is over, and then see all of it", async () => {
    const scan = await begun(one, segmentOf("a"), "f");
    const next = await other.scan(segmentOf("b"));
    const known = next.knownFrames([dated(frameOf("f"))]);
    await untilWaiting();
    await scan.commit([], []);
    expect([...(await known).keys()]).toEqual([idOf("f")]);
    await next.commit([], []);
    expect(await one.segments()).toHaveLength(2);
  });

  it.each([
    ["replaces", (store: RecordStore) => store.replace([recordOf("g")])],
    ["forgets", (store: RecordStore) => store.forget([idOf("g")])],
    ["expires", (store: RecordStore) => store.expire(FOREVER)],
  ])("wait for a scan when one %s", async (_, change) => {
    await scanInto(one, segmentOf("0"), { messages: [recordOf("g")] });
    const scan = await begun(one, segmentOf("a"), "f");
    const changed = change(other);
    await untilWaiting();
    await scan.abandon();
    await changed;
  });

  it("are told that the store is busy when their patience ends, and can go on later", async () => {
    const scan = await begun(one, segmentOf("a"), "f");
    const hasty = await open(100);
    const busy = { code: "SOTTO_STORE_BUSY", message: expect.stringMatching(/^another process writes to [^\n]*$/) };
    await expect(begun(hasty, segmentOf("b"), "g")).rejects.toMatchObject(busy);
    await expect(hasty.forget([idOf("f")])).rejects.toMatchObject(busy);
    await scan.commit([], []);
    await (await begun(hasty, segmentOf("b"), "g")).commit([], []);
    expect(await one.segments()).toHaveLength(2);
  });

  it("need not wait to abandon what waits", async () => {
    const scan = await begun(one, segmentOf("a"), "f");
    const waiting = await other.scan(segmentOf("b"));
    const put = waiting.put({ frames: [frameOf("g")], messages: [], parts: [] });
    const refused = expect(put).rejects.toMatchObject({ code: "SOTTO_STORE_CLOSED" });
    await untilWaiting();
    await waiting.abandon();
    await refused;
    await scan.commit([], []);
    expect(await one.framesById([idOf("g")])).toEqual(new Map());
  });

  it("need not wait for longer than they are to", async () => {
    const scan = await begun(one, segmentOf("a"), "f");
    const stop = new AbortController();
    const stopped = await place.open({ signal: stop.signal });
    onTestFinished(() => stopped.close());
    const expired = expect(stopped.expire(FOREVER)).rejects.toMatchObject({ code: "SOTTO_STORE_BUSY" });
    const waiting = await stopped.scan(segmentOf("b"));
    const refused = expect(waiting.knownFrames([])).rejects.toMatchObject({ code: "SOTTO_STORE_BUSY" });
    await untilWaiting(2);
    stop.abort();
    await Promise.all([expired, refused]);
    await scan.commit([], []);
  });

  it("have the lock at once after one was killed in the middle of a scan, of which nothing is left", async () => {
    const script = `
      import { PostgresStore } from ${STORE};
      const store = await PostgresStore.open(${JSON.stringify(place.store)});
      const scan = await store.scan(${JSON.stringify(segmentOf("a"))});
      await scan.put({ frames: [${JSON.stringify(frameOf("f"))}], messages: [], parts: [] });
      process.stdout.write("put");`;
    const child = spawn(process.execPath, ["--conditions=sotto-source", "--input-type=module", "--eval", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    const next = begun(other, segmentOf("b"), "g");
    await untilWaiting();
    child.kill("SIGKILL");
    await (await next).commit([], []);
    expect(await one.framesById([idOf("f")])).toEqual(new Map());
    expect((await one.segments()).map(({ sha256 }) => sha256)).toEqual([segmentOf("b").sha256]);
  });
});

describe("a segment that two processes scan at once", () => {
  /** Frames of three reports, one of them there twice with another salt. */
  const opened = ["f", "g", "h", "g"].map((label, salt): OpenedFrame => {
    const block = Buffer.alloc(66);
    block[0] = 1;
    block.writeUInt16BE(DAY, 1);
    block.write(`{"v":"${label}"}`, 3);
    return { frame: makeFrame(weekOf(DAY) % 64, salt, seededOctets(label, 114)), block, key: "k", week: weekOf(DAY) };
  });

  async function take(scan: SegmentScan): Promise<WeekTally> {
    const tally = new WeekTally();
    const context = { segment: segmentOf("a"), scan, check: null, tally };
    const ledger = new Ledger({ ...context, learn: async () => {}, later: (_, b) => b });
    await ledger.take(opened);
    return tally;
  }

  it("has each report once, and the counts of one scan, when they have the same keys", async () => {
    const scans = [await one.scan(segmentOf("a")), await other.scan(segmentOf("a"))];
    for (const scan of scans) await scan.commit(["k"], (await take(scan)).weeks());
    expect(await gather(one.messagesIn(["record"]))).toHaveLength(3);
    expect(await one.segments()).toMatchObject([{ tried: ["k"] }]);
    const [losses] = await one.losses();
    expect(losses?.frames).toEqual(countsOf({ taken: 3, duplicate: 1 }));
    expect(losses?.messages.record).toBe(3);
  });

  it("is not committed by who lacks a key that the other had; who had more is the one that counts", async () => {
    const [first, second] = [await one.scan(segmentOf("a")), await other.scan(segmentOf("a"))];
    await first.put({ frames: [frameOf("f")], messages: [recordOf("f")], parts: [partOf("m", 0)] });
    const weeks = [{ week: 1, counts: countsOf({ taken: 1 }) }];
    await first.commit(["k", "l"], weeks);
    await expect(second.commit(["k"], [{ week: 1, counts: countsOf({ foreign: 1 }) }])).rejects.toMatchObject({
      code: "SOTTO_STORE_CHANGED",
    });
    expect(await one.losses()).toMatchObject([{ frames: countsOf({ taken: 1 }) }]);
    const [third, fourth] = [await one.scan(segmentOf("a")), await other.scan(segmentOf("a"))];
    await third.commit(["k", "l"], weeks);
    await fourth.commit(["k", "l", "m"], [{ week: 1, counts: countsOf({ taken: 2 }) }]);
    expect(await one.losses()).toMatchObject([{ frames: countsOf({ taken: 2 }) }]);
    expect(await one.segments()).toMatchObject([{ tried: ["k", "l", "m"] }]);
  });
});

describe("what is deleted", () => {
  const secret = "unmistakable-and-never-to-be-seen-again";

  /** The tables' files that hold the text. */
  async function filesWith(text: string): Promise<number> {
    await server.ask(DATABASE, "CHECKPOINT");
    const rows = await server.ask<{ found: boolean }>(
      DATABASE,
      `SELECT position(convert_to($2, 'UTF8') IN pg_read_binary_file(pg_relation_filepath(c.oid))) > 0 AS found
       FROM pg_class c WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'r'`,
      [place.schema, text],
    );
    return rows.filter(({ found }) => found).length;
  }

  // The last row of a page: what others are moved over would be gone by chance.
  const forgotten = { messages: [recordOf("g", { day: DAY + 1 }), recordOf("f", { values: `{"t":"${secret}"}` })] };

  it("is in no table's file any more, and plain vacuuming would leave it there", async () => {
    await scanInto(one, segmentOf("a"), forgotten);
    expect(await filesWith(secret)).toBe(1);
    await server.ask(DATABASE, `DELETE FROM ${place.schema}.messages WHERE id = '\\x${idOf("f")}'`);
    await server.ask(DATABASE, `VACUUM ${place.schema}.messages`);
    expect(await filesWith(secret)).toBe(1);
    await scanInto(one, segmentOf("b"), forgotten);
    expect(await one.forget([idOf("f")])).toBe(1);
    expect(await filesWith(secret)).toBe(0);
    await scanInto(one, segmentOf("c"), forgotten);
    expect(await one.expire({ ...FOREVER, recordsBefore: DAY + 1 })).toMatchObject({ messages: 1 });
    expect(await filesWith(secret)).toBe(0);
    expect(await gather(one.messagesIn(["record"]))).toHaveLength(1);
  });

  it("is put back by nobody who had read it to replace it; while one reads, it stays in the files until the next deletion", async () => {
    await scanInto(one, segmentOf("a"), { messages: [...forgotten.messages, recordOf("h", { day: DAY + 2 })] });
    for await (const batch of other.messagesIn(["record"])) {
      expect(await one.forget([idOf("f")])).toBe(1);
      // As expiry does, which would wait for the reader, too.
      await server.ask(DATABASE, `DELETE FROM ${place.schema}.messages WHERE id = '\\x${idOf("g")}'`);
      await other.replace(batch.map((message) => ({ ...message, session: "replaced" })));
      expect(await filesWith(secret)).toBe(1);
    }
    expect(await gather(one.messagesIn(["record", "forgotten"]))).toEqual([
      emptyOf("f", "forgotten"),
      recordOf("h", { day: DAY + 2, session: "replaced" }),
    ]);
    expect(await one.expire(FOREVER)).toMatchObject({ messages: 0 });
    expect(await filesWith(secret)).toBe(0);
  });
});

it("what is kept says no moment, and of the order of arrival only which segment something was found in", async () => {
  const frames = Array.from({ length: 60 }, (_, at) => frameOf(`frame ${at}`));
  const scan = await one.scan(segmentOf("a"));
  for (let at = 0; at < 60; at += 20) await scan.put({ frames: frames.slice(at, at + 20), messages: [], parts: [] });
  await scan.commit([], [{ week: 1, counts: countsOf({ taken: 60 }) }]);
  const columns = await server.ask<{ type: string }>(
    DATABASE,
    `SELECT DISTINCT a.atttypid::regtype::text AS type FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE c.relnamespace = $1::regnamespace AND a.attnum > 0 ORDER BY 1`,
    [place.schema],
  );
  expect(columns.map(({ type }) => type)).toEqual(["bigint", "bytea", "integer", "text", "text[]"]);
  // A transaction is a segment, whose hash stands beside each row anyway.
  const [row] = await server.ask(
    DATABASE,
    `SELECT count(DISTINCT xmin::text)::integer AS n FROM ${place.schema}.frames`,
  );
  expect(row).toEqual({ n: 1 });
  const kinds = await server.ask(
    DATABASE,
    "SELECT DISTINCT relkind::text FROM pg_class WHERE relnamespace = $1::regnamespace ORDER BY 1",
    [place.schema],
  );
  expect(kinds.map(({ relkind }) => relkind)).toEqual(["i", "r"]);
});
