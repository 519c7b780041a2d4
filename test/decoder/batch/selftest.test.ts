import { describe, expect, it } from "vitest";
import type { Batch, Match } from "../../../decoder/batch/batch.ts";
import { FRAMES, KEYS } from "../../../decoder/batch/knownanswers.ts";
import { selfTest } from "../../../decoder/batch/selftest.ts";
import { wasmBatch } from "../../../decoder/batch/wasmbatch.ts";
import { compileBatch } from "../../../decoder/batch/wasmcode.ts";
import { EngineError } from "../../../decoder/errors.ts";
import { sodiumOpen } from "../../wire/libsodium.ts";

const sound = wasmBatch(compileBatch(2));

const frameCount = (frames: Uint8Array) => frames.length / 118;
const withMatches = (change: (matches: Match[], frames: Uint8Array) => Match[]): Batch => ({
  ...sound,
  match: (frames, keys) => change([...sound.match(frames, keys)], frames),
});
const withProducts = (change: (products: Uint8Array) => void): Batch => ({
  ...sound,
  x25519(scalar, points) {
    const products = sound.x25519(scalar, points);
    change(products);
    return products;
  },
});

/** What could go wrong in a batch, and what one would then see of it. */
const FAULTS: [string, Batch][] = [
  ["finds nothing, as with a multiply-add that rounds twice", withMatches(() => [])],
  [
    "finds everything",
    withMatches((_, frames) => Array.from({ length: frameCount(frames) }, (_, index) => ({ index, key: 0 }))),
  ],
  ["loses the neighbours of a point of low order", withMatches((matches) => matches.filter(({ index }) => index > 2))],
  [
    "loses the last frame, which fills no vector",
    withMatches((matches, frames) => matches.filter(({ index }) => index < frameCount(frames) - 1)),
  ],
  [
    "loses a lane",
    withMatches((matches, frames) =>
      frameCount(frames) === 1 ? matches : matches.filter(({ index }) => index % 2 === 0),
    ),
  ],
  [
    "gives only the first key that fits",
    withMatches((matches) => matches.filter((match, at) => matches[at - 1]?.index !== match.index)),
  ],
  ["tries the first key only", { ...sound, match: (frames, keys) => sound.match(frames, keys.slice(0, 1)) }],
  [
    "numbers frames by the vector",
    withMatches((matches) => matches.map(({ index, key }) => ({ index: index >> 1, key }))),
  ],
  ["gives them in another order", withMatches((matches) => matches.toReversed())],
  [
    "takes a shared secret of zeros",
    withMatches((matches, frames) =>
      frameCount(frames) === 1
        ? matches
        : [...matches, { index: 1, key: 0 }].sort((a, b) => a.index - b.index || a.key - b.key),
    ),
  ],
  ["is wrong in one bit of one point", withProducts((products) => products.fill((products[40] ?? 0) ^ 1, 40, 41))],
  ["is wrong in the last point", withProducts((products) => products.fill(0, products.length - 32))],
  ["makes something of a point of low order", withProducts((products) => products.fill(1, 64, 65))],
  ["gives too few products", { ...sound, x25519: (scalar, points) => sound.x25519(scalar, points).slice(32) }],
];

describe("the self-test", () => {
  it("finds nothing wrong in a batch that is right", () => {
    expect(() => selfTest(sound)).not.toThrow();
  });

  it.each(FAULTS)("refuses a batch that %s", (_, faulty) => {
    let refused: unknown;
    try {
      selfTest(faulty);
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(EngineError);
    expect(refused).toMatchObject({ code: "SOTTO_ENGINE_WRONG" });
    expect((refused as EngineError).message).toMatch(
      /^the engine wasm \(relaxed SIMD, 2 lanes\) computes wrongly on this machine: /,
    );
  });

  it("knows of its frames what libsodium says of them", () => {
    const opens = Object.entries(FRAMES).map(([name, frame]) => [
      name,
      ...KEYS.map(({ publicKey, secretKey }) => sodiumOpen(frame.subarray(4), publicKey, secretKey) !== null),
    ]);
    expect(opens).toEqual([
      ["first", true, false],
      ["second", false, true],
      ["both", true, true],
      ["unreduced", true, false],
      ["lowOrder", false, false],
    ]);
  });
});
