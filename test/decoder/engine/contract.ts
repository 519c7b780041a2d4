import { readFileSync } from "node:fs";
import { decodeName, makeFrame } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { engineOf } from "../../../decoder/engine/choice.ts";
import type { EngineName, Hit } from "../../../decoder/engine/engine.ts";
import { goodMessages, keyPairs, ZONE } from "../../wire/independent.ts";
import { fromHex, hexOf } from "../../wire/octets.ts";
import { boxForTwo } from "../opening/twokeys.ts";
import { blockOf, boxFor, expectedHits, madeFrames, other, own, slabOf } from "./frames.ts";

const boxes: { secretKey: string; publicKey: string; message: string; box: string }[] = JSON.parse(
  readFileSync(new URL("../../vectors/libsodium-boxes.json", import.meta.url), "utf8"),
).boxes;

const seeds = ["1", "2", "3"];
const all = seeds.flatMap(madeFrames);
const seedOf = (index: number) => seeds[Math.floor((index * seeds.length) / all.length)] as string;

/** What every engine is held to. */
export function describeEngine(name: EngineName): void {
  describe(`the engine ${name}`, async () => {
    const engine = await engineOf(name);

    it("has its name", () => {
      expect(engine.name).toBe(name);
    });

    it.each(madeFrames("alone"))("opens or refuses by itself: $what", (made) => {
      expect(engine.open(made.frame, [own])).toEqual(expectedHits([made]));
    });

    it("opens the same boxes to the same blocks as the others, and refuses the same", () => {
      fc.assert(
        fc.property(fc.array(fc.constantFrom(...all), { maxLength: 40 }), (frames) => {
          expect(engine.open(slabOf(frames), [own])).toEqual(expectedHits(frames));
        }),
        { seed: 0x5077, numRuns: 50 },
      );
    });

    it("opens what libsodium sealed, each with its own key and no other", () => {
      const fitting = boxes.filter(({ box }) => box.length === 2 * 114);
      expect(fitting).toHaveLength(40);
      const slab = slabOf(fitting.map(({ box }) => ({ frame: makeFrame(0, 0, fromHex(box)) })));
      for (const [at, { publicKey, secretKey, message }] of fitting.slice(0, 6).entries()) {
        const hits = engine.open(slab, [{ publicKey: fromHex(publicKey), secretKey: fromHex(secretKey) }]);
        expect(hits.map(({ index, block }) => [index, hexOf(block)])).toEqual([[at, message]]);
      }
    });

    it("opens of the independent implementation's frames those that are sealed for a key", () => {
      const frames = goodMessages.flatMap(({ to, names }) => names.map((text) => ({ to, frame: frameOf(text) })));
      const slab = slabOf(frames);
      for (const to of ["alice", "bob"] as const) {
        const expected = [...frames.keys()].filter((at) => frames[at]?.to === to);
        expect(engine.open(slab, [keyPairs[to]]).map(({ index }) => index)).toEqual(expected);
        expect(expected.length).toBeGreaterThan(5);
      }
    });

    it("takes several keys at once, of which the first that opens a frame counts, and none", () => {
      const slab = slabOf(all);
      const both = (numbers: { own: number; other: number }) =>
        all.flatMap(({ what, block }, index): Hit[] => {
          if (block !== null) return [{ index, key: numbers.own, block }];
          if (what !== "another project's") return [];
          return [{ index, key: numbers.other, block: blockOf(seedOf(index)) }];
        });
      expect(engine.open(slab, [other, own])).toEqual(both({ other: 0, own: 1 }));
      expect(engine.open(slab, [own, other, own])).toEqual(both({ own: 0, other: 1 }));
      expect(engine.open(slab, [])).toEqual([]);
      const fitsTwo = makeFrame(0, 0, boxForTwo(own, other, "both"));
      for (const keys of [
        [own, other],
        [other, own],
      ]) {
        const blocks = keys.map((key) => engine.open(fitsTwo, [key])[0]?.block);
        expect(engine.open(fitsTwo, keys)).toEqual([{ index: 0, key: 0, block: blocks[0] }]);
        expect(blocks[0]).not.toEqual(blocks[1]);
      }
    });

    it("leaves the slab as it is, and gives blocks that no later call changes", () => {
      const slab = slabOf(all);
      const before = new Uint8Array(slab);
      const first = engine.open(slab, [own]);
      engine.open(makeFrame(0, 0, boxFor(other, "later")), [other]);
      slab.fill(0);
      expect(first).toEqual(expectedHits(all));
      expect(first.every(({ block }) => block.buffer.byteLength === 66)).toBe(true);
      expect(engine.open(before, [own])).toEqual(first);
      expect(engine.open(makeFrame(0, 0, boxFor(other, "later")), [other])).toEqual([
        { index: 0, key: 0, block: blockOf("later") },
      ]);
    });

    it("takes a slab in the middle of other memory, and an empty one", () => {
      const slab = slabOf(all);
      const around = new Uint8Array(slab.length + 236).fill(7);
      around.set(slab, 118);
      expect(engine.open(around.subarray(118, -118), [own])).toEqual(expectedHits(all));
      expect(engine.open(new Uint8Array(0), [own])).toEqual([]);
    });
  });
}

function frameOf(name: string): Uint8Array {
  return decodeName(name, ZONE) ?? expect.unreachable(name);
}
