import { readdir } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Keeping, withClosed } from "../../../resolver/log/bucket.ts";
import { encodeTimeline, readTimeline } from "../../../resolver/log/timefile.ts";
import { beginTimeline, follow, type Timeline } from "../../../resolver/log/timeline.ts";
import { NOON, temporaryFolder } from "../../e2e/scene.ts";
import { openCollection } from "./scene.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;
const KEEPING: Keeping = { bucket: HOUR, minBatch: 1, publishAfter: 0, retention: 7 * DAY };
const EMPTY = beginTimeline([], []);

/** Follows readings of the clock; gives the buckets that were filled. */
function walk(readings: readonly number[], from: Timeline = EMPTY): { starts: number[]; last: Timeline } {
  let last = from;
  const starts = readings.map((now) => {
    const next = follow(last, now, KEEPING);
    last = next;
    return next.open.start;
  });
  return { starts, last };
}

describe("the name of the bucket being filled", () => {
  it("is the clock's while it runs", () => {
    expect(walk([NOON, NOON + 1, NOON + HOUR, NOON + 5 * HOUR]).starts).toEqual([
      NOON,
      NOON,
      NOON + HOUR,
      NOON + 5 * HOUR,
    ]);
  });

  it("stays after a step back over buckets that were filled, until the clock has caught up", () => {
    const buckets = [0, 1, 2, 3].map((hour) => NOON + hour * HOUR);
    expect(walk([...buckets, NOON + HOUR + 1, NOON + 3 * HOUR + 5, NOON + 4 * HOUR]).starts).toEqual([
      ...buckets,
      NOON + 3 * HOUR,
      NOON + 3 * HOUR,
      NOON + 4 * HOUR,
    ]);
  });

  it("is right again at once after the clock alone had been ahead, and skips what was filled then", () => {
    const { starts } = walk([NOON, NOON + YEAR, NOON + YEAR + HOUR, NOON + 60, NOON + HOUR, NOON + YEAR + 10]);
    expect(starts).toEqual([NOON, NOON + YEAR, NOON + YEAR + HOUR, NOON + HOUR, NOON + HOUR, NOON + YEAR + 2 * HOUR]);
  });

  it("lies on the grid of the new length after the length was changed, and overlaps nothing", () => {
    const { last } = walk([NOON, NOON + 1500]);
    const shorter = follow(last, NOON + 1600, { ...KEEPING, bucket: 600 });
    expect(shorter.open).toMatchObject({ start: NOON + HOUR, end: NOON + HOUR + 600 });
    const longer = follow(shorter, NOON + 1700, { ...KEEPING, bucket: 2 * HOUR });
    expect(longer.open).toMatchObject({ start: NOON + 2 * HOUR, end: NOON + 4 * HOUR });
  });

  it("moves on, though the clock has not caught up, when a bucket was filled for a quarter of the retention", () => {
    const hours = Array.from({ length: 101 }, (_, hour) => NOON + hour * HOUR);
    const { last } = walk(hours);
    const { starts } = walk(
      hours.map((now) => now + 60),
      last,
    );
    expect(starts[0]).toBe(NOON + 100 * HOUR);
    expect(starts[42]).toBe(NOON + 100 * HOUR);
    expect(starts[44]).toBe(NOON + 101 * HOUR);
  });

  it("never is one that was left, whatever the clock does, across restarts and changed lengths", () => {
    const step = fc.record({
      by: fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: 1, max: HOUR }) },
        fc.integer({ min: -10, max: -1 }),
        fc.integer({ min: -20 * HOUR, max: 20 * HOUR }),
        fc.constantFrom(YEAR, -YEAR),
      ),
      restart: fc.boolean(),
      bucket: fc.constantFrom(HOUR, HOUR, HOUR, 600, 7000),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let now = NOON + 2 * YEAR;
        let timeline: Timeline = EMPTY;
        let length = HOUR;
        const left: { start: number; end: number }[] = [];
        for (const { by, restart, bucket } of steps) {
          now = Math.max(NOON, now + by);
          if (restart) timeline = JSON.parse(encodeTimeline(timeline, length));
          const before = timeline.open;
          const next = follow(timeline, now, { ...KEEPING, bucket });
          if (before !== null && next.open.start !== before.start) left.push(before);
          expect(next.open.start % bucket).toBe(0);
          expect(left.filter(({ start, end }) => start < next.open.end && end > next.open.start)).toEqual([]);
          expect(next.open.since).toBeLessThanOrEqual(now + next.ahead);
          expect(now + next.ahead).toBeGreaterThanOrEqual(timeline.seen + timeline.ahead);
          timeline = next;
          length = bucket;
        }
      }),
      { seed: 11, numRuns: 200 },
    );
  });

  it("remembers a bounded number of closed spans, and forgets none", () => {
    const spans = Array.from({ length: 500 }, (_, index) => ({ start: index * 10, end: index * 10 + 5 }));
    const closed = spans.reduce(withClosed, [] as { start: number; end: number }[]);
    expect(closed.length).toBeLessThanOrEqual(64);
    const covered = ({ start, end }: { start: number; end: number }) =>
      closed.some((span) => span.start <= start && span.end >= end);
    expect(spans.filter((span) => !covered(span))).toEqual([]);
  });
});

describe("the timeline's file", () => {
  it("keeps everything but the exact reading of the clock", async () => {
    const { last } = walk([NOON, NOON + YEAR, NOON + 1234]);
    const collection = await openCollection({ keeping: KEEPING, now: NOON + 1234 });
    await collection.round();
    const stored = await readTimeline(join(collection.folder, "time.json"));
    expect(stored).toMatchObject({ seen: NOON, ahead: 0, open: { start: NOON, end: NOON + HOUR, since: NOON } });
    expect(JSON.parse(encodeTimeline(last, HOUR))).toEqual({ version: 1, ...last, seen: NOON });
  });

  it("is begun anew from the files when it is missing or cannot be read", async () => {
    const folder = await temporaryFolder();
    expect(await readTimeline(join(folder, "time.json"))).toBeNull();
    const future = { start: NOON + YEAR, end: NOON + YEAR + HOUR };
    const begun = follow(beginTimeline([future], []), NOON, KEEPING);
    expect(begun).toMatchObject({ ahead: YEAR, open: { start: NOON } });
  });
});

describe("a clock that jumps, with frames", () => {
  const options = { keeping: { ...KEEPING, minBatch: 1 } };

  it.each([
    ["10 seconds back", -10],
    ["an hour back", -HOUR],
    ["5 hours back", -5 * HOUR],
    ["30 hours back", -30 * HOUR],
    ["a year back", -YEAR],
    ["10 seconds ahead", 10],
    ["5 hours ahead", 5 * HOUR],
  ])("%s: publishes every frame once, and none beyond its retention", async (_name, step) => {
    for (const restart of [false, true]) {
      const collection = await openCollection(options);
      await collection.store("before", 5);
      await collection.pass(2 * HOUR);
      await collection.store("at", 5);
      collection.now += step;
      if (restart) await collection.restart();
      await collection.store("after", 5);
      await collection.pass(3 * HOUR);
      await collection.store("later", 5);
      await collection.pass(60 * HOUR);
      expect(await collection.published()).toEqual(collection.acknowledged);
      // Real time since the first frame: 65 h; since the last: 60 h.
      await collection.pass(KEEPING.retention - 60 * HOUR + 2 * HOUR);
      expect(await collection.published()).toEqual([]);
      expect(await collection.storedFrames()).toEqual([]);
    }
  });

  it.each([
    ["10 hours", 10 * HOUR],
    ["a year", YEAR],
  ])("%s ahead for some hours and back: real retention holds, nothing that came then is lost", async (_name, step) => {
    for (const restart of [false, true]) {
      const collection = await openCollection(options);
      await collection.round();
      collection.now += step;
      await collection.store("ahead", 5);
      await collection.pass(2 * HOUR);
      await collection.store("ahead still", 5);
      collection.now -= step;
      if (restart) await collection.restart();
      await collection.store("back", 5);
      await collection.pass(14 * HOUR);
      expect(await collection.published()).toEqual(collection.acknowledged);
      expect(await readdir(collection.log.journalFolder)).toEqual([]);
      await collection.pass(KEEPING.retention - 14 * HOUR + HOUR);
      expect(await collection.storedFrames()).toEqual([]);
    }
  });

  it("a year ahead empties the log: the time may have passed", async () => {
    const collection = await openCollection(options);
    await collection.store("old", 5);
    await collection.pass(2 * HOUR);
    collection.now += YEAR;
    await collection.round();
    expect(await collection.storedFrames()).toEqual([]);
    expect(collection.log.counters.expired).toBe(5);
  });

  it("a changed bucket length loses nothing and opens no sealed bucket", async () => {
    const collection = await openCollection(options);
    for (const [index, bucket] of [HOUR, 600, 7200, 1800, HOUR].entries()) {
      await collection.restart({ ...options.keeping, bucket });
      await collection.store(`length ${index}`, 5);
      await collection.pass(1500);
      await collection.store(`length ${index} again`, 5);
    }
    await collection.pass(6 * HOUR);
    expect(await collection.published()).toEqual(collection.acknowledged);
    const spans = collection.log.published(collection.now);
    for (const [index, { start }] of spans.entries()) {
      expect(start).toBeGreaterThanOrEqual(spans[index - 1]?.end ?? 0);
    }
  });
});
