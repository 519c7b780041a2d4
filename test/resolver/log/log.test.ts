import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { puzzleDigest, SegmentReader } from "@sotto/wire";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Keeping } from "../../../resolver/log/bucket.ts";
import { Journal } from "../../../resolver/log/journal.ts";
import { Log, type LogOptions } from "../../../resolver/log/log.ts";
import { seededOctets } from "../../e2e/frames.ts";
import { NOON, temporaryFolder } from "../../e2e/scene.ts";

const HOUR = 3600;
const ZONE = "r.example.net";
const KEEPING: Keeping = { bucket: HOUR, minBatch: 10, publishAfter: 0, retention: 24 * HOUR };
const bucket = (hour: number) => ({ start: NOON + hour * HOUR, end: NOON + (hour + 1) * HOUR });
const frames = (seed: string, count: number) =>
  Array.from({ length: count }, (_, index) => seededOctets(`${seed} ${index}`, 118));

async function openLog(folder: string, options?: LogOptions): Promise<Log> {
  const log = await Log.open(folder, ZONE, KEEPING, options);
  onTestFinished(() => log.close().catch(() => {}));
  return log;
}

async function fill(log: Log, hour: number, batch: readonly Uint8Array[]): Promise<void> {
  const journal = await Journal.create(log.journalFolder, bucket(hour));
  await journal.append(batch.map((frame) => ({ frame, digest: puzzleDigest(frame) })));
  await journal.close();
}

/** The frames of every file in one of the log's folders. */
async function framesIn(folder: string, kind: "segments" | "held"): Promise<string[]> {
  const found: string[] = [];
  for (const name of (await readdir(join(folder, kind))).filter((file) => file.endsWith(".seg"))) {
    const reader = await SegmentReader.open([await readFile(join(folder, kind, name))]);
    for await (const run of reader.frames()) {
      for (let at = 0; at < run.length; at += 118) found.push(Buffer.from(run.subarray(at, at + 118)).toString("hex"));
    }
  }
  return found;
}

const hex = (list: readonly Uint8Array[]) => list.map((frame) => Buffer.from(frame).toString("hex")).sort();
const atHour = (hour: number) => [bucket(hour), NOON + hour * HOUR] as const;

describe("the log (protocol.md section 4 rule 3)", () => {
  it("seals an ended bucket into one segment, sorted and each frame once, and deletes its journals", async () => {
    const folder = await temporaryFolder();
    const log = await openLog(folder);
    const some = frames("seal", 300);
    await fill(log, 0, some.slice(0, 200));
    await fill(log, 0, some.slice(100));
    await log.maintain(...atHour(0));
    expect(log.published(NOON + HOUR)).toEqual([]);
    await log.maintain(...atHour(1));
    expect(log.published(NOON + HOUR)).toEqual([expect.objectContaining({ ...bucket(0), count: 300 })]);
    expect(await framesIn(folder, "segments")).toEqual(hex(some));
    expect(await readdir(join(folder, "journal"))).toEqual([]);
  });

  it("rolls a bucket below the minimum batch into the next; the segment spans both", async () => {
    const folder = await temporaryFolder();
    const log = await openLog(folder);
    const [first, second] = [frames("a", 9), frames("b", 1)];
    await fill(log, 0, first);
    await log.maintain(...atHour(1));
    expect(log.published(NOON + HOUR)).toEqual([]);
    expect(await readdir(join(folder, "journal"))).toEqual([]);
    await fill(log, 3, second);
    await log.maintain(...atHour(4));
    expect(log.published(NOON + 4 * HOUR)).toEqual([
      expect.objectContaining({ start: bucket(0).start, end: bucket(3).end, count: 10 }),
    ]);
    expect(await framesIn(folder, "segments")).toEqual(hex([...first, ...second]));
    expect(await framesIn(folder, "held")).toEqual([]);
  });

  it("deletes what did not reach the minimum within half the retention, unreleased, and counts it", async () => {
    const folder = await temporaryFolder();
    const log = await openLog(folder);
    await fill(log, 0, frames("few", 9));
    await log.maintain(...atHour(1));
    await log.maintain(bucket(11), NOON + 12 * HOUR - 1);
    expect(await framesIn(folder, "held")).toHaveLength(9);
    await log.maintain(...atHour(12));
    expect(await framesIn(folder, "held")).toEqual([]);
    expect(log.counters).toMatchObject({ released: 0, unreleased: 9 });
  });

  it("never releases a span of more than half the retention, even when a late bucket would fill it", async () => {
    const folder = await temporaryFolder();
    const log = await openLog(folder);
    await fill(log, 0, frames("old", 9));
    await log.maintain(...atHour(1));
    await fill(log, 12, frames("new", 20));
    await log.maintain(...atHour(13));
    expect(log.published(NOON + 13 * HOUR)).toEqual([expect.objectContaining({ ...bucket(12), count: 20 })]);
    expect(log.counters.unreleased).toBe(9);
  });

  it("purges a segment when the retention, counted from its first bucket's start, is over", async () => {
    const folder = await temporaryFolder();
    const log = await openLog(folder);
    await fill(log, 0, frames("purge", 10));
    await log.maintain(...atHour(1));
    await log.maintain(bucket(23), NOON + 24 * HOUR - 1);
    expect(await readdir(join(folder, "segments"))).toHaveLength(1);
    await log.maintain(...atHour(24));
    expect(await readdir(join(folder, "segments"))).toEqual([]);
    expect(log.counters.expired).toBe(10);
  });

  it("lists and takes up no longer what an operator has deleted beside it", async () => {
    const folder = await temporaryFolder();
    const log = await openLog(folder);
    await fill(log, 0, frames("deleted", 10));
    await fill(log, 1, frames("held and deleted", 9));
    await log.maintain(...atHour(2));
    for (const kind of ["segments", "held"]) {
      for (const name of await readdir(join(folder, kind))) await rm(join(folder, kind, name));
    }
    await fill(log, 2, frames("after", 12));
    await log.maintain(...atHour(3));
    expect(log.published(NOON + 3 * HOUR)).toEqual([expect.objectContaining({ ...bucket(2), count: 12 })]);
    expect(log.usage).toMatchObject({ segments: 1, heldFrames: 0 });
  });

  it("opened again knows what it released, and never opens a sealed bucket again", async () => {
    const folder = await temporaryFolder();
    const log = await openLog(folder);
    await fill(log, 0, frames("again", 10));
    await log.maintain(...atHour(1));
    await log.close();
    const reopened = await openLog(folder);
    expect(reopened.published(NOON + HOUR)).toEqual(log.published(NOON + HOUR));
    expect((await reopened.follow(NOON + HOUR - 1)).open).toMatchObject(bucket(1));
  });

  it("after a crash between writing a segment and deleting its journals releases no frame twice", async () => {
    const folder = await temporaryFolder();
    const log = await openLog(folder);
    const some = frames("crash", 30);
    await fill(log, 0, some);
    const [journal = ""] = await readdir(log.journalFolder);
    await mkdir(join(folder, "aside"));
    await copyFile(join(log.journalFolder, journal), join(folder, "aside", journal));
    await log.maintain(...atHour(1));
    await copyFile(join(folder, "aside", journal), join(log.journalFolder, journal));
    await log.close();
    const recovered = await openLog(folder);
    await recovered.maintain(...atHour(1));
    expect((await framesIn(folder, "segments")).sort()).toEqual(hex(some));
    expect(await readdir(log.journalFolder)).toEqual([]);
  });

  it("names a damaged segment, leaves it where it is, and goes on with the rest", async () => {
    const folder = await temporaryFolder();
    const log = await openLog(folder);
    await fill(log, 0, frames("one", 10));
    await fill(log, 1, frames("two", 10));
    await log.maintain(...atHour(2));
    const [path = ""] = (await readdir(join(folder, "segments"))).sort().map((name) => join(folder, "segments", name));
    const octets = await readFile(path);
    octets[500] = (octets[500] as number) ^ 1;
    await writeFile(path, octets);
    await log.close();
    const reopened = await openLog(folder);
    expect(reopened.damagedFiles).toEqual([path]);
    expect(reopened.published(NOON + 2 * HOUR)).toEqual([expect.objectContaining(bucket(1))]);
  });
});
