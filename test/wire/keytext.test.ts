import { decodePublicKey, decodeSecretKey, encodePublicKey, encodeSecretKey, KeyError } from "@sotto/wire";
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

const DIGITS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

function errorOf(attempt: () => unknown): Error {
  try {
    attempt();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("it was accepted");
}

const messageOf = (attempt: () => unknown) => errorOf(attempt).message;

/** Whether a message holds six consecutive characters of a text, in whatever case. */
function sharesCharacters(message: string, text: string): boolean {
  const said = message.toLowerCase();
  return Array.from({ length: Math.max(0, text.length - 5) }, (_, at) => text.slice(at, at + 6).toLowerCase()).some(
    (piece) => said.includes(piece),
  );
}

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

  it.each([
    ["nothing", "", "it is empty"],
    ["white space alone", " \n", "it is empty"],
    ["a blank before", ` ${good}`, "there is white space before or after it"],
    ["a line end after", `${good}\r\n`, "there is white space before or after it"],
    ["a line end inside", `${good.slice(0, 40)}\n${good.slice(40)}`, "there is white space inside it"],
    ["a no-break space inside", `${good.slice(0, 40)}\u00a0${good.slice(40)}`, "there is white space inside it"],
    ["a zero-width space after", `${good}\u200b`, "a character that is in no key"],
    ["mixed case", good.replace("t", "T"), "it mixes upper and lower case"],
    ["the last 9 missing", good.slice(0, -9), `it has ${good.length - 9} characters of ${good.length}; was it cut off`],
    ["the first missing", good.slice(1), "it does not begin that way"],
    ["two too many", `${good}xx`, `it has ${good.length + 2} characters, 2 too many`],
    ["two mistakes", `${good.slice(0, -2)}zz`, "the check sum does not fit, look for typing mistakes"],
    ["a short key", keyText(prefix, key.slice(1)), "it does not hold exactly 32 octets"],
    ["another text", "correct horse battery staple".replaceAll(" ", "-"), "it does not begin that way"],
  ])("has a message of its own with %s", (_, wrong, reason) => {
    expect(messageOf(() => read(wrong))).toContain(`: ${reason}`.replace(": a character", " a character"));
    expect(refusalOf(() => read(wrong))).toBe("SOTTO_KEY_TEXT");
  });

  it.each([
    ["sotto-share-", "a share of a secret key, SOTTO-SHARE-1..."],
    ["age", "an age recipient, age1..."],
    ["age-secret-key-", "an age identity, AGE-SECRET-KEY-1..."],
    ["bc", "some other bech32 text"],
    [other, other === PUBLIC ? "a public key" : "a secret key"],
  ])("is told from a text that begins with %s", (theirs, kind) => {
    const message = messageOf(() => read(keyText(theirs, key)));
    expect(message).toMatch(/^this is not a (public|secret) key, /);
    expect(message.endsWith(`, but ${kind}`)).toBe(true);
  });

  it.each(["sotto-share-", "age", "age-secret-key-", other])("is told from a damaged text of %s", (theirs) => {
    for (const whole of [keyText(theirs, key), keyText(theirs, key).toUpperCase()]) {
      for (const damaged of [whole.slice(0, -3), `${whole.slice(0, 40)} ${whole.slice(40)}`, ` ${whole}`]) {
        expect(refusalOf(() => read(damaged))).toBe("SOTTO_KEY_KIND");
        expect(messageOf(() => read(damaged))).toMatch(/^this is not .*; it begins like (a|an) /);
      }
    }
  });

  it("is refused with any one character of any key changed to anything, and the message holds nothing of it", () => {
    const change = fc.record({
      random: octets(32),
      upper: fc.boolean(),
      place: fc.nat(),
      stranger: fc.oneof(
        fc.constantFrom(..."qpzry9x8gf2tvdw0s3jn54khce6mua7l1bio-"),
        fc.string({ minLength: 1, maxLength: 1, unit: "binary" }),
      ),
    });
    fc.assert(
      fc.property(change, ({ random, upper, place, stranger }) => {
        const whole = upper ? keyText(prefix, random).toUpperCase() : keyText(prefix, random);
        const at = place % whole.length;
        fc.pre(whole[at] !== stranger);
        const wrong = whole.slice(0, at) + stranger + whole.slice(at + 1);
        const error = errorOf(() => read(wrong));
        expect(error).toBeInstanceOf(KeyError);
        expect(sharesCharacters(error.message, wrong.slice(prefix.length + 1))).toBe(false);
      }),
      { ...RUNS, numRuns: 3_000 },
    );
  });

  it("is never quoted in an error, whatever is wrong with it", () => {
    const damage = fc.constantFrom<(text: string) => string>(
      (text) => text.slice(0, -7),
      (text) => text.slice(7),
      (text) => `${text}q`,
      (text) => `${text.slice(0, 50)} ${text.slice(50)}`,
      (text) => `${text}\n`,
      (text) => text.replace("s", "S"),
      (text) => `${text}${text}`,
      (text) => text.replace(/.*1/, ""),
    );
    const kind = fc.constantFrom(prefix, other, "sotto-share-", "age-secret-key-", "age", "x");
    fc.assert(
      fc.property(octets(32), kind, damage, (random, theirs, damaged) => {
        const whole = keyText(theirs, random);
        const error = errorOf(() => read(damaged(whole)));
        expect(error).toBeInstanceOf(KeyError);
        expect(sharesCharacters(error.message, whole.slice(theirs.length + 1))).toBe(false);
      }),
      { ...RUNS, numRuns: 3_000 },
    );
  });
});

describe("a typing mistake", () => {
  const publicText = keyText(PUBLIC, key);
  const secretText = keyText(SECRET, key);

  it("is located in a public key, at any one place and in either case", () => {
    for (let at = 0; at < publicText.length; at++) {
      const wrong = `${publicText.slice(0, at)}${publicText[at] === "q" ? "p" : "q"}${publicText.slice(at + 1)}`;
      const expected = `look for a typing mistake at character ${at + 1} of 64`;
      expect(messageOf(() => decodePublicKey(wrong))).toContain(expected);
      expect(messageOf(() => decodePublicKey(wrong.toUpperCase()))).toContain(expected);
    }
  });

  it("is located where it is no digit of bech32, with or without another separator", () => {
    for (const stranger of ["b", "i", "o", "-", "1"]) {
      const wrong = `${publicText.slice(0, 30)}${stranger}${publicText.slice(31)}`;
      expect(messageOf(() => decodePublicKey(wrong))).toContain("at character 31 of 64");
    }
  });

  it("is not located where there are two or three", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 6, max: 63 }), { minLength: 2, maxLength: 3 }),
        octets(3),
        (places, by) => {
          const letters = [...publicText];
          for (const [nth, at] of places.entries()) {
            const digit = DIGITS.indexOf(letters[at] ?? "");
            letters[at] = DIGITS[(digit + 1 + ((by[nth] ?? 0) % 31)) % 32] ?? "";
          }
          expect(messageOf(() => decodePublicKey(letters.join("")))).toContain("look for typing mistakes");
        },
      ),
      { ...RUNS, numRuns: 100 },
    );
  });

  it("is never located in a secret key", () => {
    for (let at = 0; at < secretText.length; at++) {
      const wrong = `${secretText.slice(0, at)}${secretText[at] === "q" ? "p" : "q"}${secretText.slice(at + 1)}`;
      expect(messageOf(() => decodeSecretKey(wrong))).not.toMatch(/\bat character\b/);
      expect(messageOf(() => decodePublicKey(wrong))).not.toMatch(/\bat character\b/);
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
