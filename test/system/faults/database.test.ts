import { rmSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Keeping } from "../../../resolver/log/bucket.ts";
import { NOON } from "../../e2e/scene.ts";
import { Collection } from "../../resolver/log/collection.ts";
import { debianCluster } from "../../resolver/postgres/cluster.ts";
import { FaultyWay } from "../../resolver/postgres/faultyway.ts";
import { TestServer } from "../../resolver/postgres/server.ts";
import { postgresStore } from "../../resolver/postgres/store.ts";
import { fill } from "./ballast.ts";
import { mountTmpfs, until } from "./server.ts";

const HOUR = 3600;
const KEEPING: Keeping = { bucket: HOUR, minBatch: 1, publishAfter: 0, retention: 100 * HOUR };

/** A database on a small disk: little of everything that PostgreSQL keeps room for. */
const SMALL = ["fsync=on", "shared_buffers=16MB", "min_wal_size=2MB", "max_wal_size=6MB", "autovacuum=off"];

const missing = (some: readonly string[], all: readonly string[]) => some.filter((one) => !all.includes(one));

async function collect(server: TestServer, lead = (store: string) => store): Promise<Collection> {
  const { store, name } = await server.database();
  const way = postgresStore(server, { store: lead(store), name });
  const collection = await Collection.over(way, { keeping: KEEPING, now: NOON });
  onTestFinished(async () => {
    for (const intake of collection.intakes) intake.close().catch(() => {});
    await collection.log.close().catch(() => {});
  });
  return collection;
}

/** Lets hours pass until a round does all that there is to do. */
async function untilSealed(collection: Collection): Promise<void> {
  collection.now += HOUR;
  await until("a round works", async () => {
    collection.now += 120;
    return await collection.round().then(
      () => true,
      () => false,
    );
  });
}

/** Stores frames while something happens to the database, until some are stored again. */
async function storeDuring(collection: Collection, event: () => Promise<void>): Promise<void> {
  let stop = false;
  const storing = (async () => {
    for (let batch = 0; !stop; batch++) {
      await collection.store(`during ${collection.acknowledged.length} ${batch}`, 20);
      await sleep(5);
    }
  })();
  await sleep(100);
  await event();
  const before = collection.acknowledged.length;
  await until("frames are stored again", () => collection.acknowledged.length > before);
  stop = true;
  await storing;
}

describe("a database, Debian's, that is killed and comes back", () => {
  it("has everything that was acknowledged; collectors find it again by themselves", async () => {
    // It says that a commit is done long before it is on its disk, unless it is asked not to.
    const hasty = ["fsync=on", "shared_buffers=16MB", "synchronous_commit=off", "wal_writer_delay=10s"];
    const server = await TestServer.on(await debianCluster(hasty));
    onTestFinished(() => server.stop());
    const collection = await collect(server);
    for (const how of ["SIGKILL", "SIGINT"] as const) {
      await storeDuring(collection, () => server.restart(how));
      expect(missing(collection.acknowledged, await collection.storedFrames())).toEqual([]);
      await untilSealed(collection);
    }
    expect(missing(collection.acknowledged, await collection.published())).toEqual([]);
    expect(collection.log.published(collection.now).length).toBeGreaterThanOrEqual(2);
    collection.now += KEEPING.retention;
    await untilSealed(collection);
    expect(await collection.storedFrames()).toEqual([]);
  });
});

describe("a database whose disk is full", () => {
  it("says nak, seals nothing by halves, loses nothing, and goes on when there is room", async () => {
    const disk = mountTmpfs("60m");
    const writeAhead = await mkdtemp(join(tmpdir(), "sotto-wal-"));
    await chmod(writeAhead, 0o711);
    onTestFinished(() => rm(writeAhead, { recursive: true, force: true }));
    const server = await TestServer.on(
      await debianCluster(SMALL, { parent: disk, writeAhead: join(writeAhead, "wal") }),
    );
    onTestFinished(() => server.stop());
    const collection = await collect(server);
    expect(await collection.store("before", 2000)).toBe(2000);
    const ballast = fill(disk, 8);
    let refused = 0;
    for (let batch = 0; batch < 5; batch++) refused += 1000 - (await collection.store(`full ${batch}`, 1000));
    expect(refused).toBeGreaterThan(0);
    collection.now += HOUR;
    await expect(collection.round()).rejects.toThrow(/53100|No space left/);
    expect(missing(collection.acknowledged, await collection.storedFrames())).toEqual([]);
    expect(collection.log.published(collection.now)).toEqual([]);
    rmSync(ballast);
    await untilSealed(collection);
    expect(await collection.store("after", 500)).toBe(500);
    await untilSealed(collection);
    const published = await collection.published();
    expect(missing(collection.acknowledged, published)).toEqual([]);
    expect(new Set(published).size).toBe(published.length);
  });
});

describe("a database whose write-ahead log has no room", () => {
  it("dies, which is a nak; what was acknowledged is there when it has room again", async () => {
    const disk = mountTmpfs("24m");
    const server = await TestServer.on(await debianCluster(SMALL, { writeAhead: join(disk, "wal") }));
    onTestFinished(() => server.stop());
    const collection = await collect(server);
    expect(await collection.store("before", 2000)).toBe(2000);
    const ballast = fill(disk, 8);
    let refused = 0;
    for (let batch = 0; refused === 0; batch++) refused += 2000 - (await collection.store(`full ${batch}`, 2000));
    rmSync(ballast);
    await storeDuring(collection, () => server.restart("SIGKILL"));
    expect(missing(collection.acknowledged, await collection.storedFrames())).toEqual([]);
  });
});

describe("a standby that takes over", () => {
  it("has everything that was acknowledged, and collectors find it where the other was", async () => {
    const settings = ["fsync=on", "shared_buffers=16MB"];
    const primary = await TestServer.on(await debianCluster(settings));
    onTestFinished(() => primary.stop());
    const way = await FaultyWay.open(primary.port);
    onTestFinished(() => way.close());
    const collection = await collect(primary, (store) => way.through(store));
    const standby = await TestServer.standby(await debianCluster(settings, {}, primary.port));
    onTestFinished(() => standby.stop());
    await primary.ask("postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'");
    await primary.ask("postgres", "SELECT pg_reload_conf()");
    const standbys = "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'";
    await until("commits wait for the standby", async () => (await primary.ask("postgres", standbys)).length === 1);

    await storeDuring(collection, async () => {
      await primary.kill();
      await standby.ask("postgres", "SELECT pg_promote()");
      way.target = standby.port;
    });
    await untilSealed(collection);
    const published = await collection.published();
    expect(missing(collection.acknowledged, published)).toEqual([]);
    expect(new Set(published).size).toBe(published.length);
  });
});
