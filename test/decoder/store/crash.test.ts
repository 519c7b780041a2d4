import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import type { DuckDbStore } from "../../../decoder/duckdb/duckdbstore.ts";
import { duckDbPlace } from "./duckdbplace.ts";
import { gather } from "./samples.ts";
import { syntheticSegment } from "./synthetic.ts";

const WRITER = fileURLToPath(new URL("segmentwriter.ts", import.meta.url));
const KILLS = 8;
const SEED = 20_261_121;

/** What a writer said before it was killed. */
interface Said {
  readonly committed: number[];
  readonly forgot: number[];
}

/**
 * Kills a writer this long after it said so many lines. After the first, `started`, it makes the store or opens it; after
 * the others it is in the midst of a segment, or of writing the file anew.
 */
async function writeAndKill(path: string, lines: number, milliseconds: number): Promise<Said> {
  const args = ["--conditions=sotto-source", WRITER, path];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  let output = "";
  await new Promise<void>((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (output.split("\n").length > lines) resolve();
    });
    child.once("exit", () => resolve());
  });
  await sleep(milliseconds);
  child.kill("SIGKILL");
  const [code, signal] = await ended;
  expect({ code, signal }).toEqual({ code: null, signal: "SIGKILL" });
  const numbersAfter = (word: string) =>
    [...output.matchAll(new RegExp(`^${word} (\\d+)$`, "gm"))].map(([, number]) => Number(number));
  return { committed: numbersAfter("committed"), forgot: numbersAfter("forgot") };
}

/** Checks that there is all of the first so many segments and nothing of others; @returns how many. */
async function expectWhole(store: DuckDbStore): Promise<number> {
  const stored = await store.segments();
  const synthetic = stored.map((_, number) => syntheticSegment(number));
  expect(stored.map(({ sha256 }) => sha256)).toEqual(synthetic.map(({ segment }) => segment.sha256));
  const losses = await store.losses();
  for (const { count, frames, messages } of losses) {
    expect(frames.taken).toBe(count);
    expect(messages.record + messages.forgotten).toBe(count);
  }
  const frames = synthetic.flatMap(({ frames }) => frames.map(({ id }) => id));
  expect((await store.framesById(frames)).size).toBe(frames.length);
  const messages = await gather(store.messagesIn(["record", "forgotten"]));
  expect(new Set(messages.map(({ id }) => id))).toEqual(new Set(frames));
  expect(messages).toHaveLength(frames.length);
  return stored.length;
}

it("holds all or nothing of a segment whenever its process is killed", { timeout: 120_000 }, async () => {
  const place = await duckDbPlace();
  let state = SEED;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  let known = 0;
  let growth = 0;
  try {
    for (let kill = 0; kill < KILLS; kill++) {
      const { committed, forgot } = await writeAndKill(place.path, 1 + Math.floor(random() * 5), random() * 100);
      const store = await place.open();
      const there = await expectWhole(store);
      // What was said to be committed is; the one more may have been when the kill came.
      const said = (committed.at(-1) ?? known - 1) + 1;
      expect([said, said + 1]).toContain(there);
      const forgotten = (await gather(store.messagesIn(["forgotten"]))).map(({ id }) => id);
      for (const number of forgot) expect(forgotten).toContain(syntheticSegment(number).messages[0]?.id);
      growth += there - known;
      known = there;
      await store.close();
    }
  } finally {
    await place.remove();
  }
  expect(growth).toBeGreaterThanOrEqual(KILLS);
});
