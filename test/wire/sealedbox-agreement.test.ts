import { openBox, sealBox } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyPairs } from "./independent.ts";
import { sodiumOpen, sodiumSeal } from "./libsodium.ts";
import { hexOf, withFlippedBit } from "./octets.ts";
import { CURVE_RUNS, octets } from "./property.ts";

const { publicKey, secretKey } = keyPairs.alice;

/** What our engine makes of a box, after libsodium made the same of it. */
function agreed(box: Uint8Array): Uint8Array | null {
  const ours = openBox(box, keyPairs.alice);
  const theirs = sodiumOpen(box, publicKey, secretKey);
  expect(ours && hexOf(ours)).toBe(theirs && hexOf(theirs));
  return ours;
}

describe("tweetnacl with our nonce and libsodium agree", () => {
  it("on what libsodium sealed", () => {
    fc.assert(
      fc.property(octets(66), (message) => {
        const box = sodiumSeal(message, publicKey);
        expect(box && agreed(box)).toEqual(message);
      }),
      CURVE_RUNS,
    );
  });

  it("on random boxes, and refuse them", () => {
    fc.assert(
      fc.property(octets(114), (box) => {
        expect(agreed(box)).toBeNull();
      }),
      CURVE_RUNS,
    );
  });

  it("on changed boxes, and refuse them", () => {
    const box = sealBox(new Uint8Array(66).fill(1), publicKey, new Uint8Array(32).fill(2));
    expect(agreed(box)).not.toBeNull();
    const changes = fc.array(fc.tuple(fc.nat({ max: 113 }), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(changes, (edits) => {
        const changed = Uint8Array.from(box);
        for (const [at, value] of edits) changed[at] = (changed[at] ?? 0) ^ value;
        fc.pre(hexOf(changed) !== hexOf(box));
        expect(agreed(changed)).toBeNull();
      }),
      CURVE_RUNS,
    );
    for (let bit = 0; bit < 8 * 114; bit++) expect(agreed(withFlippedBit(box, bit))).toBeNull();
  });
});
