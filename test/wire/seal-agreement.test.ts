import { boxOf, seal, sealBox } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyPairs } from "./independent.ts";
import { sodiumOpen, sodiumPublicKey } from "./libsodium.ts";
import { hexOf } from "./octets.ts";
import { CURVE_RUNS, octets } from "./property.ts";

describe("what we seal", () => {
  it("opens in libsodium for its key alone", () => {
    const { alice, bob } = keyPairs;
    fc.assert(
      fc.property(octets(66), octets(32), (message, ephemeralSecret) => {
        const box = sealBox(message, alice.publicKey, ephemeralSecret);
        expect(box.length).toBe(114);
        expect(hexOf(box.slice(0, 32))).toBe(hexOf(sodiumPublicKey(ephemeralSecret)));
        expect(sodiumOpen(box, alice.publicKey, alice.secretKey)).toEqual(message);
        expect(sodiumOpen(box, bob.publicKey, bob.secretKey)).toBeNull();
      }),
      CURVE_RUNS,
    );
  });

  it("as frames opens in libsodium with nothing but the 114 octets behind the head", () => {
    const { publicKey, secretKey } = keyPairs.alice;
    const frames = seal(`{"k":"${"x".repeat(100)}"}`, publicKey, { day: 20_778, bits: 0 });
    const blocks = frames.map(({ frame }) => sodiumOpen(boxOf(frame), publicKey, secretKey));
    expect(blocks.map((block) => block && hexOf(block).slice(0, 6))).toEqual(["02512a", "02512a"]);
  });
});
