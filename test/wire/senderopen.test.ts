import { createRequire } from "node:module";
import { keyPairOf, openBoxAsSender, sealBox } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodingsOf, lowOrderCoordinates } from "./curve25519.ts";
import { keyPairs } from "./independent.ts";
import { sodiumHash } from "./libsodium.ts";
import { hexOf, withFlippedBit } from "./octets.ts";
import { CURVE_RUNS, octets } from "./property.ts";
import { refusalOf } from "./refusal.ts";

/** What libsodium has for two sides with a key each. */
interface SodiumBox {
  crypto_box_open_easy(
    message: Uint8Array,
    box: Uint8Array,
    nonce: Uint8Array,
    publicKey: Uint8Array,
    secretKey: Uint8Array,
  ): boolean;
}
const sodium: SodiumBox = createRequire(import.meta.url)("sodium-native");

const { publicKey } = keyPairs.alice;

/** `crypto_box_open_easy` with the recipient's key on the other side, and the nonce of a sealed box. */
function sodiumSenderOpen(box: Uint8Array, secret: Uint8Array, recipient: Uint8Array): Uint8Array | null {
  const nonce = sodiumHash(Buffer.concat([keyPairOf(secret).publicKey, recipient]), 24);
  const message = new Uint8Array(box.length - 48);
  return sodium.crypto_box_open_easy(message, box.subarray(32), nonce, recipient, secret) ? message : null;
}

describe("a box on its sender's side", () => {
  it("opens as what was sealed, for us and for libsodium", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), octets(32), octets(32), (message, secret, seed) => {
        const recipient = keyPairOf(seed).publicKey;
        const box = sealBox(message, recipient, secret);
        const opened = openBoxAsSender(box, secret, recipient);
        expect(opened && hexOf(opened)).toBe(hexOf(message));
        expect(sodiumSenderOpen(box, secret, recipient)).toEqual(opened);
      }),
      CURVE_RUNS,
    );
  });

  it("does not open with another secret, for another key, or changed in any bit", () => {
    const secret = new Uint8Array(32).fill(2);
    const box = sealBox(new Uint8Array(66).fill(1), publicKey, secret);
    expect(openBoxAsSender(box, secret, publicKey)).toEqual(new Uint8Array(66).fill(1));
    expect(openBoxAsSender(box, new Uint8Array(32).fill(3), publicKey)).toBeNull();
    expect(openBoxAsSender(box, secret, keyPairs.bob.publicKey)).toBeNull();
    for (let bit = 0; bit < 8 * box.length; bit++) {
      expect(openBoxAsSender(withFlippedBit(box, bit), secret, publicKey)).toBeNull();
    }
  });

  it("does not open when it is too short", () => {
    const secret = new Uint8Array(32).fill(2);
    const box = sealBox(new Uint8Array(0), publicKey, secret);
    for (let length = 0; length < 48; length++) {
      expect(openBoxAsSender(box.subarray(0, length), secret, publicKey)).toBeNull();
    }
    expect(openBoxAsSender(box, secret, publicKey)).toEqual(new Uint8Array(0));
  });

  it.each(lowOrderCoordinates().flatMap(encodingsOf).map(hexOf))("does not open for a key of low order: %s", (hex) => {
    const secret = new Uint8Array(32).fill(2);
    const box = sealBox(new Uint8Array(66), publicKey, secret);
    expect(openBoxAsSender(box, secret, Buffer.from(hex, "hex"))).toBeNull();
  });

  it("refuses keys of a wrong length", () => {
    const box = new Uint8Array(114);
    expect(refusalOf(() => openBoxAsSender(box, new Uint8Array(31), publicKey))).toBe("SOTTO_KEY_LENGTH");
    expect(refusalOf(() => openBoxAsSender(box, new Uint8Array(32), publicKey.subarray(1)))).toBe("SOTTO_KEY_LENGTH");
  });
});
