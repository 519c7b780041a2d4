import { decodePublicKey, decodeSecretKey, encodePublicKey, encodeSecretKey } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BECH32M, bech32, fiveBits, keyText } from "./bech32.ts";
import { keyTexts } from "./independent.ts";
import { hexOf } from "./octets.ts";
import { octets, RUNS } from "./property.ts";
import { refusalOf } from "./refusal.ts";

const PUBLIC = "sotto";
const SECRET = "sotto-secret-key-";
const key = Uint8Array.from({ length: 32 }, (_, at) => at + 1);

const readers = [
  { kind: "public", read: decodePublicKey, prefix: PUBLIC, other: SECRET, text: keyTexts.alice.public },
  { kind: "secret", read: decodeSecretKey, prefix: SECRET, other: PUBLIC, text: keyTexts.alice.secret },
];

describe.each(readers)("the text of a $kind key", ({ read, prefix, other, text }) => {
  const good = keyText(prefix, key);
  const lower = text.toLowerCase();
  const upper = text.toUpperCase();

  it("is read all-lower and all-upper", () => {
    expect(read(good)).toEqual(key);
    expect(read(good.toUpperCase())).toEqual(key);
    expect(hexOf(read(lower))).toBe(hexOf(read(upper)));
  });

  it("is refused with the case of any one letter changed", () => {
    for (const whole of [lower, upper]) {
      for (const [at, letter] of [...whole].entries()) {
        const turned = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
        if (turned === letter) continue;
        expect(refusalOf(() => read(whole.slice(0, at) + turned + whole.slice(at + 1)))).toBe("SOTTO_KEY_TEXT");
      }
    }
  });

  it("is refused with any one character replaced by any other printable one", () => {
    for (let at = 0; at < lower.length; at++) {
      for (let code = 33; code < 127; code++) {
        const character = String.fromCharCode(code);
        if (character === lower[at]) continue;
        expect(refusalOf(() => read(lower.slice(0, at) + character + lower.slice(at + 1)))).toBe("SOTTO_KEY_TEXT");
      }
    }
  });

  it("is refused with a character missing, doubled or changed with its neighbour", () => {
    for (let at = 0; at < lower.length; at++) {
      const [before, here, next = "", after] = [
        lower.slice(0, at),
        lower[at] ?? "",
        lower[at + 1],
        lower.slice(at + 2),
      ];
      const typos = [before + next + after, before + here + here + next + after, before + next + here + after];
      for (const typo of typos) if (typo !== lower) expect(refusalOf(() => read(typo))).toBe("SOTTO_KEY_TEXT");
    }
  });

  it.each([
    ["nothing", ""],
    ["the prefix alone", `${prefix}1`],
    ["no separator", good.replace("1", "")],
    ["a space before", ` ${good}`],
    ["a new line after", `${good}\n`],
    ["a NUL after", `${good}\0`],
    ["the check sum of bech32m", bech32(prefix, fiveBits(key), BECH32M)],
    ["31 octets", keyText(prefix, key.slice(1))],
    ["33 octets", keyText(prefix, Uint8Array.of(...key, 9))],
    ["no octets", keyText(prefix, new Uint8Array(0))],
    ["a group too many", bech32(prefix, [...fiveBits(key), 0])],
    ["padding bits 1", bech32(prefix, fiveBits(key, 1))],
    ["padding bits 8", bech32(prefix, fiveBits(key, 8))],
    ["padding bits 15", bech32(prefix, fiveBits(key, 15))],
    ["more than 90 characters", keyText(prefix, new Uint8Array(60).fill(1))],
  ])("is refused with %s", (_, wrong) => {
    expect(refusalOf(() => read(wrong))).toBe("SOTTO_KEY_TEXT");
  });

  it.each([
    ["the Kelvin sign for K", "K", "\u212a"],
    ["long s for S", "S", "\u017f"],
    ["capital I with a dot", "I", "\u0130"],
  ])("folds ASCII letters only: %s", (_, letter, stranger) => {
    // A text that holds the letter behind its prefix, since only two of these are in the alphabet.
    const candidates = Array.from({ length: 40 }, (_, at) => keyText(prefix, new Uint8Array(32).fill(at + 2)));
    for (const candidate of [...candidates, good].map((each) => each.toUpperCase())) {
      for (const strange of [candidate.replace(letter, stranger), candidate.replaceAll(letter, stranger)]) {
        if (strange !== candidate) expect(refusalOf(() => read(strange))).toBe("SOTTO_KEY_TEXT");
        const folded = strange.toLowerCase();
        if (folded !== candidate.toLowerCase()) expect(refusalOf(() => read(folded))).toBe("SOTTO_KEY_TEXT");
      }
    }
  });

  it.each([
    ["a key of the other kind", keyText(other, key)],
    ["a key of the other kind in upper case", keyText(other, key).toUpperCase()],
    ["an age key", keyText("age", key)],
    ["a longer prefix", keyText(`${prefix}x`, key)],
    ["a shorter prefix", keyText(prefix.slice(0, -1), key)],
    ["a prefix with a digit 1", keyText(`${prefix}1`, key)],
  ])("is of the wrong kind: %s", (_, wrong) => {
    expect(refusalOf(() => read(wrong))).toBe("SOTTO_KEY_KIND");
  });

  it("is never quoted in an error", () => {
    for (const wrong of [keyText(other, key), `${good.slice(0, -1)}b`, `${good}x`, `${good.slice(0, -1)}Q`]) {
      let message = "";
      try {
        read(wrong);
      } catch (error) {
        message = String(error);
      }
      expect(message).not.toBe("");
      expect(message).not.toContain(wrong.slice(-20));
    }
  });
});

describe("key texts", () => {
  // The least octet makes sure that no key is of low order or above the prime.
  const publicKey = octets(32).map((random) => Uint8Array.of(4, ...random.subarray(1, 31), (random[31] ?? 0) & 0x3f));

  it("of public keys are what BIP-173 makes of them, and come back", () => {
    fc.assert(
      fc.property(publicKey, (random) => {
        const text = encodePublicKey(random);
        expect(text).toBe(keyText(PUBLIC, random));
        expect(decodePublicKey(text)).toEqual(random);
      }),
      RUNS,
    );
  });

  it("of secret keys are what BIP-173 makes of them in upper case, and come back", () => {
    fc.assert(
      fc.property(octets(32), (random) => {
        const text = encodeSecretKey(random);
        expect(text).toBe(keyText(SECRET, random).toUpperCase());
        expect(decodeSecretKey(text)).toEqual(random);
        expect(decodeSecretKey(text.toLowerCase())).toEqual(random);
      }),
      RUNS,
    );
  });

  it.each([0, 31, 33])("of %i octets are not written", (length) => {
    expect(refusalOf(() => encodePublicKey(new Uint8Array(length)))).toBe("SOTTO_KEY_LENGTH");
    expect(refusalOf(() => encodeSecretKey(new Uint8Array(length)))).toBe("SOTTO_KEY_LENGTH");
  });
});
