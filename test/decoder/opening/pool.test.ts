import { availableParallelism } from "node:os";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import type { OpenedChunk } from "../../../decoder/opening/openedchunk.ts";
import {
  CHUNK_FRAMES,
  CHUNKS_PER_THREAD,
  type FrameRun,
  type OpenedRun,
  OpenerPool,
  type PoolOptions,
} from "../../../decoder/opening/pool.ts";
import type { ThreadAnswer } from "../../../decoder/opening/threadmessage.ts";
import { refusalOfAsync } from "../../wire/refusal.ts";
import { PORTABLE_ENGINES } from "../engine/portable.ts";
import { ODD, oddThreads } from "./oddthread.ts";
import { expectedChunk, SEGMENT_END, sortedSlab, weekFrames, weekKeys } from "./weeks.ts";

const all = ["1", "2"].flatMap(weekFrames);
const few = sortedSlab(all.slice(0, 5));

/** A pool that ends with its test. */
async function started(options: Partial<PoolOptions>): Promise<OpenerPool> {
  const pool = await OpenerPool.start({ keys: weekKeys(), engine: "sodium-native", ...options });
  onTestFinished(() => pool.close());
  return pool;
}

/** A source that notes what is asked of it. */
class Source<Tag> {
  asked = 0;
  isClosed = false;
  readonly #runs: Iterable<FrameRun<Tag>>;

  constructor(runs: Iterable<FrameRun<Tag>>) {
    this.#runs = runs;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<FrameRun<Tag>> {
    try {
      for (const run of this.#runs) {
        this.asked++;
        yield run;
      }
    } finally {
      this.isClosed = true;
    }
  }
}

/** Runs of the same few frames, each with its number. */
function runs(segmentEnds: readonly number[]): FrameRun<number>[] {
  return segmentEnds.map((segmentEnd, tag) => ({ frames: few, segmentEnd, tag }));
}

async function allOf<Tag>(results: AsyncIterable<OpenedRun<Tag>>): Promise<OpenedRun<Tag>[]> {
  const list: OpenedRun<Tag>[] = [];
  for await (const result of results) list.push(result);
  return list;
}

describe("a pool of any engine and number of threads", () => {
  const pools: OpenerPool[] = [];
  beforeAll(async () => {
    for (const engine of PORTABLE_ENGINES) {
      for (const threads of [1, 2, 3]) pools.push(await OpenerPool.start({ engine, threads, keys: weekKeys() }));
    }
  });
  afterAll(() => Promise.all(pools.map((pool) => pool.close())));

  it("gives for any runs of any frames what libsodium makes of them, in order", async () => {
    const anyRun = fc.array(fc.constantFrom(...all), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.array(anyRun, { maxLength: 16 }), async (lists) => {
        const slabs = lists.map((frames) => new Uint8Array(Buffer.concat(frames)));
        const expected = slabs.map((slab, tag) => ({ opened: expectedChunk(slab), tag }));
        const given = slabs.map((frames, tag) => ({ frames, segmentEnd: SEGMENT_END, tag }));
        for (const pool of pools) expect(await allOf(pool.open(new Source(given)))).toEqual(expected);
      }),
      { seed: 0x5077, numRuns: 8 },
    );
  });

  it("says what it is", () => {
    expect(pools.map(({ engine, threads }) => `${engine} ${threads}`)).toEqual(
      PORTABLE_ENGINES.flatMap((engine) => [1, 2, 3].map((threads) => `${engine} ${threads}`)),
    );
  });
});

describe("a pool", () => {
  it("cuts a long run into chunks, and joined they are the whole", async () => {
    const slab = sortedSlab(Array.from({ length: 1200 }, (_, i) => all[i % all.length] as Uint8Array));
    const pool = await started({ threads: 2 });
    const results = await allOf(pool.open(new Source([{ frames: slab, segmentEnd: SEGMENT_END, tag: "long" }])));
    expect(results.map(({ tag, opened }) => [tag, framesOf(opened)])).toEqual([
      ["long", CHUNK_FRAMES],
      ["long", CHUNK_FRAMES],
      ["long", 1200 - 2 * CHUNK_FRAMES],
    ]);
    expect(results.flatMap(({ opened }) => opened.frames)).toEqual(expectedChunk(slab).frames);
  });

  it("has as many threads as there are cores, and for few frames libsodium, by default", async () => {
    const pool = await OpenerPool.start({ keys: weekKeys(), frames: 100 });
    onTestFinished(() => pool.close());
    expect([pool.threads, pool.engine]).toEqual([availableParallelism(), "sodium-native"]);
  });

  it("opens with the engine that a trial found, too", async () => {
    const pool = await started({ engine: "auto", threads: 1 });
    const opened = await allOf(pool.open(new Source(runs([SEGMENT_END]))));
    expect(opened.map(({ opened }) => opened)).toEqual([expectedChunk(few)]);
  });

  it("refuses an engine that there is not, and a number of threads that makes no sense", async () => {
    expect(await refusalOfAsync(() => started({ engine: "none" }))).toBe("SOTTO_ENGINE_UNKNOWN");
    for (const threads of [0, -1, 1.5, Number.NaN, 1025]) {
      expect(await refusalOfAsync(() => started({ threads }))).toBe("SOTTO_ENGINE_THREADS");
    }
  });

  it("keeps the order of the source when threads finish in another one", async () => {
    const pool = await started({ threads: 2, startThread: oddThreads().start });
    const ends = [ODD.waitsForNext, ...Array(5).fill(SEGMENT_END)];
    const results = await allOf(pool.open(new Source(runs(ends))));
    expect(results.map(({ tag }) => tag)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("never reads further ahead of what it gave out than its threads need", async () => {
    const pool = await started({ threads: 2 });
    const source = new Source(runs(Array(60).fill(SEGMENT_END)));
    let given = 0;
    let furthest = 0;
    for await (const _ of pool.open(source)) {
      given++;
      await new Promise((resolve) => setTimeout(resolve, 2));
      furthest = Math.max(furthest, source.asked - given);
    }
    expect([given, pool.readAhead]).toEqual([60, 2 * CHUNKS_PER_THREAD]);
    expect(furthest).toBeLessThan(pool.readAhead);
  });

  it("leaves the source's memory alone once it asked for more", async () => {
    const pool = await started({ threads: 1 });
    async function* reusing(): AsyncGenerator<FrameRun<number>> {
      const memory = new Uint8Array(few.length);
      for (let tag = 0; tag < 10; tag++) {
        memory.set(few);
        yield { frames: memory, segmentEnd: SEGMENT_END, tag };
        memory.fill(0);
      }
    }
    const expected = expectedChunk(few);
    for (const { opened } of await allOf(pool.open(reusing()))) expect(opened).toEqual(expected);
  });
});

describe("a pool that is stopped early", () => {
  it("closes the source, leaves no chunk under way and can be used again", async () => {
    const pool = await started({ threads: 2 });
    const source = new Source(runs(Array(1000).fill(SEGMENT_END)));
    for await (const { tag } of pool.open(source)) if (tag === 3) break;
    expect([source.isClosed, source.asked]).toEqual([true, 3 + pool.readAhead]);
    expect(await allOf(pool.open(new Source(runs([SEGMENT_END]))))).toHaveLength(1);
  });

  it("passes the source's error on, after which it can be used again", async () => {
    const pool = await started({ threads: 2 });
    function* failing(): Generator<FrameRun<number>> {
      yield* runs([SEGMENT_END, SEGMENT_END]);
      throw new Error("the source's own");
    }
    await expect(allOf(pool.open(new Source(failing())))).rejects.toThrow("the source's own");
    expect(await allOf(pool.open(new Source(runs([SEGMENT_END]))))).toHaveLength(1);
  });

  it("ends with a signal's reason, and leaves out what waits", async () => {
    const { start, workers, traces } = oddThreads();
    const pool = await started({ threads: 1, startThread: start });
    const answers: ThreadAnswer[] = [];
    workers[0]?.on("message", (answer: ThreadAnswer) => answers.push(answer));
    const source = new Source(runs([ODD.waitsForRelease, ...Array(100).fill(SEGMENT_END)]));
    const stopping = new AbortController();
    const results = allOf(pool.open(source, stopping.signal));
    await vi.waitFor(() => expect(source.asked).toBe(pool.readAhead), { timeout: 60_000 });
    stopping.abort(new Error("enough"));
    Atomics.store(traces.released, 0, 1);
    Atomics.notify(traces.released, 0);
    await expect(results).rejects.toThrow("enough");
    expect(source.isClosed).toBe(true);
    expect(answers.map(({ opened }) => opened)).toEqual(Array(CHUNKS_PER_THREAD).fill(null));
    await expect(allOf(pool.open(source, AbortSignal.abort(new Error("before"))))).rejects.toThrow("before");
  });

  it("opens one source at a time", async () => {
    const pool = await started({ threads: 1 });
    const first = pool.open(new Source(runs(Array(20).fill(SEGMENT_END))));
    await first.next();
    await expect(pool.open(new Source(runs([SEGMENT_END]))).next()).rejects.toThrow("one source at a time");
    await first.return(undefined);
  });
});

describe("a pool that is closed", () => {
  it("leaves no thread running and no secret in any, and the caller's own as they are", async () => {
    const { start, workers, traces } = oddThreads();
    const keys = weekKeys();
    const pool = await started({ threads: 2, keys, startThread: start });
    for await (const _ of pool.open(new Source(runs(Array(100).fill(SEGMENT_END))))) break;
    await pool.close();
    await pool.close();
    expect(workers.map(({ threadId }) => threadId)).toEqual([-1, -1]);
    const [before, after, ...second] = traces.secrets.subarray(0, 4);
    expect([after, second[1]]).toEqual([0, 0]);
    expect(Math.min(before as number, second[0] as number)).toBeGreaterThan(50);
    expect(keys.material).toEqual(weekKeys().material);
  });

  it("ends what is under way with an error, and refuses more", async () => {
    const pool = await started({ threads: 1 });
    const source = new Source(runs(Array(100).fill(SEGMENT_END)));
    const results = pool.open(source);
    await results.next();
    await pool.close();
    expect(await refusalOfAsync(() => allOf(results))).toBe("SOTTO_ENGINE_CLOSED");
    expect(source.isClosed).toBe(true);
    expect(await refusalOfAsync(() => allOf(pool.open(new Source(runs([1])))))).toBe("SOTTO_ENGINE_CLOSED");
  });

  it("may never have opened anything", async () => {
    const { start, workers } = oddThreads();
    const pool = await started({ threads: 3, startThread: start });
    await pool.close();
    expect(workers.map(({ threadId }) => threadId)).toEqual([-1, -1, -1]);
  });
});

describe("a thread that dies", () => {
  it.each([
    { how: "by an exception", end: ODD.throws, reason: "a mistake" },
    { how: "by ending the thread", end: ODD.exits, reason: "it ended" },
  ])("$how ends the scan with an error of one line, and its secrets are overwritten", async ({ end, reason }) => {
    const { start, workers, traces } = oddThreads();
    const pool = await started({ threads: 2, startThread: start });
    const source = new Source(runs([...Array(5).fill(SEGMENT_END), end, ...Array(500).fill(SEGMENT_END)]));
    const seen: number[] = [];
    const scan = async () => {
      for await (const { tag } of pool.open(source)) seen.push(tag);
    };
    await expect(scan()).rejects.toMatchObject({
      name: "EngineError",
      code: "SOTTO_ENGINE_BROKEN",
      message: `a thread that opens frames broke off: ${reason}`,
    });
    expect(seen).toEqual([0, 1, 2, 3, 4].slice(0, seen.length));
    expect(source.isClosed).toBe(true);
    expect(await refusalOfAsync(() => allOf(pool.open(new Source(runs([SEGMENT_END])))))).toBe("SOTTO_ENGINE_BROKEN");
    await pool.close();
    expect(workers.map(({ threadId }) => threadId)).toEqual([-1, -1]);
    expect([traces.secrets[1], traces.secrets[3]]).toEqual([0, 0]);
  });

  it("before it opened anything is an error too", async () => {
    const pool = await started({
      threads: 1,
      startThread: (data) => oddThreads().start({ ...data, engine: { name: "native", path: "none" } }),
    });
    await expect(allOf(pool.open(new Source(runs([SEGMENT_END]))))).rejects.toMatchObject({
      code: "SOTTO_ENGINE_BROKEN",
      message: expect.stringMatching(/^a thread that opens frames broke off: the engine native .*$/),
    });
  });
});

/** How many frames a chunk had. */
function framesOf({ weeks }: OpenedChunk): number {
  return weeks.reduce((sum, { opened, foreign, pending, noKey }) => sum + opened + foreign + pending + noKey, 0);
}
