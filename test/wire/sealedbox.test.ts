import { readFileSync } from "node:fs";
import { blake2b, KEY_OCTETS, keyPairOf, openBox, sealBox } from "@sotto/wire";
import nacl from "tweetnacl";
import { describe, expect, it } from "vitest";
import { encodingsOf, lowOrderCoordinates } from "./curve25519.ts";
import { keyPairs } from "./independent.ts";
import { sodiumHash, sodiumOpen, sodiumSeal } from "./libsodium.ts";
import { fromHex, hexOf } from "./octets.ts";
import { refusalOf } from "./refusal.ts";

interface LibsodiumVectors {
  boxes: { secretKey: string; publicKey: string; message: string; box: string }[];
  hashes: { input: string; blake2b192: string }[];
  refusedRecipients: string[];
}

const vectors: LibsodiumVectors = JSON.parse(
  readFileSync(new URL("../vectors/libsodium-boxes.json", import.meta.url), "utf8"),
);

describe("libsodium-boxes.json", () => {
  it.each(vectors.boxes)("opens for us: $box", ({ secretKey, publicKey, message, box }) => {
    const pair = keyPairOf(fromHex(secretKey));
    expect(hexOf(pair.publicKey)).toBe(publicKey);
    const opened = openBox(fromHex(box), pair);
    expect(opened && hexOf(opened)).toBe(message);
    expect(openBox(fromHex(box), keyPairs.alice)).toBeNull();
  });

  it.each(vectors.hashes)("has our BLAKE2b-192 of $input", ({ input, blake2b192 }) => {
    expect(hexOf(blake2b(fromHex(input), 24))).toBe(blake2b192);
  });

  it.each(vectors.refusedRecipients)("has a recipient that we refuse too: %s", (publicKey) => {
    const attempt = () => sealBox(new Uint8Array(66), fromHex(publicKey), new Uint8Array(32).fill(1));
    expect(refusalOf(attempt)).toBe("SOTTO_KEY_LOW_ORDER");
  });

  it("has enough of each", () => {
    expect([vectors.boxes.length, vectors.hashes.length, vectors.refusedRecipients.length]).toEqual([48, 8, 14]);
  });
});

describe("a box with an ephemeral key of low order", () => {
  const { publicKey, secretKey } = keyPairs.bob;
  const message = new Uint8Array(66).fill(0x2a);

  // X25519 gives zero for any secret, so whoever makes such a box knows its key: HSalsa20 of zeros.
  function forge(ephemeral: Uint8Array): { nonce: Uint8Array; key: Uint8Array; box: Uint8Array } {
    const nonce = sodiumHash(Uint8Array.of(...ephemeral, ...publicKey), 24);
    const key = nacl.box.before(ephemeral, secretKey);
    return { nonce, key, box: Uint8Array.of(...ephemeral, ...nacl.secretbox(message, nonce, key)) };
  }

  const lowOrder = lowOrderCoordinates().flatMap(encodingsOf);

  it.each(lowOrder.map(hexOf))("is authentic by tweetnacl's own lights and refused by both engines: %s", (hex) => {
    const { nonce, key, box } = forge(fromHex(hex));
    expect(nacl.secretbox.open(box.subarray(KEY_OCTETS), nonce, key)).toEqual(message);
    expect(openBox(box, keyPairs.bob)).toBeNull();
    expect(sodiumOpen(box, publicKey, secretKey)).toBeNull();
  });

  it("always has the same key, which needs no secret", () => {
    expect(new Set(lowOrder.map((ephemeral) => hexOf(forge(ephemeral).key))).size).toBe(1);
  });
});

describe("an ephemeral key that is not canonical", () => {
  it("is taken as X25519 takes it, its octets going into the nonce as they are", () => {
    const ephemeralSecret = new Uint8Array(32).fill(0x33);
    const { publicKey, secretKey } = keyPairs.bob;
    const ephemeral = keyPairOf(ephemeralSecret).publicKey;
    ephemeral[31] = (ephemeral[31] ?? 0) | 0x80;
    const nonce = sodiumHash(Uint8Array.of(...ephemeral, ...publicKey), 24);
    const sealed = nacl.box(new Uint8Array(66), nonce, publicKey, ephemeralSecret);
    const box = Uint8Array.of(...ephemeral, ...sealed);
    expect(sodiumOpen(box, publicKey, secretKey)).toEqual(new Uint8Array(66));
    expect(openBox(box, keyPairs.bob)).toEqual(new Uint8Array(66));
  });
});

describe("a box that is too short", () => {
  it("does not open", () => {
    for (let length = 0; length < 48; length++) expect(openBox(new Uint8Array(length), keyPairs.alice)).toBeNull();
  });

  it("may seal nothing at all", () => {
    const box = sealBox(new Uint8Array(0), keyPairs.alice.publicKey, new Uint8Array(32).fill(4));
    expect(box.length).toBe(48);
    expect(openBox(box, keyPairs.alice)).toEqual(new Uint8Array(0));
    expect(sodiumSeal(new Uint8Array(0), keyPairs.alice.publicKey)).toHaveLength(48);
  });
});
