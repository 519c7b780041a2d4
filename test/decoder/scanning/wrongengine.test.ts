import { type SottoError, type Span, seal } from "@sotto/wire";
import { describe, expect, it, onTestFinished } from "vitest";
import { WrongEngineError } from "../../../decoder/errors.ts";
import { OpenerPool } from "../../../decoder/opening/pool.ts";
import { scanIntoStores } from "../../../decoder/scanning/storescan.ts";
import { segmentOf } from "../../../decoder/source/segment.ts";
import { MESSAGE_STATES } from "../../../decoder/store/contract.ts";
import { own } from "../engine/frames.ts";
import { ODD, oddThreads } from "../opening/oddthread.ts";
import { sortedSlab, weekKeys } from "../opening/weeks.ts";
import { DAY, SEGMENT } from "../sealing.ts";
import { MemoryStore } from "../store/memorystore.ts";

/** A segment of frames for `own`, in memory. */
function segment(name: string, { start, end }: Span) {
  const reports = ["1", "2", "3"].flatMap((at) => seal(`{"v":"${at}.${name}"}`, own.publicKey, { day: DAY, bits: 0 }));
  const frames = sortedSlab(reports.map(({ frame }) => frame));
  const facts = { sha256: name.padEnd(64, "0"), zone: "r.example.net", start, end, count: 3 };
  const checked = {
    facts,
    async *frames() {
      yield frames;
    },
    close: async () => {},
  };
  return segmentOf({ name, place: "memory", start, end, count: 3, sha256: facts.sha256, open: async () => checked });
}

describe("a scan whose engine is found to compute wrongly", () => {
  it("ends with that error, and nothing of the segment is recorded", async () => {
    const keys = weekKeys();
    const pool = await OpenerPool.start({ keys, engine: "sodium-native", threads: 1, startThread: oddThreads().start });
    onTestFinished(() => pool.close());
    const store = new MemoryStore();
    const quiet = {
      passed: () => {},
      gone: () => {},
      trouble: (_: string, error: SottoError) => expect.unreachable(error.message),
    };
    const segments = [segment("a", SEGMENT), segment("b", { start: 0, end: ODD.isWrong }), segment("c", SEGMENT)];
    const scan = scanIntoStores(segments, { projects: [{ store, keys, check: null }], pool, ...quiet });
    await expect(scan).rejects.toThrow(WrongEngineError);
    await expect(scan).rejects.toMatchObject({
      code: "SOTTO_ENGINE_WRONG",
      exitCode: 3,
      message: "the engine disagrees",
    });
    const known = (await store.segments()).map(({ sha256 }) => sha256[0]);
    expect(["", "a"]).toContain(known.join());
    const messages = [];
    for await (const some of store.messagesIn(MESSAGE_STATES)) messages.push(...some);
    expect(messages).toHaveLength(3 * known.length);
  });
});
