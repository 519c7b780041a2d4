import fc from "fast-check";
import { expect, it } from "vitest";
import { loadSodium } from "../../../decoder/engine/sodium.ts";
import type { OpenedChunk } from "../../../decoder/opening/openedchunk.ts";
import { openChunk } from "../../../decoder/opening/opener.ts";
import { shareOf } from "../../../decoder/opening/share.ts";
import { ScanKeys } from "../../../decoder/scankeys.ts";
import { other } from "../engine/frames.ts";
import { seededKeyPair } from "../keyrings.ts";
import { DAY } from "../sealing.ts";
import { SEGMENT_END, sortedSlab, weekFrames, weekKeys } from "./weeks.ts";

const engine = await loadSodium();
const all = ["1", "2"].flatMap(weekFrames);

/** A project beside the one of {@link weekKeys}: a key for other weeks, and one that is absent. */
const beside = new ScanKeys({
  epochs: [
    { ...other, from: DAY - 14, until: DAY },
    { publicKey: seededKeyPair("beside").publicKey, secretKey: null, from: DAY, until: DAY + 7 },
  ],
});
const projects = [weekKeys(), beside];

/** What is left of a chunk when only some weeks are wanted. */
function only({ weeks, frames }: OpenedChunk, wanted: ReadonlySet<number | null>) {
  return {
    weeks: weeks.filter(({ week }) => wanted.has(week)),
    frames: frames.filter(({ week }) => wanted.has(week)),
  };
}

it("gives each of several projects what a scan with its keys alone would, of all weeks or some", () => {
  const someWeeks = fc.subarray([-14, -7, 0, 7].map((days) => Math.floor((DAY + days) / 7)));
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...all), { maxLength: 30 }), someWeeks, (frames, weeks) => {
      const slab = sortedSlab(frames);
      const chunk = openChunk(slab, SEGMENT_END, engine, ScanKeys.join(projects));
      for (const keys of projects) {
        const alone = openChunk(slab, SEGMENT_END, engine, keys);
        expect(shareOf(chunk, keys, null)).toEqual(alone);
        const wanted = new Set(weeks);
        expect(shareOf(chunk, keys, wanted)).toMatchObject(only(alone, wanted));
      }
    }),
    { seed: 0x5077, numRuns: 40 },
  );
});
