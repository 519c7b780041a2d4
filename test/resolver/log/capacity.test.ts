import { readdir, rename, symlink, unlink } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { Keeping } from "../../../resolver/log/bucket.ts";
import { framesOfBucket } from "../../../resolver/log/capacity.ts";
import { NOON } from "../../e2e/scene.ts";
import { openCollection } from "./scene.ts";

const HOUR = 3600;
const KEEPING: Keeping = { bucket: HOUR, minBatch: 1, publishAfter: 0, retention: 20 * HOUR };

/** A disk budget whose buckets hold so many frames. */
const budgetFor = (frames: number) => Math.ceil((frames * 118 * 20) / 4);

describe("the cap of a bucket (protocol.md section 4 rule 8)", () => {
  it("is four times the mean share of the disk budget", () => {
    expect(framesOfBucket(10 * 1024 ** 3, { ...KEEPING, retention: 168 * HOUR })).toBe(2_166_549);
    expect(framesOfBucket(budgetFor(1000), KEEPING)).toBe(1000);
    // Where nobody set a budget, short buckets, as one tries things out with, still take a million frames.
    expect(framesOfBucket(undefined, { ...KEEPING, bucket: 2, retention: 168 * HOUR })).toBe(1_000_000);
    expect(framesOfBucket(undefined, { ...KEEPING, bucket: HOUR, retention: 168 * HOUR })).toBe(2_166_549);
  });

  it("refuses beyond it until the bucket ends, and counts; the next bucket serves again", async () => {
    const collection = await openCollection({ keeping: KEEPING, log: { diskBudget: budgetFor(100_000) } });
    const [intake] = collection.intakes;
    if (intake === undefined) return;
    intake.capacity = { ...intake.capacity, bucket: 100 };
    expect(await collection.store("full", 130)).toBe(100);
    expect(await collection.store("still full", 5)).toBe(0);
    collection.now += HOUR;
    expect(await collection.store("next", 50)).toBe(50);
    expect(intake.counters).toEqual({ stored: 150, failed: 0, dropped: 35 });
  });

  it("counts what an earlier run stored in the bucket", async () => {
    // A wide budget for the disk, and a retention that makes the bucket's share small.
    const keeping = { ...KEEPING, bucket: 1, retention: 4000 };
    const options = { keeping, log: { diskBudget: 118_000_000 } };
    const collection = await openCollection(options);
    expect(collection.log.capacity(1)).toMatchObject({ bucket: 1000, earlier: null });
    expect(await collection.store("before", 600)).toBe(600);
    await collection.restart();
    expect(collection.log.capacity(1).earlier).toEqual({ start: NOON, frames: 600 });
    expect(await collection.store("after", 600)).toBe(400);
    collection.now += 1;
    expect(await collection.store("next", 600)).toBe(600);
  });

  it("is shared by the workers, as the disk budget is", async () => {
    const collection = await openCollection({ keeping: KEEPING, intakes: 2, log: { diskBudget: budgetFor(1000) } });
    expect(collection.log.capacity(2)).toMatchObject({ bucket: 500 });
    expect(collection.log.capacity(2).disk).toBe(Math.floor(collection.log.capacity(1).disk / 2));
  });
});

describe("the disk budget", () => {
  it("refuses when the log has reached it, deletes nothing before its time, and serves again when there is room", async () => {
    const keeping = { ...KEEPING, retention: 4 * HOUR };
    const collection = await openCollection({ keeping, log: { diskBudget: 1_000_000 } });
    let stored = 0;
    for (let hour = 0; hour < 4; hour++) {
      stored += await collection.store(`hour ${hour}`, 3000);
      if (hour < 3) await collection.pass(HOUR);
    }
    expect(collection.log.usage.octets).toBeLessThanOrEqual(1_000_000);
    expect(stored).toBeLessThan(12_000);
    expect(collection.intakes[0]?.counters.dropped).toBe(12_000 - stored);
    expect(await collection.storedFrames()).toEqual(collection.acknowledged);
    await collection.pass(6 * HOUR);
    expect(collection.log.usage.octets).toBe(0);
    expect(await collection.store("again", 1000)).toBe(1000);
  });
});

describe("several intakes on one folder", () => {
  it("write files of their own; one that is behind keeps its bucket open for all", async () => {
    const collection = await openCollection({ keeping: KEEPING, intakes: 3 });
    for (const intake of [0, 1, 2]) expect(await collection.store(`of ${intake}`, 20, intake)).toBe(20);
    expect(await readdir(collection.log.journalFolder)).toHaveLength(3);
    const course = await collection.log.follow(collection.now);
    const behind = course.open;
    collection.now += HOUR;
    await collection.log.follow(collection.now);
    await collection.log.maintain(behind, collection.now);
    expect(collection.log.published(collection.now)).toEqual([]);
    await collection.round();
    expect(await collection.published()).toEqual(collection.acknowledged);
    expect(collection.log.published(collection.now)).toHaveLength(1);
  });
});

describe("damage", () => {
  it("of a journal does not keep other buckets from being sealed; it is tried again, and told", async () => {
    const lines: string[] = [];
    const collection = await openCollection({ keeping: KEEPING, log: { warn: (line) => lines.push(line) } });
    await collection.store("one", 5);
    collection.now += HOUR;
    await collection.store("two", 5);
    const [first = ""] = (await readdir(collection.log.journalFolder)).sort();
    // A name that cannot be read as a file: a link to itself.
    const path = `${collection.log.journalFolder}/${first}`;
    await rename(path, `${path}.aside`);
    await symlink(path, path);
    collection.now += HOUR;
    await expect(collection.round()).rejects.toThrow(/ELOOP/);
    expect(collection.log.published(collection.now)).toHaveLength(1);
    await expect(collection.round()).rejects.toThrow(/ELOOP/);
    await unlink(path);
    await rename(`${path}.aside`, path);
    collection.now += 5;
    await collection.round();
    expect(await collection.published()).toEqual(collection.acknowledged);
  });
});
