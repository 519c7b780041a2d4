import { encodePublicKey, encodeSecretKey, keyPairOf } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  encodeShare,
  formatShareFile,
  parseShare,
  parseShareFile,
  type Share,
  setIdText,
  shareLines,
} from "../../../keys/custody/share.ts";
import { ShareError } from "../../../keys/errors.ts";
import { BECH32M, bech32, fiveBits, keyText } from "../../wire/bech32.ts";
import { RUNS as CODEC_RUNS } from "../../wire/property.ts";

/** A mistyped share is looked through for the place of the mistake, which costs milliseconds. */
const RUNS = { ...CODEC_RUNS, numRuns: 500 };

import { refusalOf } from "../../wire/refusal.ts";

const DIGITS = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";
const HEAD = "SOTTO-SHARE-1";
const PREFIX = "sotto-share-";

const octets = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

const anyShare: fc.Arbitrary<Share> = fc
  .record({
    kind: fc.constantFrom("secret-key" as const, "keyring-identity" as const),
    setId: octets(8),
    threshold: fc.integer({ min: 2, max: 255 }),
    number: fc.integer({ min: 1, max: 255 }),
    values: octets(32),
    place: fc.integer({ min: 1, max: 255 }),
  })
  .map(({ values, place, ...head }) => ({ ...head, point: Uint8Array.of(...values, place) }));

const SHARE: Share = {
  kind: "secret-key",
  setId: Uint8Array.of(0xab, 0x12, 0xcd, 0x34, 1, 2, 3, 4),
  threshold: 3,
  number: 2,
  point: Uint8Array.from({ length: 33 }, (_, at) => 7 * at + 1),
};
const TEXT = encodeShare(SHARE);

/** The 44 octets of a share as the format says, for texts that are wrong in one respect. */
function octetsOf({ kind = 1, threshold = 3, number = 2, place = 225 }): Uint8Array {
  const { setId, point } = SHARE;
  return Uint8Array.of(kind, ...setId, threshold, number, ...point.subarray(0, 32), place);
}

function errorOf(text: string): ShareError | null {
  try {
    parseShareFile(text);
    return null;
  } catch (error) {
    if (error instanceof ShareError) return error;
    throw error;
  }
}

const messageOf = (text: string) => errorOf(text)?.message;

/** Whether a message holds eight characters of a text in a row; what every share begins with is no secret. */
function quotes(message: string, text: string): boolean {
  const [said, given] = [message.toUpperCase(), text.toUpperCase()];
  const pieces = [...given.matchAll(/(?=([\s\S]{8}))/g)].map(([, piece = ""]) => piece);
  return pieces.some((piece) => !HEAD.includes(piece) && said.includes(piece));
}

const replaced = (text: string, place: number, character: string) =>
  text.slice(0, place) + character + text.slice(place + 1);

describe("the text of a share", () => {
  it("is bech32 of 44 octets, upper case, 90 characters", () => {
    const expected = keyText(PREFIX, octetsOf({})).toUpperCase();
    expect(TEXT).toBe(expected);
    expect(TEXT).toHaveLength(90);
    expect(TEXT.startsWith(HEAD)).toBe(true);
  });

  it("comes back as the share, in one piece or in groups, in capital or small letters", () => {
    fc.assert(
      fc.property(anyShare, fc.nat(3), fc.constantFrom(" ", "\n", "\r\n  ", "\t", "\u00a0"), (share, gap, blank) => {
        const text = encodeShare(share);
        const spaced = [...text].map((character, at) => (at % (gap + 3) === 0 ? blank : "") + character).join("");
        for (const written of [text, text.toLowerCase(), spaced, `${spaced.toLowerCase()}\n`]) {
          expect(parseShare(written)).toEqual(share);
        }
      }),
      RUNS,
    );
  });

  it("is printed in five lines of three groups of six", () => {
    const lines = shareLines(TEXT);
    expect(lines.map((groups) => groups.map(({ length }) => length))).toEqual(Array(5).fill([6, 6, 6]));
    expect(lines[0]?.slice(0, 2)).toEqual(["SOTTO-", "SHARE-"]);
    expect(lines.flat().join("")).toBe(TEXT);
  });

  it("is refused with any character changed to any other, and the place of a mistaken one is told", () => {
    const change = fc.record({ share: anyShare, place: fc.nat(89), digit: fc.constantFrom(...DIGITS) });
    fc.assert(
      fc.property(change, ({ share, place, digit }) => {
        const text = encodeShare(share);
        fc.pre(text[place] !== digit);
        const error = errorOf(replaced(text, place, digit));
        expect(error?.code).toBe("SOTTO_SHARE_TEXT");
        if (place < HEAD.length) return;
        const group = Math.floor(place / 6);
        expect(error?.message).toContain(`line ${Math.floor(group / 3) + 1} of the sheet, group ${(group % 3) + 1} `);
      }),
      { ...RUNS, numRuns: 150 },
    );
  });

  it("is refused with any character changed to one that no share has", () => {
    const printable = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at));
    const strangers = [...printable.filter((character) => !DIGITS.includes(character)), "ſ", "K", "０", ""];
    for (const stranger of strangers) {
      for (let place = 0; place < 90; place++) {
        const wrong = replaced(TEXT, place, stranger);
        if (wrong !== TEXT)
          expect(
            refusalOf(() => parseShare(wrong)),
            wrong,
          ).toBe("SOTTO_SHARE_TEXT");
      }
    }
  });

  it("is refused with two neighbours exchanged, or with up to four mistakes", () => {
    for (let place = HEAD.length; place < 89; place++) {
      const [first, second] = [TEXT[place] as string, TEXT[place + 1] as string];
      if (first === second) continue;
      const wrong = replaced(replaced(TEXT, place, second), place + 1, first);
      expect(refusalOf(() => parseShare(wrong))).toBe("SOTTO_SHARE_TEXT");
    }
    const mistakes = fc.uniqueArray(
      fc.record({ place: fc.integer({ min: HEAD.length, max: 89 }), digit: fc.constantFrom(...DIGITS) }),
      { minLength: 1, maxLength: 4, selector: ({ place }) => place },
    );
    fc.assert(
      fc.property(anyShare, mistakes, (share, all) => {
        const text = encodeShare(share);
        const wrong = all.reduce((sofar, { place, digit }) => replaced(sofar, place, digit), text);
        fc.pre(wrong !== text);
        expect(refusalOf(() => parseShare(wrong))).toBe("SOTTO_SHARE_TEXT");
      }),
      { ...RUNS, numRuns: 50 },
    );
  });

  it.each([
    ["one too few", TEXT.slice(0, -1), "it has 89 characters, a share has 90"],
    ["one too many", `${TEXT}Q`, "it has 91 characters, a share has 90"],
    ["nothing behind the beginning", HEAD, "it has 13 characters, a share has 90"],
    ["mixed case", `${HEAD}${TEXT.slice(HEAD.length).toLowerCase()}`, "it mixes upper and lower case"],
    ["a letter O", replaced(TEXT, 40, "O"), "look at line 3 of the sheet, group 1 (characters 37 to 42): behind"],
    ["a check sum of bech32m", bech32(PREFIX, fiveBits(octetsOf({})), BECH32M), "look for typing mistakes"],
    ["bits that fill up", bech32(PREFIX, fiveBits(octetsOf({}), 1)), "the bits that fill up its end are not zero"],
    ["two shares", `${TEXT}\n${TEXT}`, "it is more than one; give them one at a time"],
    ["no share", "correct horse battery staple", "a share begins with SOTTO-SHARE-1"],
    ["nothing", "# comment\n", "a share begins with SOTTO-SHARE-1"],
  ])("has a message of its own with %s", (_, wrong, reason) => {
    expect(errorOf(wrong)?.code).toBe("SOTTO_SHARE_TEXT");
    expect(messageOf(wrong)).toContain(`this is not the text of a share: `);
    expect(messageOf(wrong)).toContain(reason);
  });

  const { publicKey, secretKey } = keyPairOf(new Uint8Array(32).fill(9));
  it.each([
    ["a public key", encodePublicKey(publicKey)],
    ["a secret key", encodeSecretKey(secretKey)],
    ["a secret key", encodeSecretKey(secretKey).slice(0, -1)],
    ["an age identity", keyText("age-secret-key-", secretKey).toUpperCase()],
    ["an age recipient", keyText("age", publicKey)],
    ["a key or a file of another program", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1r\n"],
    ["some other bech32 text", keyText("bc", publicKey)],
  ])("is told from %s", (kind, text) => {
    expect(errorOf(text)?.code).toBe("SOTTO_SHARE_KIND");
    expect(messageOf(text)).toBe(`this is not a share, SOTTO-SHARE-1..., but ${kind}`);
  });

  it.each([0, 3, 255])("is of no kind %i", (kind) => {
    expect(errorOf(keyText(PREFIX, octetsOf({ kind })))?.code).toBe("SOTTO_SHARE_KIND");
  });

  it.each([{ threshold: 0 }, { threshold: 1 }, { number: 0 }, { place: 0 }])("does not hold %o", (wrong) => {
    expect(errorOf(keyText(PREFIX, octetsOf(wrong)))?.code).toBe("SOTTO_SHARE_RANGE");
  });

  it.each([43, 45])("does not hold %i octets", (length) => {
    expect(errorOf(keyText(PREFIX, new Uint8Array(length).fill(1)))?.code).toBe("SOTTO_SHARE_TEXT");
  });

  it.each<[string, Partial<Share>]>([
    ["a short set id", { setId: new Uint8Array(7) }],
    ["a threshold of 1", { threshold: 1 }],
    ["a threshold of 256", { threshold: 256 }],
    ["half a number", { number: 1.5 }],
    ["a short point", { point: new Uint8Array(32).fill(1) }],
    ["a point at 0", { point: new Uint8Array(33) }],
  ])("is not written with %s", (_, wrong) => {
    expect(refusalOf(() => encodeShare({ ...SHARE, ...wrong }))).toBe("SOTTO_SHARE_RANGE");
  });

  it("gives a share or a ShareError whatever it is, and the message quotes nothing of it", () => {
    const damaged = fc
      .record({ share: anyShare, from: fc.nat(90), to: fc.nat(90), more: fc.string() })
      .map((damage) => {
        const text = encodeShare(damage.share);
        return text.slice(0, damage.from) + damage.more + text.slice(damage.to);
      });
    const anything = fc.oneof(
      damaged,
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.constantFrom(...DIGITS), maxLength: 100 }),
      fc.string({ unit: fc.constantFrom(...DIGITS), minLength: 77, maxLength: 77 }).map((digits) => HEAD + digits),
      octets(44).map((held) => keyText(PREFIX, held)),
      fc
        .tuple(fc.constantFrom("sotto", "age", "bc", "age-secret-key-"), octets(32))
        .map(([kind, held]) => keyText(kind, held)),
    );
    fc.assert(
      fc.property(anything, (text) => {
        const error = errorOf(text);
        if (error !== null) expect(quotes(error.message, text), error.message).toBe(false);
      }),
      { ...RUNS, numRuns: 200 },
    );
  });
});

describe("a file of a share", () => {
  const meta = { project: "django", shares: 5 };

  it("says what it is, then holds the text", () => {
    expect(formatShareFile(SHARE, meta).split("\n")).toEqual([
      "# sotto share 2 of 5 of the secret key of django",
      "# any 3 of the 5 shares give it back, fewer do not; keep them apart",
      "# set ab12cd34: only shares of one set fit together",
      TEXT,
      "",
    ]);
    expect(setIdText(SHARE)).toBe("ab12cd34");
  });

  it("comes back as the share, whatever the project's name", () => {
    fc.assert(
      fc.property(anyShare, fc.string({ unit: "binary" }), (share, project) => {
        const text = formatShareFile(share, { project, shares: 255 });
        expect(parseShareFile(text)).toEqual(share);
        expect(text.split(/[\p{Zl}\p{Zp}\p{Cc}]/u)).toHaveLength(5);
      }),
      RUNS,
    );
  });

  it("may hold the text in lines and groups", () => {
    const lines = shareLines(TEXT).map((groups) => `  ${groups.join(" ")}`);
    expect(parseShareFile(`\ufeff# typed\r\n${lines.join("\r\n# and\r\n\r\n")}\r\n`)).toEqual(SHARE);
  });

  it.each([1, 2, 256, 4.5])("is not of a set of %d", (shares) => {
    expect(refusalOf(() => formatShareFile(SHARE, { ...meta, shares }))).toBe("SOTTO_SHARE_COUNT");
  });
});
