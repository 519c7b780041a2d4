import { SegmentError } from "@sotto/wire";
import { describe, expect, it, onTestFinished } from "vitest";
import { EngineError, SourceError, StoreError } from "../../../decoder/errors.ts";
import { OpenerPool } from "../../../decoder/opening/pool.ts";
import type { SegmentJob } from "../../../decoder/queue/job.ts";
import type { Taken } from "../../../decoder/queue/taken.ts";
import { type WorkerContext, type WorkerListener, work } from "../../../decoder/queue/worker.ts";
import { ScanKeys } from "../../../decoder/scankeys.ts";
import { type Segment, segmentOf } from "../../../decoder/source/segment.ts";
import { MESSAGE_STATES } from "../../../decoder/store/contract.ts";
import { own } from "../engine/frames.ts";
import { ODD, oddThreads } from "../opening/oddthread.ts";
import { sortedSlab } from "../opening/weeks.ts";
import { DAY, SEGMENT, sealed } from "../sealing.ts";
import { MemoryStore } from "../store/memorystore.ts";

const jobOf = (name: string, end: number = SEGMENT.end): SegmentJob => ({
  ...{ sha256: name.padEnd(64, "0"), start: Math.min(SEGMENT.start, end - 1), end, count: 2, place: "memory", name },
});

/** A job's segment, of two reports, unless something is wrong with it. */
function segment({ sha256, start, end, count, name }: SegmentJob, trouble?: Error): Segment {
  const frames = sortedSlab([1, 2].flatMap((n) => sealed(`{"${name}":${n}}`, own, `${name} ${n}`, DAY)));
  const checked = {
    facts: { sha256, zone: "r.example.net", start, end, count },
    async *frames() {
      yield frames;
      if (trouble !== undefined) throw trouble;
    },
    close: async () => {},
  };
  return segmentOf({ name, place: "memory", start, end, count, sha256, open: async () => checked });
}

/** A worker with a queue in memory. What became of each segment is told in one list, in order. */
async function scene(jobs: readonly SegmentJob[], troubles: Readonly<Record<string, Error | null>> = {}) {
  const waiting = [...jobs];
  const events: string[] = [];
  const stop = new AbortController();
  const losing = new AbortController();
  const took = (job: SegmentJob): Taken => {
    const note = (what: string) => async () => void events.push(`${job.name} ${what}`);
    return {
      ...{ segment: job, lost: losing.signal, done: note("done"), handBack: note("handed back") },
      failed: async (reason: string) => void events.push(`${job.name} failed: ${reason}`),
    } as Partial<Taken> as Taken;
  };
  const store = new MemoryStore();
  const keys = new ScanKeys({ always: [{ ...own, secretKey: new Uint8Array(own.secretKey) }] });
  const pool = await OpenerPool.start({ keys, engine: "sodium-native", threads: 1, startThread: oddThreads().start });
  onTestFinished(() => pool.close());
  const quiet = () => {};
  const listener: WorkerListener = {
    ...{ began: quiet, passed: quiet, failed: quiet, gone: quiet, gaveUp: quiet },
    committed: ({ name }, { frames }) => void events.push(`${name} committed ${frames.taken}`),
    left: ({ name }) => void events.push(`${name} left`),
    idle: async () => void events.push("idle"),
  };
  const context: WorkerContext = {
    queue: {
      supervise: async () => {},
      take: async () => {
        const job = waiting.shift();
        return job === undefined ? null : took(job);
      },
    },
    places: {
      find: async (job) => {
        const trouble = troubles[job.name];
        if (trouble === null) return null;
        if (trouble instanceof SourceError) throw trouble;
        return segment(job, trouble);
      },
    },
    ...{ project: { store, keys, check: null }, pool, stop: stop.signal, listener },
  };
  const records = async () => {
    const found = [];
    for await (const some of store.messagesIn(MESSAGE_STATES)) found.push(...some);
    return found.map(({ text }) => text).sort();
  };
  return { context, events, records, store, stop, losing };
}

describe("a worker", () => {
  it("commits one segment after the other, and with --once ends when none is ready", async () => {
    const { context, events, records } = await scene([jobOf("a"), jobOf("b"), jobOf("a")]);
    await work(context, { once: true });
    expect(events).toEqual(["a done", "a committed 2", "b done", "b committed 2", "a done", "a left", "idle"]);
    expect(await records()).toEqual(['{"a":1}', '{"a":2}', '{"b":1}', '{"b":2}']);
  });

  it("keeps nothing of a segment that turns out to be damaged, and goes on", async () => {
    const damaged = new SegmentError("SOTTO_SEGMENT_SUM", "the sum does not fit");
    const away = new SourceError("SOTTO_SOURCE_READ", "the collector does not answer");
    const jobs = ["a", "b", "c", "d"].map((name) => jobOf(name));
    const { context, events, records } = await scene(jobs, { a: damaged, b: away, c: null });
    await work(context, { once: true });
    expect(events).toEqual([
      "a failed: the sum does not fit",
      "b failed: the collector does not answer",
      "c done",
      "d done",
      "d committed 2",
      "idle",
    ]);
    expect(await records()).toEqual(['{"d":1}', '{"d":2}']);
  });

  it("has a segment tried again when others keep the store busy for too long", async () => {
    const { context, events, store } = await scene([jobOf("a")]);
    const busy = new StoreError("SOTTO_STORE_BUSY", "others are writing");
    store.scan = () => Promise.reject(busy);
    await work(context, { once: true });
    expect(events).toEqual(["a failed: others are writing", "idle"]);
  });

  it.each([
    ["its engine computes wrongly", jobOf("a", ODD.isWrong), EngineError, { exitCode: 3 }],
    ["a thread of its engine breaks off", jobOf("a", ODD.throws), EngineError, { code: "SOTTO_ENGINE_BROKEN" }],
  ])("ends when %s, records nothing and leaves the segment to others", async (_what, job, type, more) => {
    const { context, events, records } = await scene([job, jobOf("b")]);
    const working = work(context, { once: true });
    await expect(working).rejects.toThrow(type);
    await expect(working).rejects.toMatchObject(more);
    expect(events).toEqual(["a handed back"]);
    expect(await records()).toEqual([]);
  });

  it("ends when the store fails, and leaves the segment to others", async () => {
    const { context, events, store } = await scene([jobOf("a"), jobOf("b")]);
    store.scan = () => Promise.reject(new StoreError("SOTTO_STORE_UNREACHABLE", "no database"));
    await expect(work(context, { once: true })).rejects.toMatchObject({ code: "SOTTO_STORE_UNREACHABLE" });
    expect(events).toEqual(["a handed back"]);
  });

  it("hands the segment in hand back when it is stopped", async () => {
    const { context, events, records, stop } = await scene([jobOf("a"), jobOf("b")]);
    const began = () => stop.abort(new Error("stop"));
    await work({ ...context, listener: { ...context.listener, began } }, { once: false });
    expect(events).toEqual(["a handed back"]);
    expect(await records()).toEqual([]);
  });

  it("drops a segment that another worker was given meanwhile, and goes on", async () => {
    const { context, events, records, losing } = await scene([jobOf("a"), jobOf("b")]);
    const began = ({ name }: SegmentJob) => name === "a" && losing.abort(new Error("given away"));
    await work({ ...context, listener: { ...context.listener, began } }, { once: true });
    // The signal of this scene is one for both.
    expect(events).toEqual(["a handed back", "b handed back", "idle"]);
    expect(await records()).toEqual([]);
  });
});
