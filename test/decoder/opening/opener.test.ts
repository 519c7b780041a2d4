import { FRAME_OCTETS, headWeekOf, makeFrame, weekOf } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { engineOf } from "../../../decoder/engine/choice.ts";
import type { Engine } from "../../../decoder/engine/engine.ts";
import { openChunk } from "../../../decoder/opening/opener.ts";
import { ScanKeys } from "../../../decoder/scankeys.ts";
import { hexOf } from "../../wire/octets.ts";
import { boxFor, other, own } from "../engine/frames.ts";
import { PORTABLE_ENGINES } from "../engine/portable.ts";
import { DAY } from "../sealing.ts";
import { boxForTwo } from "./twokeys.ts";
import { expectedChunk, replacement, SEGMENT_END, sortedSlab, weekFrames, weekKeys } from "./weeks.ts";

const all = ["1", "2"].flatMap(weekFrames);
const sodium = await engineOf("sodium-native");

describe.each(PORTABLE_ENGINES)("a chunk opened by %s", async (name) => {
  const engine = await engineOf(name);
  const open = (slab: Uint8Array) => openChunk(slab, SEGMENT_END, engine, weekKeys());

  it("is what libsodium makes of it, frame by frame and key by key", () => {
    const slab = sortedSlab(all);
    const expected = expectedChunk(slab);
    expect(open(slab)).toEqual(expected);
    const sum = (part: "opened" | "foreign" | "pending" | "noKey") =>
      expected.weeks.reduce((total, counts) => total + counts[part], 0);
    expect([sum("opened"), sum("foreign"), sum("pending"), sum("noKey")].every((count) => count > 5)).toBe(true);
    expect(expected.waiting).toHaveLength(2);
    expect(expected.weeks.some(({ week }) => week === null)).toBe(true);
  });

  it("is so for any mix, in any order", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...all), { maxLength: 30 }), (frames) => {
        const slab = new Uint8Array(Buffer.concat(frames));
        expect(open(slab)).toEqual(expectedChunk(slab));
      }),
      { seed: 0x5077, numRuns: 40 },
    );
  });

  it("has a frame that fits two keys opened by the first, whichever that is", () => {
    const frame = makeFrame(headWeekOf(DAY), 0, boxForTwo(own, replacement, "both"));
    for (const always of [
      [own, replacement],
      [replacement, own],
    ]) {
      const [first = own, second = own] = always;
      const blocks = [first, second].map((keyPair) => engine.open(frame, [keyPair])[0]?.block);
      expect(blocks.every((block) => block?.length === 66)).toBe(true);
      expect(blocks[0]).not.toEqual(blocks[1]);
      const { frames } = openChunk(frame, SEGMENT_END, engine, new ScanKeys({ always }));
      expect(frames.map(({ block }) => block)).toEqual([blocks[0]]);
    }
  });
});

describe("a chunk", () => {
  /** An engine that notes how many frames it is given at once. */
  function noting(): Engine & { readonly slabs: [frames: number, ...keys: string[]][] } {
    const slabs: [number, ...string[]][] = [];
    const open: Engine["open"] = (frames, keys) => {
      slabs.push([frames.length / FRAME_OCTETS, ...keys.map(({ publicKey }) => hexOf(publicKey))]);
      return sodium.open(frames, keys);
    };
    return { ...sodium, slabs, open };
  }

  it("goes to the engine as one slab for a week, with all of its keys at once", () => {
    const engine = noting();
    const frames = ["a", "b", "c", "d", "e"].map((seed, i) => {
      const day = DAY + (i < 4 ? 0 : -7);
      return makeFrame(headWeekOf(day), i, boxFor(i === 1 ? own : other, seed));
    });
    const { frames: opened } = openChunk(sortedSlab(frames), SEGMENT_END, engine, weekKeys());
    expect(opened.map(({ frame, week }) => [hexOf(frame), week])).toEqual([
      [hexOf(frames[1] as Uint8Array), weekOf(DAY)],
    ]);
    const [first, second] = [own, replacement].map(({ publicKey }) => hexOf(publicKey));
    expect(engine.slabs).toEqual([
      [1, first],
      [4, first, second],
    ]);
  });

  it("is not tried where a week has no key, nor a frame of another version", () => {
    const engine = noting();
    const box = boxFor(own, "untried");
    const slab = sortedSlab([makeFrame(headWeekOf(DAY - 14), 0, box), Uint8Array.of(0x40, 0, 0, 0, ...box)]);
    expect(openChunk(slab, SEGMENT_END, engine, weekKeys())).toEqual({
      weeks: [
        { week: weekOf(DAY - 14), opened: 0, foreign: 0, pending: 0, noKey: 1 },
        { week: null, opened: 0, foreign: 1, pending: 0, noKey: 0 },
      ],
      frames: [],
      waiting: [],
    });
    expect(engine.slabs).toEqual([]);
  });

  it("gives frames in memory of their own, and none of no frames", () => {
    const slab = sortedSlab([makeFrame(headWeekOf(DAY), 0, boxFor(own, "kept"))]);
    const { frames } = openChunk(slab, SEGMENT_END, sodium, weekKeys());
    const before = new Uint8Array(slab);
    slab.fill(0);
    expect(frames.map(({ frame }) => frame)).toEqual([before]);
    expect(frames[0]?.frame.buffer.byteLength).toBe(FRAME_OCTETS);
    expect(openChunk(new Uint8Array(0), SEGMENT_END, sodium, weekKeys())).toEqual({
      weeks: [],
      frames: [],
      waiting: [],
    });
  });
});
