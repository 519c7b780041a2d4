import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { OpenerPool } from "../../../decoder/opening/pool.ts";
import { ScanKeys } from "../../../decoder/scankeys.ts";
import { scanIntoStores } from "../../../decoder/scanning/storescan.ts";
import type { Segment } from "../../../decoder/source/segment.ts";
import { listSegments } from "../../../decoder/source/source.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { seededKeyPair } from "../keyrings.ts";
import { MemoryStore } from "../store/memorystore.ts";
import { knowledgeOf, spreadLog, writeSpreadLog } from "./spreadlog.ts";

const SEGMENTS = 6;
const key = seededKeyPair("order");

async function scene(copies: number) {
  const folder = join(await temporaryFolder(), "log");
  const log = spreadLog(`order ${copies}`, key, { segments: SEGMENTS, reports: 30, foreign: 5, copies });
  await writeSpreadLog(folder, log);
  const segments = await listSegments(folder, (name) => expect.unreachable(name));
  const keys = new ScanKeys({ always: [key] });
  const pool = await OpenerPool.start({ keys, engine: "sodium-native", threads: 1 });
  onTestFinished(() => pool.close());
  const scan = (store: MemoryStore, some: readonly Segment[], gatheredFrames: number) =>
    scanIntoStores(some, {
      ...{ projects: [{ store, keys, check: null }], pool, gatheredFrames },
      passed: () => {},
      trouble: (name) => expect.unreachable(name),
      gone: () => expect.unreachable(),
    });
  /** As workers do: each segment by itself, by somebody who knows nothing of the others. */
  const byWorkers = async (order: readonly number[], gatheredFrames: number) => {
    const store = new MemoryStore();
    for (const at of order) await scan(store, [segments[at] as Segment], gatheredFrames);
    return await knowledgeOf(store);
  };
  const alone = new MemoryStore();
  await scan(alone, segments, 2000);
  return { alone: await knowledgeOf(alone), byWorkers, log };
}

const orders = fc.shuffledSubarray(
  Array.from({ length: SEGMENTS }, (_, at) => at),
  { minLength: SEGMENTS },
);

describe("segments that workers commit in any order", () => {
  it("come to the same records, each of the same segment, and the same counts as one scan in the order of time", async () => {
    const { alone, byWorkers, log } = await scene(0);
    expect(alone.messages.filter(({ state }) => state === "record")).toHaveLength(log.reports);
    await fc.assert(
      fc.asyncProperty(orders, fc.constantFrom(1, 7, 20_000), async (order, gathered) => {
        expect(await byWorkers(order, gathered)).toEqual(alone);
      }),
      { seed: 16, numRuns: 30 },
    );
  });

  it("differ in which of two copies is the first, and in nothing else", async () => {
    const { alone, byWorkers, log } = await scene(10);
    expect(alone.frames.duplicate).toBe(log.copies);
    const said = ({ messages }: typeof alone) => messages.map(({ segment: _, ...message }) => message);
    await fc.assert(
      fc.asyncProperty(orders, async (order) => {
        const found = await byWorkers(order, 20_000);
        expect(said(found)).toEqual(said(alone));
        expect(found.frames).toEqual(alone.frames);
        expect(found.framesOfSegments).toEqual(alone.framesOfSegments);
      }),
      { seed: 16, numRuns: 15 },
    );
  });
});
