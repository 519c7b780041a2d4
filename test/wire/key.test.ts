import {
  checkPublicKey,
  decodePublicKey,
  encodePublicKey,
  generateKeyPair,
  type KeyError,
  keyPairOf,
  sealBox,
} from "@sotto/wire";
import fc from "fast-check";
import nacl from "tweetnacl";
import { describe, expect, it } from "vitest";
import { keyText } from "./bech32.ts";
import { encodingsOf, littleEndian, lowOrderCoordinates, P } from "./curve25519.ts";
import { badNames } from "./independent.ts";
import { fromHex, hexOf, withFlippedBit } from "./octets.ts";
import { CURVE_RUNS, octets } from "./property.ts";
import { refusalOf } from "./refusal.ts";

const lowOrder = lowOrderCoordinates().flatMap(encodingsOf);
const TOP_BIT = 2n ** 255n;
const littleEndianValue = (key: Uint8Array) => BigInt(`0x${hexOf(key.toReversed())}`);

describe("a public key of low order", () => {
  it("has one of five coordinates, in fourteen encodings", () => {
    expect(lowOrderCoordinates()).toHaveLength(5);
    expect(lowOrder).toHaveLength(14);
  });

  it("is one of those in the independent vectors, which hold ten", () => {
    const theirs = badNames.flatMap(({ why }) => why.match(/^low-order ephemeral key (.*)$/)?.[1] ?? []);
    const ours = lowOrder.map(hexOf);
    expect(theirs).toHaveLength(10);
    expect(theirs.filter((key) => !ours.includes(key))).toEqual([]);
  });

  it.each(lowOrder.map(hexOf))("is refused on import: %s", (hex) => {
    const canonical = littleEndianValue(fromHex(hex)) < P;
    const code = canonical ? "SOTTO_KEY_LOW_ORDER" : "SOTTO_KEY_NOT_CANONICAL";
    expect(refusalOf(() => checkPublicKey(fromHex(hex)))).toBe(code);
    expect(refusalOf(() => encodePublicKey(fromHex(hex)))).toBe(code);
    expect(refusalOf(() => decodePublicKey(keyText("sotto", fromHex(hex))))).toBe(code);
  });

  it.each(lowOrder.map(hexOf))("is refused on sealing: %s", (hex) => {
    const attempt = () => sealBox(new Uint8Array(66), fromHex(hex), new Uint8Array(32).fill(7));
    expect(refusalOf(attempt)).toBe("SOTTO_KEY_LOW_ORDER");
  });
});

describe("the table of low-order keys agrees with the scalar multiplication", () => {
  // Any clamped scalar is a multiple of 8, which is what takes the low-order points to zero.
  const protectsNothing = (key: Uint8Array, secret = new Uint8Array(32)) =>
    nacl.scalarMult(secret, key).every((octet) => octet === 0);
  const verdict = (key: Uint8Array) => {
    try {
      checkPublicKey(key);
      return "accepted";
    } catch (error) {
      return (error as KeyError).code;
    }
  };

  it("on every encoding of a low-order point: all give zero, with any secret, and none is accepted", () => {
    for (const key of lowOrder) {
      expect(protectsNothing(key)).toBe(true);
      expect(protectsNothing(key, new Uint8Array(32).fill(0xa5))).toBe(true);
      expect(verdict(key)).not.toBe("accepted");
    }
    expect(lowOrder.filter((key) => verdict(key) === "SOTTO_KEY_LOW_ORDER")).toHaveLength(5);
  });

  it("on all their neighbours at one bit", () => {
    for (const key of lowOrder) {
      for (let bit = 0; bit < 256; bit++) {
        const neighbour = withFlippedBit(key, bit);
        const code = verdict(neighbour);
        if (code !== "SOTTO_KEY_NOT_CANONICAL") expect(code === "SOTTO_KEY_LOW_ORDER").toBe(protectsNothing(neighbour));
      }
    }
  });

  it("on random keys", () => {
    fc.assert(
      fc.property(octets(32), (key) => {
        const code = verdict(key);
        const expected = protectsNothing(key) ? "SOTTO_KEY_LOW_ORDER" : "accepted";
        expect(code).toBe(littleEndianValue(key) < P ? expected : "SOTTO_KEY_NOT_CANONICAL");
      }),
      CURVE_RUNS,
    );
  });
});

describe("a public key that is not canonical", () => {
  const atOrAboveP = Array.from({ length: 19 }, (_, above) => P + BigInt(above));
  const withTopBit = [2n, 9n, P - 2n, P + 2n, TOP_BIT - 1n].map((value) => value + TOP_BIT);

  it.each([...atOrAboveP, ...withTopBit].map((value) => value.toString(16)))("is refused: %s", (hex) => {
    const key = littleEndian(BigInt(`0x${hex}`));
    expect(refusalOf(() => checkPublicKey(key))).toBe("SOTTO_KEY_NOT_CANONICAL");
    expect(refusalOf(() => decodePublicKey(keyText("sotto", key)))).toBe("SOTTO_KEY_NOT_CANONICAL");
  });

  it("is anything from 2^255 - 19 up: what lies right below is accepted", () => {
    const accepted = [2n, 9n, P - 2n, P - 20n, P - 256n, TOP_BIT - 2n ** 200n, 2n ** 254n].map(littleEndian);
    expect(accepted.map((key) => checkPublicKey(key))).toEqual(accepted.map(() => undefined));
  });
});

describe("a key pair", () => {
  it.each([
    [
      "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
      "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
    ],
    [
      "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
      "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
    ],
  ])("has X25519(secret, 9) as its public key (RFC 7748 section 6.1): %s", (secret, expected) => {
    expect(hexOf(keyPairOf(fromHex(secret)).publicKey)).toBe(expected);
  });

  it("is made of 32 octets of the given source", () => {
    const pair = generateKeyPair((length) => new Uint8Array(length).fill(5));
    expect(pair.secretKey).toEqual(new Uint8Array(32).fill(5));
    expect(pair.publicKey).toEqual(keyPairOf(new Uint8Array(32).fill(5)).publicKey);
  });

  it("is new each time by default", () => {
    expect(hexOf(generateKeyPair().secretKey)).not.toBe(hexOf(generateKeyPair().secretKey));
  });

  it.each([0, 31, 33])("has no key of %i octets", (length) => {
    expect(refusalOf(() => checkPublicKey(new Uint8Array(length)))).toBe("SOTTO_KEY_LENGTH");
  });

  it.each([0, 31, 33])("is not made of a secret key of %i octets", (length) => {
    expect(refusalOf(() => keyPairOf(new Uint8Array(length)))).toBe("SOTTO_KEY_LENGTH");
  });
});
