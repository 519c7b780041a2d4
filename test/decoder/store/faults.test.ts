import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { duckDbPlace } from "./duckdbplace.ts";

const STORE = JSON.stringify(new URL("../../../decoder/duckdb/duckdbstore.ts", import.meta.url).href);
const SYNTHETIC = JSON.stringify(new URL("synthetic.ts", import.meta.url).href);

/**
 * Runs a script in a process of its own, after some lines of shell. Its heap is kept small: what is measured is the
 * store, and not how long JavaScript lets the segments that a test makes lie about.
 */
async function run(script: string, shell = ""): Promise<string> {
  const heap = "--max-old-space-size=96 --max-semi-space-size=4";
  const args = ["-c", `${shell}\nexec "$0" ${heap} --conditions=sotto-source --input-type=module --eval "$1"`];
  return (await promisify(execFile)("bash", [...args, process.execPath, script])).stdout;
}

it("says in one line that the disk is full, and what was committed stays", async () => {
  const place = await duckDbPlace();
  try {
    // No file may become larger than 2 MiB: what the system then says to a write is like a full disk.
    const output = await run(
      `
      import { DuckDbStore } from ${STORE};
      import { syntheticSegment } from ${SYNTHETIC};
      const store = await DuckDbStore.open(${JSON.stringify(place.path)});
      let number = 0;
      try {
        for (;; number++) {
          const { segment, frames, messages, weeks } = syntheticSegment(number, 2000);
          const scan = await store.scan(segment);
          try {
            await scan.put({ frames, messages, parts: [] });
            await scan.commit([], weeks);
          } catch (error) {
            await scan.abandon();
            throw error;
          }
        }
      } catch ({ name, code, message }) {
        const segments = await store.segments().then(({ length }) => length, ({ code }) => code);
        process.stdout.write(JSON.stringify({ name, code, message, number, segments }));
      }
      await store.close();`,
      "ulimit -f 2048; trap '' XFSZ",
    );
    const said = JSON.parse(output);
    expect(said).toMatchObject({ name: "StoreError", code: "SOTTO_STORE_WRITE" });
    expect(said.message).toMatch(/^cannot write the store: [^\n]+$/);
    expect(said.number).toBeGreaterThan(0);
    const store = await place.open();
    expect(await store.segments()).toHaveLength(said.number);
    for (const { count, messages } of await store.losses()) expect(messages.record).toBe(count);
    await store.close();
  } finally {
    await place.remove();
  }
});

it("stays below 300 MB, whatever the store holds", async () => {
  const place = await duckDbPlace();
  try {
    const output = await run(`
      import { readFileSync } from "node:fs";
      import { DuckDbStore } from ${STORE};
      import { syntheticSegment } from ${SYNTHETIC};
      const store = await DuckDbStore.open(${JSON.stringify(place.path)});
      const SEGMENTS = 26;
      for (let number = 0; number < SEGMENTS; number++) {
        const { segment, frames, messages, weeks } = syntheticSegment(number, 5_000);
        const scan = await store.scan(segment);
        await scan.knownFrames(frames);
        await scan.put({ frames, messages, parts: [] });
        await scan.commit([], weeks);
      }
      let read = 0;
      for await (const batch of store.messagesIn(["record"])) read += batch.length;
      await store.forget([syntheticSegment(0, 1).messages[0].id]);
      await store.expire({ recordsBefore: 20_781, segmentsBefore: 4e9, retired: new Set() });
      let left = 0;
      for await (const batch of store.messagesIn(["record"])) left += batch.length;
      await store.close();
      const [, kibibytes] = /VmHWM:\\s+(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"));
      process.stdout.write(JSON.stringify({ read, left, peak: kibibytes * 1024 }));`);
    const { read, left, peak } = JSON.parse(output);
    expect({ read, left }).toEqual({ read: 130_000, left: 10_000 });
    expect(peak).toBeLessThan(300e6);
  } finally {
    await place.remove();
  }
}, 240_000);
