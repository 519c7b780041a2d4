import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { puzzleDigest } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { Journal, journalSpan, readJournal } from "../../../resolver/log/journal.ts";
import { seededOctets } from "../../e2e/frames.ts";
import { rankCorrelation } from "../../e2e/rank.ts";
import { NOON, temporaryFolder } from "../../e2e/scene.ts";

const SPAN = { start: NOON, end: NOON + 3600 };
const candidate = (index: number) => {
  const frame = seededOctets(`journal ${index}`, 118);
  return { frame, digest: puzzleDigest(frame) };
};
const candidates = (count: number) => Array.from({ length: count }, (_, index) => candidate(index));

async function written(batches: number[]): Promise<{ folder: string; path: string; frames: Buffer[] }> {
  const folder = await temporaryFolder();
  const journal = await Journal.create(folder, SPAN);
  const all = candidates(batches.reduce((sum, size) => sum + size, 0));
  let done = 0;
  for (const size of batches) {
    await journal.append(all.slice(done, done + size));
    done += size;
  }
  await journal.close();
  const [name = ""] = await readdir(folder);
  return { folder, path: join(folder, name), frames: all.map(({ frame }) => frame) };
}

async function read(path: string): Promise<{ frames: Uint8Array[]; damaged: number; chunks: Uint8Array[][] }> {
  const result = { frames: [] as Uint8Array[], damaged: 0, chunks: [] as Uint8Array[][] };
  for await (const { frames, damaged } of readJournal(path)) {
    result.frames.push(...frames);
    result.chunks.push([...frames]);
    result.damaged += damaged;
  }
  return result;
}

const sorted = (frames: readonly Uint8Array[]) => frames.map((frame) => Buffer.from(frame).toString("hex")).sort();

describe("a journal (protocol.md section 4 rule 2)", () => {
  it("gives back every frame that was appended, over chunks and batches of any size", async () => {
    for (const batches of [[1], [511, 1, 1], [512], [1500], [3, 700, 40, 1]]) {
      const { path, frames } = await written(batches);
      expect(sorted((await read(path)).frames)).toEqual(sorted(frames));
    }
  });

  it("is whole chunks of 64 KiB, and its modification time is the bucket's start", async () => {
    const { path } = await written([513]);
    const { size, mtimeMs, mode } = await stat(path);
    expect([size, mtimeMs / 1000, mode & 0o777]).toEqual([2 * 65_536, NOON, 0o600]);
    expect(journalSpan(path.split("/").at(-1) ?? "")).toEqual(SPAN);
  });

  it("shows no order of arrival within a chunk", async () => {
    const { path, frames } = await written(Array.from({ length: 512 * 4 }, () => 1));
    const order = new Map(frames.map((frame, index) => [frame.toString("hex"), index]));
    for (const chunk of (await read(path)).chunks) {
      const arrivals = chunk.map((frame) => order.get(Buffer.from(frame).toString("hex")) ?? Number.NaN);
      expect(arrivals).toHaveLength(512);
      // For 512 places the standard error is 0.044; five of them.
      expect(Math.abs(rankCorrelation(arrivals))).toBeLessThan(0.22);
    }
  });

  it("leaves a damaged slot out, counts it, and keeps the rest; a cut last chunk too", async () => {
    const { path, frames } = await written([100]);
    const file = await open(path, "r+");
    const octets = await file.readFile();
    const at = octets.indexOf(frames[42] as Buffer);
    await file.write(Buffer.of((octets[at + 60] as number) ^ 1), 0, 1, at + 60);
    await file.close();
    const { frames: left, damaged } = await read(path);
    expect(damaged).toBe(1);
    expect(sorted(left)).toEqual(sorted(frames.filter((_, index) => index !== 42)));
    const cut = await open(path, "r+");
    await cut.truncate(30_000);
    await cut.close();
    expect((await read(path)).frames.length).toBeGreaterThan(10);
  });
});
