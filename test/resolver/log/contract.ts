// Over 300 lines: one contract that every log of frames passes, in the order of a frame's life.
import { createHash } from "node:crypto";
import { FRAME_OCTETS, puzzleDigest } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Keeping } from "../../../resolver/log/bucket.ts";
import type { FrameLog } from "../../../resolver/log/contract.ts";
import { NOON } from "../../e2e/scene.ts";
import { Collection, type CollectionOptions, type CollectionStore, frameOf, ZONE } from "./collection.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;
const KEEPING: Keeping = { bucket: HOUR, minBatch: 10, publishAfter: 0, retention: DAY };
const bucket = (hour: number) => ({ start: NOON + hour * HOUR, end: NOON + (hour + 1) * HOUR });

/** A store that the contract is held against, empty when it is made. */
export interface ContractStore extends CollectionStore<FrameLog> {
  /** With a disk budget in octets from now on. */
  readonly limit: (octets: number) => void;
  /** Changes one octet within the frames of a published segment. */
  readonly damage: (id: string) => Promise<void>;
  /** Breaks off whatever a process is doing, as its death would; gives the store as the next process finds it. */
  readonly crash: () => Promise<ContractStore>;
}

/** What every store of frames does, whatever it keeps them in; `docs/protocol.md` section 4 rules 1 to 3 and 8, section 5. @param crashes runs of the test of crashes. */
export function describeFrameLog(name: string, make: () => Promise<ContractStore>, crashes = 12): void {
  const open = async (options: Partial<CollectionOptions> = {}, store?: ContractStore) => {
    const kept = store ?? (await make());
    const collection = await Collection.over(kept, { keeping: KEEPING, now: NOON, ...options });
    onTestFinished(() => end(collection));
    return { collection, store: kept };
  };
  /** An hour after which its segment, if it is large enough, can be seen. */
  const hour = async (collection: Collection, seed: string, count: number, intake = 0) => {
    await collection.store(seed, count, intake);
    collection.now += HOUR;
    await collection.round();
  };
  const spans = (collection: Collection) =>
    collection.log.published(collection.now).map(({ start, end, count }) => ({ start, end, count }));

  describe(`a log of frames: ${name}`, () => {
    it("keeps what it acknowledged over a restart, in the bucket of its coming", async () => {
      const { collection } = await open();
      expect(await collection.store("restart", 30)).toBe(30);
      expect(await collection.storedFrames()).toEqual(collection.acknowledged);
      await collection.restart();
      expect(await collection.storedFrames()).toEqual(collection.acknowledged);
      collection.now += HOUR;
      await collection.round();
      expect(await collection.published()).toEqual(collection.acknowledged);
      expect(spans(collection)).toEqual([{ ...bucket(0), count: 30 }]);
    });

    it("makes of a bucket one segment: what several intakes took, sorted, each frame once, octet for octet as the protocol says", async () => {
      const { collection } = await open({ intakes: 2 });
      await collection.store("same", 200, 0);
      await collection.store("same", 300, 1);
      await collection.store("same", 50, 1);
      await collection.round();
      expect(spans(collection)).toEqual([]);
      collection.now += HOUR;
      await collection.round();
      const frames = Array.from({ length: 300 }, (_, index) => frameOf(`same ${index}`));
      const [segment, ...others] = await collection.segments();
      expect(others).toEqual([]);
      const expected = segmentByHand(ZONE, bucket(0), frames);
      expect(segment?.octets.equals(expected)).toBe(true);
      expect(collection.log.published(collection.now)).toEqual([
        {
          id: `${NOON}-${NOON + HOUR}-${expected.subarray(-32).toString("hex").slice(0, 16)}`,
          ...bucket(0),
          count: 300,
          bytes: expected.length,
          sha256: createHash("sha256").update(expected).digest("hex"),
        },
      ]);
      expect(await collection.storedFrames()).toEqual(collection.acknowledged);
    });

    it("gives any run of octets of a segment", async () => {
      const { collection } = await open();
      await hour(collection, "ranges", 2500);
      const [entry] = collection.log.published(collection.now);
      const [segment] = await collection.segments();
      if (entry === undefined || segment === undefined) return expect.fail("no segment");
      const last = entry.bytes - 1;
      const ranges = [
        [0, 0],
        [100, 200],
        [127, 128],
        [128 + 118_000 - 1, 128 + 118_000],
        [128 + 250_000, last - 10],
        [last - 33, last - 31],
        [last, last],
      ] as const;
      for (const [start, to] of ranges) {
        const opened = await collection.log.openSegment(entry);
        const octets = Buffer.concat((await opened?.octets(start, to).toArray()) ?? []);
        expect(octets.equals(segment.octets.subarray(start, to + 1)), `${start}-${to}`).toBe(true);
      }
      await (await collection.log.openSegment(entry))?.close();
    });

    it("rolls a bucket below the minimum batch into a later one; the segment spans both", async () => {
      const { collection } = await open();
      await hour(collection, "few", 9);
      expect(spans(collection)).toEqual([]);
      expect(collection.log.usage.heldFrames).toBe(9);
      await collection.restart();
      collection.now += 2 * HOUR;
      await collection.round();
      await hour(collection, "one", 1);
      expect(spans(collection)).toEqual([{ start: bucket(0).start, end: bucket(3).end, count: 10 }]);
      expect(await collection.published()).toEqual(collection.acknowledged);
      expect(await collection.storedFrames()).toEqual(collection.acknowledged);
      expect(collection.log.usage).toMatchObject({ heldFrames: 0, segments: 1, journalOctets: 0 });
    });

    it("deletes what did not reach the minimum within half the retention, and counts it", async () => {
      const { collection } = await open();
      await hour(collection, "held", 9);
      collection.now = NOON + 12 * HOUR - 1;
      await collection.round();
      expect(await collection.storedFrames()).toHaveLength(9);
      collection.now += 1;
      await collection.round();
      expect(await collection.storedFrames()).toEqual([]);
      expect(collection.log.counters).toMatchObject({ released: 0, unreleased: 9, expired: 0 });
    });

    it("never releases a span of more than half the retention, even when a late bucket would fill it", async () => {
      const { collection } = await open();
      await hour(collection, "old", 9);
      collection.now = NOON + 12 * HOUR - 1;
      await collection.round();
      await collection.store("new", 20);
      collection.now += HOUR;
      await collection.round();
      expect(spans(collection)).toEqual([{ ...bucket(11), count: 20 }]);
      expect(collection.log.counters.unreleased).toBe(9);
    });

    it("publishes after the delay, and purges when the retention, counted from the first bucket's start, is over", async () => {
      const { collection } = await open({ keeping: { ...KEEPING, publishAfter: 2 * HOUR } });
      await hour(collection, "purge", 10);
      collection.now = NOON + 3 * HOUR - 1;
      await collection.round();
      expect(spans(collection)).toEqual([]);
      collection.now += 1;
      await collection.round();
      expect(spans(collection)).toHaveLength(1);
      const [entry] = collection.log.published(collection.now);
      collection.now = NOON + DAY - 1;
      await collection.round();
      expect(await collection.published()).toEqual(collection.acknowledged);
      collection.now += 1;
      await collection.round();
      expect(spans(collection)).toEqual([]);
      expect(await collection.storedFrames()).toEqual([]);
      expect(collection.log.counters.expired).toBe(10);
      expect(entry && (await collection.log.openSegment(entry))).toBeNull();
    });

    it("never opens again a bucket that it sealed, also when it is opened anew with an earlier clock", async () => {
      const { collection } = await open();
      await hour(collection, "sealed", 10);
      await collection.restart();
      expect(spans(collection)).toHaveLength(1);
      collection.now -= 1;
      await collection.round();
      expect((await collection.log.follow(collection.now)).open).toMatchObject(bucket(1));
      await collection.store("late", 10);
      collection.now += 2 * HOUR;
      await collection.round();
      expect(spans(collection)).toEqual([
        { ...bucket(0), count: 10 },
        { ...bucket(1), count: 10 },
      ]);
    });

    it("refuses beyond the cap of a bucket until it ends, and beyond the disk budget until there is room", async () => {
      const keeping = { ...KEEPING, minBatch: 1, bucket: HOUR, retention: 4 * HOUR };
      const store = await make();
      store.limit(1_000_000);
      const { collection } = await open({ keeping }, store);
      let offered = 0;
      for (let h = 0; h < 5; h++) {
        for (let part = 0; part < 3; part++) {
          offered += 2000;
          await collection.store(`budget ${h} ${part}`, 2000);
          await collection.round();
        }
        expect(collection.log.usage.octets).toBeLessThanOrEqual(1_000_000);
        if (h < 4) await collection.pass(HOUR);
      }
      const kept = await collection.storedFrames();
      expect(kept.length).toBeGreaterThan(2000);
      expect(collection.acknowledged.length).toBeLessThan(offered);
      expect(collection.intakes[0]?.counters).toMatchObject({
        stored: collection.acknowledged.length,
        dropped: offered - collection.acknowledged.length,
        failed: 0,
      });
      await collection.pass(6 * HOUR);
      expect(collection.log.usage.octets).toBe(0);
      expect(await collection.store("again", 500)).toBe(500);
    });

    it.each([
      ["10 seconds back", -10],
      ["5 hours back", -5 * HOUR],
      ["a year back", -365 * DAY],
      ["5 hours ahead", 5 * HOUR],
    ])("publishes every frame once, and none beyond its retention, when the clock jumps %s", async (_name, step) => {
      const keeping = { ...KEEPING, minBatch: 1, retention: 2 * DAY };
      const { collection } = await open({ keeping });
      await collection.store("before", 5);
      await collection.pass(2 * HOUR);
      await collection.store("at", 5);
      collection.now += step;
      await collection.restart();
      await collection.store("after", 5);
      await collection.pass(3 * HOUR);
      await collection.store("later", 5);
      await collection.pass(14 * HOUR);
      expect(await collection.published()).toEqual(collection.acknowledged);
      collection.now += keeping.retention - 14 * HOUR;
      await collection.pass(2 * HOUR);
      expect(await collection.storedFrames()).toEqual([]);
    });

    it("seals what lies in the future after the clock was ahead and came back", async () => {
      const { collection } = await open({ keeping: { ...KEEPING, minBatch: 1 } });
      await collection.round();
      collection.now += 365 * DAY;
      await collection.round();
      await collection.store("ahead", 5);
      collection.now -= 365 * DAY;
      await collection.round();
      await collection.store("back", 5);
      await collection.pass(8 * HOUR);
      expect(await collection.published()).toEqual(collection.acknowledged);
      await collection.pass(20 * HOUR);
      expect(await collection.storedFrames()).toEqual([]);
    });

    it("loses nothing, and opens no sealed bucket, when the length of buckets is changed", async () => {
      const keeping = { ...KEEPING, minBatch: 1 };
      const { collection } = await open({ keeping });
      for (const [index, length] of [HOUR, 600, 7200, 1800].entries()) {
        await collection.restart({ ...keeping, bucket: length });
        await collection.store(`length ${index}`, 5);
        await collection.pass(1500);
        await collection.store(`length ${index} again`, 5);
      }
      await collection.pass(6 * HOUR);
      expect(await collection.published()).toEqual(collection.acknowledged);
      for (const [index, { start }] of spans(collection).entries()) {
        expect(start).toBeGreaterThanOrEqual(spans(collection)[index - 1]?.end ?? 0);
      }
    });

    it("never gives a damaged segment for a whole one", async () => {
      const { collection, store } = await open();
      await hour(collection, "damage", 1500);
      const [entry] = collection.log.published(collection.now);
      await store.damage(entry?.id ?? "");
      await expect(collection.segments()).rejects.toThrow(/damaged|order|sum|ascend/);
    });

    it("takes writes, and says so", async () => {
      const { collection } = await open();
      expect(await collection.log.isWritable()).toBe(true);
    });

    it("keeps every acknowledged frame once through crashes at any moment, and nothing beyond its time", async () => {
      const step = fc.oneof(
        fc.record({ do: fc.constant("store" as const), count: fc.integer({ min: 1, max: 30 }), intake: fc.nat(1) }),
        fc.record({ do: fc.constant("pass" as const), seconds: fc.constantFrom(60, HOUR, 3 * HOUR) }),
        fc.record({ do: fc.constant("restart" as const) }),
        fc.record({ do: fc.constant("crash" as const), count: fc.integer({ min: 1, max: 300 }), turns: fc.nat(12) }),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 10 }), async (steps) => {
          const keeping = { ...KEEPING, retention: 4 * DAY };
          const acknowledged = new Set<string>();
          const options = { keeping, intakes: 2, acknowledged: (frame: string) => acknowledged.add(frame) };
          let { collection, store } = await open(options);
          for (const [index, one] of steps.entries()) {
            if (one.do === "store") await collection.store(`random ${index}`, one.count, one.intake);
            else if (one.do === "pass") await collection.pass(one.seconds);
            else if (one.do === "restart") await collection.restart();
            else {
              // Neither may ever end.
              void collection.store(`random ${index}`, one.count, 0);
              void collection.pass(HOUR).catch(() => {});
              for (let turn = 0; turn < one.turns; turn++) await new Promise((resolve) => setImmediate(resolve));
              const { now } = collection;
              const next = await store.crash();
              await end(collection);
              ({ collection, store } = await open({ ...options, now }, next));
            }
            const kept = new Set(await collection.storedFrames());
            expect([...acknowledged].filter((frame) => !kept.has(frame))).toEqual([]);
          }
          await collection.store("enough", 20);
          await collection.pass(2 * HOUR);
          const published = await collection.published();
          expect(published.filter((frame, index) => published[index - 1] === frame)).toEqual([]);
          expect(published.filter((frame) => acknowledged.has(frame))).toEqual([...acknowledged].sort());
          collection.now += keeping.retention;
          await collection.pass(HOUR);
          expect(await collection.storedFrames()).toEqual([]);
          await end(collection);
        }),
        { seed: 7, numRuns: crashes },
      );
    });

    it("stores in the next bucket when a process comes late to one that another has left", async () => {
      const { collection } = await open({ keeping: { ...KEEPING, minBatch: 1 } });
      const [late] = collection.intakes;
      const stored = await new Promise<boolean>((resolve) => {
        const frame = frameOf("just in time");
        late?.submit({ frame, digest: puzzleDigest(frame) }, resolve);
      });
      expect(stored).toBe(true);
      collection.now += HOUR;
      await collection.round();
      expect(await collection.store("next", 3)).toBe(3);
      collection.now += HOUR;
      await collection.round();
      expect(spans(collection).map(({ count }) => count)).toEqual([1, 3]);
    });
  });
}

/** Lets a collection go; an intake that a test let crash may never end. */
async function end(collection: Collection): Promise<void> {
  for (const intake of collection.intakes) intake.close().catch(() => {});
  await collection.log.close().catch(() => {});
}

/** A segment file put together from protocol.md section 5 alone. */
export function segmentByHand(zone: string, { start, end }: { start: number; end: number }, frames: readonly Buffer[]) {
  const distinct = [...new Set(frames.map((frame) => frame.toString("hex")))].sort();
  const header = Buffer.alloc(128);
  header.write("SOTTOSEG", 0, "latin1");
  header.writeUInt16BE(1, 8);
  header.writeUInt16BE(FRAME_OCTETS, 10);
  header.writeUInt32BE(distinct.length, 12);
  header.writeBigUInt64BE(BigInt(start), 16);
  header.writeBigUInt64BE(BigInt(end), 24);
  header.writeUInt8(zone.length, 32);
  header.write(zone, 33, "latin1");
  const whole = Buffer.concat([header, ...distinct.map((frame) => Buffer.from(frame, "hex"))]);
  return Buffer.concat([whole, createHash("sha256").update(whole).digest()]);
}
