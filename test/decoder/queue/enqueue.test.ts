import { join } from "node:path";
import { SegmentError, type SottoError } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { keysAtHand } from "../../../decoder/keysources.ts";
import { type EnqueueContext, enqueue } from "../../../decoder/queue/enqueue.ts";
import type { SegmentJob } from "../../../decoder/queue/job.ts";
import { type CheckedSegment, type Segment, segmentOf } from "../../../decoder/source/segment.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { epochsFrom, seededKeyring, segmentOfDay } from "../keyrings.ts";
import { DAY } from "../sealing.ts";
import { MemoryStore } from "../store/memorystore.ts";

const sumOf = (letter: string) => letter.repeat(64);

/** A segment that a collector lists, or, with a sum to be read first, a folder. */
function segment(letter: string, { read = false, damaged = false } = {}): Segment {
  const facts = { ...segmentOfDay(DAY), count: 9, sha256: sumOf(letter), zone: "r.example.net" };
  const checked: CheckedSegment = { facts, async *frames() {}, close: async () => {} };
  return segmentOf({
    ...{ name: `segment ${letter}`, place: "shown", start: facts.start, end: facts.end, count: facts.count },
    sha256: read ? null : facts.sha256,
    open: async () => {
      if (damaged) throw new SegmentError("SOTTO_SEGMENT_SUM", "it is damaged");
      return checked;
    },
  });
}

/** A store and a queue as far as putting in asks them. */
function scene(keys: EnqueueContext["keys"] = null) {
  const queued: SegmentJob[] = [];
  const dead: SegmentJob[] = [];
  const store = new MemoryStore();
  const troubles: [string, string][] = [];
  const queue: EnqueueContext["queue"] = {
    entries: async () => dead.map((job) => ({ ...job, standing: "dead", failures: 9, reason: "damaged" })),
    add: async (jobs) => {
      const fresh = jobs.filter(({ sha256 }) => queued.every((other) => other.sha256 !== sha256));
      queued.push(...fresh);
      return fresh.length;
    },
  };
  const put = (segments: readonly Segment[], place = "https://collector.example") => {
    const trouble = (name: string, { code }: SottoError) => troubles.push([name, code]);
    const listed = segments.map((one) => ({ segment: one, place }));
    return enqueue(listed, { store, queue, keys, trouble });
  };
  const scanned = async (letter: string, tried: readonly string[]) => {
    const scan = await store.scan({ ...segmentOfDay(DAY), count: 9, sha256: sumOf(letter), zone: "" });
    await scan.commit(tried, []);
  };
  return { queued, dead, troubles, put, scanned };
}

describe("putting segments into a queue", () => {
  it("puts each in once, in order, however often it is listed or the command is run", async () => {
    const { queued, put } = scene();
    expect(await put([segment("b"), segment("a"), segment("b")])).toEqual({ added: 2, queued: 0, scanned: 0, dead: 0 });
    expect(await put([segment("a"), segment("b"), segment("c")])).toMatchObject({ added: 1, queued: 2 });
    expect(queued.map(({ sha256 }) => sha256[0]).join("")).toBe("bac");
    expect(queued[0]).toEqual({
      ...{ sha256: sumOf("b"), ...segmentOfDay(DAY), count: 9 },
      ...{ place: "https://collector.example", name: "segment b" },
    });
  });

  it("passes over what is scanned and what was given up", async () => {
    const { queued, dead, put, scanned } = scene();
    await put([segment("d")]);
    dead.push(queued.pop() as SegmentJob);
    await scanned("a", []);
    const all = [segment("a"), segment("d"), segment("e")];
    expect(await put(all)).toEqual({ added: 1, queued: 0, scanned: 1, dead: 1 });
  });

  it("reads a folder's segments for their sums, and tells of those that are damaged", async () => {
    const { queued, troubles, put } = scene();
    const all = [segment("a", { read: true }), segment("b", { read: true, damaged: true }), segment("a")];
    expect(await put(all)).toEqual({ added: 1, queued: 0, scanned: 0, dead: 0 });
    expect(queued.map(({ sha256 }) => sha256)).toEqual([sumOf("a")]);
    expect(troubles).toEqual([["segment b", "SOTTO_SEGMENT_SUM"]]);
  });

  it("puts in again what was scanned without a key that is at hand now, without unlocking it", async () => {
    const folder = join(await temporaryFolder(), "keyring");
    const { keys } = await seededKeyring(folder, epochsFrom(DAY - 7, 2), "enqueue");
    const [before, now] = keys.map(({ id }) => id) as [string, string];
    const { put, scanned } = scene(await keysAtHand([folder]));
    await scanned("a", [before]);
    await scanned("b", [before, now]);
    expect(await put([segment("a"), segment("b")])).toMatchObject({ added: 1, scanned: 1 });
  });

  it.each([
    [
      "postgres://me:se%40cret@db.example:5433/zone?sslmode=require",
      "postgres://me@db.example:5433/zone?sslmode=require",
    ],
    ["postgresql://db.example/zone?user=me&password=secret", "postgresql://db.example/zone?user=me"],
    ["postgres://me:a@b/c@db.example/zone", "postgres://me@db.example/zone"],
    ["postgres://me@db.example/zone", "postgres://me@db.example/zone"],
    ["postgres://", "postgres://"],
  ])("takes the password out of a database's name: %s", async (place, kept) => {
    const { queued, put } = scene();
    await put([segment("a")], place);
    expect(queued[0]?.place).toBe(kept);
  });
});
