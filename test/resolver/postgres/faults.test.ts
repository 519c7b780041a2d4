import { setTimeout as sleep } from "node:timers/promises";
import { puzzleDigest } from "@sotto/wire";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { Keeping } from "../../../resolver/log/bucket.ts";
import { Intake } from "../../../resolver/log/intake.ts";
import { PostgresLog } from "../../../resolver/postgres/log.ts";
import { PostgresSink } from "../../../resolver/postgres/sink.ts";
import { NOON } from "../../e2e/scene.ts";
import { Collection, frameOf, framesOfSegment, ZONE } from "../log/collection.ts";
import { FaultyWay } from "./faultyway.ts";
import { type TestDatabase, TestServer } from "./server.ts";
import { postgresStore } from "./store.ts";

const HOUR = 3600;
const KEEPING: Keeping = { bucket: HOUR, minBatch: 1, publishAfter: 0, retention: 100 * HOUR };

// Durability is the subject: nothing of the tests' haste but small memory.
let server: TestServer;
let database: TestDatabase;
beforeAll(async () => {
  server = await TestServer.start(["fsync=on", "full_page_writes=on"]);
});
afterAll(() => server.stop());
beforeEach(async () => {
  database = await server.database();
});

async function open(store = database.store, intakes = 1): Promise<Collection> {
  const through = { ...database, store };
  const collection = await Collection.over(postgresStore(server, through), { keeping: KEEPING, now: NOON, intakes });
  onTestFinished(async () => {
    for (const intake of collection.intakes) intake.close().catch(() => {});
    await collection.log.close().catch(() => {});
  });
  return collection;
}

async function way(): Promise<FaultyWay> {
  const found = await FaultyWay.open(server.port);
  onTestFinished(() => found.close());
  return found;
}

/** Everything published, and that no segment has a frame twice. */
async function publishedOnce(collection: Collection): Promise<string[]> {
  const segments = await collection.segments();
  for (const { frames } of segments) expect(new Set(frames).size).toBe(frames.length);
  return [...new Set(segments.flatMap(({ frames }) => frames))].sort();
}

const missing = (some: readonly string[], all: readonly string[]) => {
  const known = new Set(all);
  return some.filter((one) => !known.has(one));
};

describe("a connection that breaks", () => {
  it("in the middle of a COPY loses nothing that was acknowledged, and doubles nothing", async () => {
    const between = await way();
    const collection = await open(between.through(database.store));
    // A batch of 60 frames has 8 kB: before it, in it, and behind it, where only the answer is missing.
    for (const octets of [200, 1500, 5000, 9000, 12_000, 40_000]) {
      between.cutAfter = octets;
      between.cut();
      for (let batch = 0; batch < 5; batch++) await collection.store(`cut ${octets} ${batch}`, 60);
    }
    between.cutAfter = null;
    between.cut();
    expect(await collection.store("whole", 10)).toBe(10);
    expect(collection.intakes[0]?.counters.failed).toBeGreaterThan(0);
    expect(collection.acknowledged.length).toBeGreaterThan(300);
    collection.now += HOUR;
    await collection.round().catch(() => collection.round());
    expect(missing(collection.acknowledged, await publishedOnce(collection))).toEqual([]);
  });

  it("while it seals undoes the sealing, which is done again", async () => {
    const between = await way();
    const collection = await open(between.through(database.store));
    await collection.store("sealed", 3000);
    for (const octets of [2000, 3000, 4000, 5000, 6000]) {
      collection.now += HOUR;
      between.cutAfter = octets;
      between.cut();
      await collection.round().catch(() => {});
      await collection.store(`meanwhile ${octets}`, 20);
    }
    between.cutAfter = null;
    between.cut();
    for (let round = 0; round < 3; round++) {
      collection.now += HOUR;
      await collection.round().catch(() => {});
    }
    await collection.round();
    expect(missing(collection.acknowledged, await publishedOnce(collection))).toEqual([]);
    expect(
      await server.ask(database.name, "SELECT FROM pg_class WHERE relname ~ '^(arrived|sealed)_\\d+$'"),
    ).toHaveLength(collection.log.published(collection.now).length + 2);
  });
});

describe("a database that does not answer", () => {
  it("fills a bounded queue, beyond which the answer is nak at once; what waits is decided when it answers", async () => {
    const between = await way();
    const sink = new PostgresSink(between.through(database.store), ZONE);
    const collection = await open();
    const course = await collection.log.follow(collection.now);
    const capacity = { bucket: 1e6, disk: 1e6, earlier: null };
    const intake = new Intake({ sink, bucketLength: HOUR, clock: null, course, capacity });
    const submit = (from: number, count: number, done: (stored: boolean) => void) => {
      for (let index = from; index < from + count; index++) {
        const frame = Buffer.alloc(118);
        frame.writeUInt32BE(index);
        intake.submit({ frame, digest: "" }, done);
      }
    };
    expect(await new Promise<boolean>((resolve) => submit(0, 1, resolve))).toBe(true);
    between.stall(true);
    let stored = 0;
    let refused = 0;
    submit(1, 60_000, (ok) => {
      if (ok) stored++;
      else refused++;
    });
    await sleep(50);
    expect(stored).toBe(0);
    expect(refused).toBeGreaterThan(5000);
    expect(60_000 - refused).toBeLessThan(55_000);
    between.stall(false);
    await intake.close();
    expect(stored + refused).toBe(60_000);
    expect(stored).toBeGreaterThan(45_000);
    const [row] = await server.ask<{ frames: number }>(
      database.name,
      "SELECT count(DISTINCT frame)::integer AS frames FROM sotto.arrived",
    );
    expect(row?.frames).toBe(stored + 1);
  });
});

describe("a transaction that somebody leaves open", () => {
  it("on published segments holds up their purge, which is told, and neither storing nor the rest", async () => {
    const collection = await open();
    await collection.store("first", 20);
    collection.now += HOUR;
    await collection.round();
    const reader = new pg.Client({ connectionString: database.store });
    await reader.connect();
    await reader.query("BEGIN; SELECT count(*) FROM sotto.published");
    collection.now = NOON + KEEPING.retention;
    const round = collection.round();
    expect(await collection.store("meanwhile", 20)).toBe(20);
    await expect(round).rejects.toThrow(/lock timeout \(55P03\)/);
    await reader.query("ROLLBACK");
    await reader.end();
    await collection.round();
    expect(collection.log.counters.expired).toBe(20);
    expect(await collection.storedFrames()).toHaveLength(20);
  });
});

describe("several collectors on one database", () => {
  it("that store, seal and purge at once lose nothing, double nothing, and make the segments once", async () => {
    let now = NOON;
    const logs = await Promise.all(
      [0, 1, 2].map(() => PostgresLog.open(database.store, ZONE, KEEPING, { clock: () => now })),
    );
    const course = await (logs[0] as PostgresLog).follow(now);
    const acknowledged = new Set<string>();
    const intakes = logs.map((log) => {
      const sink = new PostgresSink(database.store, ZONE);
      return new Intake({ sink, bucketLength: HOUR, clock: null, course, capacity: log.capacity(1) });
    });
    let stop = false;
    const storing = intakes.map(async (intake, who) => {
      for (let batch = 0; !stop; batch++) {
        const frames = Array.from({ length: 20 }, (_, index) => frameOf(`race ${who} ${batch} ${index}`));
        // What came twice, by two ways, as resolvers do.
        frames.push(frameOf(`race 0 ${batch} 0`));
        await Promise.all(
          frames.map(
            (frame) =>
              new Promise<void>((resolve) =>
                intake.submit({ frame, digest: puzzleDigest(frame) }, (stored) => {
                  if (stored) acknowledged.add(frame.toString("hex"));
                  resolve();
                }),
              ),
          ),
        );
      }
    });
    // Rounds of each within the present hour: a bucket is longer than a round.
    let done: number[] = [];
    const rounds = logs.map(async (log, who) => {
      while (!stop) {
        const at = now;
        const turned = await log.follow(at);
        const span = await (intakes[who] as Intake).closeEnded(turned);
        await log.maintain(span, at);
        done[who] = (done[who] ?? 0) + 1;
      }
    });
    for (let hour = 0; hour < 12; hour++) {
      await expect
        .poll(() => [0, 1, 2].every((who) => (done[who] ?? 0) >= 2), { interval: 5, timeout: 60_000 })
        .toBe(true);
      done = [];
      now += HOUR;
    }
    stop = true;
    await Promise.all([...storing, ...rounds]);
    now += HOUR;
    const [log] = logs as [PostgresLog];
    for (let round = 0; round < 2; round++) await log.maintain((await log.follow(now)).open, now);
    const segments = log.published(now);
    const starts = segments.map(({ start }) => start);
    expect(new Set(starts).size).toBe(starts.length);
    const frames = new Set<string>();
    for (const entry of segments) {
      const opened = await log.openSegment(entry);
      const found = await framesOfSegment(Buffer.concat((await opened?.octets(0, entry.bytes - 1).toArray()) ?? []));
      expect(new Set(found).size).toBe(found.length);
      for (const frame of found) frames.add(frame);
    }
    expect(missing([...acknowledged], [...frames])).toEqual([]);
    expect(acknowledged.size).toBeGreaterThan(500);
    expect(intakes.map(({ counters }) => counters.failed)).toEqual([0, 0, 0]);
    for (const intake of intakes) await intake.close();
    for (const one of logs) await one.close();
  });
});
