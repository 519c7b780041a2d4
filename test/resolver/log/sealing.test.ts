import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeSegment, FRAME_OCTETS, puzzleDigest } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrameBuffer } from "../../../resolver/log/framesort.ts";
import { Journal } from "../../../resolver/log/journal.ts";
import { mergeFrames } from "../../../resolver/log/merge.ts";
import { Sealer } from "../../../resolver/log/sealer.ts";
import { type SealingJob, sealBucket } from "../../../resolver/log/sealing.ts";
import { NOON, temporaryFolder } from "../../e2e/scene.ts";
import { frameOf } from "./collection.ts";

const SPAN = { start: NOON, end: NOON + 3600 };
const ZONE = "r.example.net";

/** Frames from a small space, so that beginnings and whole frames are equal often. */
const fewFrames = fc
  .array(fc.tuple(fc.nat(2), fc.nat(3)), { maxLength: 60 })
  .map((list) => list.map(([beginning, end]) => frameWith(beginning, end)));

function frameWith(beginning: number, end: number): Buffer {
  const frame = Buffer.alloc(FRAME_OCTETS, beginning);
  frame[FRAME_OCTETS - 1] = end;
  return frame;
}

const distinct = (frames: readonly Uint8Array[]) =>
  [...new Set(frames.map((frame) => Buffer.from(frame).toString("hex")))].sort();

function split(octets: Uint8Array): string[] {
  const found: string[] = [];
  for (let at = 0; at < octets.length; at += FRAME_OCTETS) {
    found.push(Buffer.from(octets.subarray(at, at + FRAME_OCTETS)).toString("hex"));
  }
  return found;
}

async function jobOf(frames: readonly Buffer[], runFrames: number): Promise<SealingJob> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "scratch"));
  await mkdir(join(folder, "journal"));
  for (const part of [frames.slice(0, frames.length / 3), frames.slice(frames.length / 4)]) {
    const journal = await Journal.create(join(folder, "journal"), SPAN);
    await journal.append(part.map((frame) => ({ frame, digest: puzzleDigest(frame) })));
    await journal.close();
  }
  const journals = (await readdir(join(folder, "journal"))).map((name) => join(folder, "journal", name));
  const scratch = join(folder, "scratch");
  return { zone: ZONE, span: SPAN, journals, held: [], excluded: [], scratch, since: NOON, runFrames };
}

async function expected(frames: readonly Buffer[]): Promise<Buffer> {
  const sorted = distinct(frames).map((hex) => Buffer.from(hex, "hex"));
  const chunks: Uint8Array[] = [];
  for await (const chunk of encodeSegment({ zone: ZONE, ...SPAN, count: sorted.length }, sorted)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe("sorting and merging", () => {
  it("give distinct frames in ascending order, whatever their beginnings", () => {
    fc.assert(
      fc.property(fewFrames, (frames) => {
        const buffer = new FrameBuffer(64);
        for (const frame of frames) buffer.add(frame);
        expect([...buffer.drain()].flatMap((block) => split(block))).toEqual(distinct(frames));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("merge any number of sources and leave out what is excluded", async () => {
    const sources = fc.array(fewFrames, { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(sources, sources, async (wanted, unwanted) => {
        const asSource = (frames: Buffer[]) => distinct(frames).map((hex) => Buffer.from(hex, "hex"));
        const result: string[] = [];
        for await (const block of mergeFrames(wanted.map(asSource), unwanted.map(asSource))) {
          result.push(...split(block));
        }
        const excluded = new Set(distinct(unwanted.flat()));
        expect(result).toEqual(distinct(wanted.flat()).filter((frame) => !excluded.has(frame)));
      }),
      { seed: 2, numRuns: 200 },
    );
  });
});

describe("the sealing of a bucket", () => {
  const many = Array.from({ length: 6000 }, (_, index) => frameOf(`sealing ${index}`));
  const skewed = many.map((frame) => Buffer.concat([Buffer.alloc(60, 9), frame.subarray(60)]));

  it.each([
    ["spread", many],
    ["with equal beginnings", skewed],
  ])("gives the same octets in memory, by runs on disk and in a thread: frames %s", async (_name, frames) => {
    const whole = await expected(frames);
    for (const runFrames of [100_000, 700]) {
      const job = await jobOf(frames, runFrames);
      for (const seal of [sealBucket, (same: SealingJob) => new Sealer().seal(same, 1e9)]) {
        const { entry, path, damaged } = await seal(job);
        expect(await readFile(path)).toEqual(whole);
        expect(entry).toMatchObject({ ...SPAN, count: 6000, bytes: whole.length });
        expect(damaged).toBe(0);
        expect(await readdir(job.scratch)).toEqual(["sealed.part"]);
      }
    }
  });

  it("in a thread tells what went wrong, and can be ended", async () => {
    const job = await jobOf(many, 700);
    const sealer = new Sealer();
    await expect(sealer.seal({ ...job, journals: ["/nowhere"] }, 1e9)).rejects.toThrow(/ENOENT/);
    const sealing = sealer.seal(job, 1e9);
    const ended = expect(sealing).rejects.toMatchObject({ code: "SOTTO_STORE_CLOSED" });
    await sealer.close();
    await ended;
  });
});
