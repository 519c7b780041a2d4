import { FRAME_OCTETS, type KeyPair, makeFrame } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import type { Match } from "../../../decoder/batch/batch.ts";
import type { ReferenceEngine } from "../../../decoder/engine/engine.ts";
import { loadSodium } from "../../../decoder/engine/sodium.ts";
import { tweetnaclEngine } from "../../../decoder/engine/tweetnacl.ts";
import { verifiedEngine } from "../../../decoder/engine/verified.ts";
import { WrongEngineError } from "../../../decoder/errors.ts";
import { seededOctets } from "../../e2e/frames.ts";
import { boxForTwo } from "../opening/twokeys.ts";
import { seededNumbers } from "../statistics/draws.ts";
import { bentBatch, honestBatch } from "./batches.ts";
import { expectedHits, madeFrames, other, own, slabOf } from "./frames.ts";

const sodium = await loadSodium();
const all = ["1", "2", "3"].flatMap(madeFrames);
const junk = (count: number) => new Uint8Array(seededOctets("junk", count * FRAME_OCTETS));
/** Chooses every miss. */
const always = () => 0;
/** Chooses none of the first thirty thousand. */
const never = () => 1 - 2 ** -53;

/** A reference that counts the frames it is asked about. */
function counting(engine: ReferenceEngine): ReferenceEngine & { asked: number } {
  const counted = {
    ...engine,
    asked: 0,
    open: (frames: Uint8Array, keys: readonly KeyPair[]) => {
      counted.asked += frames.length / FRAME_OCTETS;
      return engine.open(frames, keys);
    },
  };
  return counted;
}

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe("an engine of a batch and one that is taken at its word", () => {
  it("opens what both say to fit, to the block that the second opens", () => {
    const engine = verifiedEngine(honestBatch(), sodium, seededNumbers(1));
    expect(engine).toMatchObject({ name: "wasm", path: "libsodium in disguise" });
    expect(engine.open(slabOf(all), [own])).toEqual(expectedHits(all));
    expect(engine.open(slabOf(all), [other, own]).filter(({ key }) => key === 1)).toEqual(expectedHits(all, 1));
    expect(engine.open(new Uint8Array(0), [own])).toEqual([]);
    expect(engine.open(slabOf(all), [])).toEqual([]);
  });

  it("gives a frame that fits two keys to the first", () => {
    const engine = verifiedEngine(honestBatch(), sodium, never);
    const frame = makeFrame(0, 0, boxForTwo(own, other, "both"));
    for (const keys of [
      [own, other],
      [other, own],
    ]) {
      expect(engine.open(frame, keys)).toEqual(sodium.open(frame, keys));
    }
  });

  it.each([
    ["sodium-native", sodium, 1000],
    ["tweetnacl", tweetnaclEngine, 20_000],
  ] as const)("has %s try one miss in so many again, and every frame that fits", (_, engine, oneIn) => {
    const reference = counting(engine);
    // One draw of a half passes over as many as has an even chance: ln 2 times the average.
    const half = Math.floor(Math.log(1 / 2) / Math.log(1 - 1 / oneIn));
    const verified = verifiedEngine(honestBatch(), reference, () => 0.5);
    for (const [frames, asked] of [
      [junk(half), 0],
      [junk(1), 1],
      [junk(half), 1],
      [junk(1), 2],
    ] as const) {
      verified.open(frames, [own]);
      expect(reference.asked).toBe(asked);
    }
  });

  const lies: [string, (matches: readonly Match[], frames: Uint8Array) => readonly Match[]][] = [
    ["a frame that fits no key", (matches) => [...matches, { index: all.length - 1, key: 0 }]],
    ["another key than fits", (matches) => matches.map((match) => ({ ...match, key: 1 - match.key }))],
    ["too little, a miss", (matches) => matches.slice(1)],
    ["nothing at all", () => []],
    ["of a place beyond the slab", (matches, frames) => [...matches, { index: frames.length / FRAME_OCTETS, key: 0 }]],
  ];

  it.each(lies)("stops with exit code 3 when the batch names %s", (_, bend) => {
    const batch = bentBatch(bend);
    const engine = verifiedEngine(batch, sodium, always);
    const open = () => engine.open(slabOf(all), [own, other]);
    for (let call = 1; call <= 4; call++) expect(open().length).toBeGreaterThan(0);
    batch.isBent = true;
    const error = thrownBy(open);
    expect(error).toBeInstanceOf(WrongEngineError);
    expect(error).toMatchObject({
      code: "SOTTO_ENGINE_WRONG",
      exitCode: 3,
      message:
        "the engine wasm (libsodium in disguise) and sodium-native disagree about a frame: nothing of its segment was " +
        "recorded. Scan with --engine sodium-native, and report it",
    });
  });

  it("asks for known answers at the start and, at longer and longer intervals, again", () => {
    const batch = bentBatch(() => []);
    const engine = verifiedEngine(batch, sodium, never);
    const frame = junk(1);
    for (let call = 1; call <= 4; call++) engine.open(frame, [own]);
    batch.isBent = true;
    // What is lost here is nothing that a sample would show.
    for (let call = 5; call <= 7; call++) expect(engine.open(frame, [own])).toEqual([]);
    expect(() => engine.open(frame, [own])).toThrow(WrongEngineError);
    expect(() => verifiedEngine(batch, sodium)).toThrow(WrongEngineError);
  });
});
