import { decodeLabels, decodeName, encodeName, LABEL_DIGITS, NAME_DIGITS } from "@sotto/wire";
import decodeBase32 from "base32-decode";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ZONE } from "./independent.ts";
import { hexOf } from "./octets.ts";
import { anyLetterCase, octets, RUNS } from "./property.ts";
import { refusalOf } from "./refusal.ts";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"; // RFC 4648 section 6

const frame = Uint8Array.from({ length: 118 }, (_, at) => (at * 7 + 3) & 0xff);
const name = encodeName(frame, ZONE);
const replaced = (at: number, by: string) => name.slice(0, at) + by + name.slice(at + 1);

describe("a name", () => {
  it("is three labels of 63 digits, the zone and a dot: 205 characters for this zone", () => {
    expect(name).toMatch(/^[a-z2-7]{63}\.[a-z2-7]{63}\.[a-z2-7]{63}\.r\.example\.net\.$/);
    expect(name.length).toBe(206);
    expect([LABEL_DIGITS, NAME_DIGITS]).toEqual([63, 189]);
  });

  it("of a frame of zeros is all a, of ones all 7 but for the last bit", () => {
    const a63 = "a".repeat(63);
    expect(encodeName(new Uint8Array(118), ZONE)).toBe(`${a63}.${a63}.${a63}.${ZONE}.`);
    const s63 = "7".repeat(63);
    expect(encodeName(new Uint8Array(118).fill(0xff), ZONE)).toBe(`${s63}.${s63}.${s63.slice(1)}6.${ZONE}.`);
  });

  it("is RFC 4648 base32 as base32-decode reads it, and comes back in any letter case", () => {
    const cased = octets(118).chain((random) =>
      anyLetterCase(encodeName(random, ZONE)).map((text) => ({ random, text })),
    );
    fc.assert(
      fc.property(cased, fc.boolean(), ({ random, text }, dot) => {
        const digits = text.slice(0, 191).replaceAll(".", "").toUpperCase();
        expect(hexOf(new Uint8Array(decodeBase32(digits, "RFC4648")))).toBe(hexOf(random));
        expect(decodeName(dot ? text : text.slice(0, -1), ZONE)).toEqual(random);
      }),
      RUNS,
    );
  });

  it("is the only one of its frame: every other last digit is refused or another frame", () => {
    const last = ALPHABET.indexOf(name[190] ?? "");
    for (const [value, digit] of [...ALPHABET].entries()) {
      const read = decodeName(replaced(190, digit), ZONE);
      if (value % 2 === 1) expect(read).toBeNull();
      else expect(hexOf(read ?? frame) === hexOf(frame)).toBe(value === last);
    }
  });

  it("accepts at each digit's place the 64 base32 characters of ASCII and nothing else", () => {
    for (const at of [0, 1, 62, 64, 126, 128, 189]) {
      const accepted: string[] = [];
      for (let code = 0; code < 0x300; code++) {
        const character = String.fromCodePoint(code);
        if (decodeName(replaced(at, character), ZONE) !== null) accepted.push(character);
      }
      const expected = [...ALPHABET.toUpperCase().slice(0, 26), ...ALPHABET];
      expect(accepted).toEqual(expected.toSorted());
    }
  });

  it.each([
    ["the Kelvin sign", "\u212a"],
    ["dotless i", "\u0131"],
    ["capital i with a dot", "\u0130"],
    ["long s", "\u017f"],
    ["a full-width letter", "\uff41"],
    ["a lone surrogate", "\ud800"],
    ["a letter outside the BMP", "\u{1d41a}"],
    ["padding", "="],
  ])("does not fold %s into a letter", (_, character) => {
    expect([0, 70, 190].map((at) => decodeName(replaced(at, character), ZONE))).toEqual([null, null, null]);
  });

  it("has its dots after 63, 63 and 63 digits", () => {
    const [a = "", b = "", c = ""] = name.split(".");
    const joined = a + b + c;
    const split = (...at: number[]) => `${[0, ...at].map((from, i) => joined.slice(from, at[i])).join(".")}.${ZONE}.`;
    expect(decodeName(split(63, 126), ZONE)).toEqual(frame);
    for (const wrong of [
      split(62, 126),
      split(64, 126),
      split(63, 125),
      split(63, 127),
      split(63),
      split(),
      split(63, 126, 188),
    ]) {
      expect(decodeName(wrong, ZONE)).toBeNull();
    }
  });

  it.each([
    ["nothing", ""],
    ["a dot", "."],
    ["the apex", `${ZONE}.`],
    ["two dots at the end", `${name}.`],
    ["a space before", ` ${name}`],
    ["a new line after", `${name}\n`],
    ["a label before", `x.${name}`],
    ["an empty label before the zone", name.replace(`.${ZONE}`, `..${ZONE}`)],
    ["a label between", name.replace(ZONE, `x.${ZONE}`)],
    ["no zone", name.slice(0, 191)],
    ["no zone, with a dot", name.slice(0, 192)],
    ["another zone", name.replace(ZONE, "s.example.net")],
    ["the zone as a suffix of a label", name.replace(`.${ZONE}`, `x.${ZONE.slice(2)}`)],
    ["the zone's parent", name.replace(ZONE, "example.net")],
    ["the Kelvin sign in the zone", name.replace(ZONE, "\u212a.example.net")],
    ["190 digits", replaced(190, "aa")],
    ["188 digits", replaced(190, "")],
  ])("is not read with %s", (_, wrong) => {
    expect(decodeName(wrong, ZONE)).toBeNull();
    if (wrong.includes("\u212a")) expect(decodeName(wrong, "k.example.net")).toBeNull();
  });

  it("is written in the zone's own form and read against any form of it", () => {
    expect(encodeName(frame, "R.Example.NET.")).toBe(name);
    expect(decodeName(name.toUpperCase(), "R.Example.NET.")).toEqual(frame);
  });

  it("has at most 253 characters without its trailing dot", () => {
    const longest = `${"z".repeat(48)}.example.net`;
    expect(longest.length).toBe(60);
    expect(encodeName(frame, `y${longest}`)).toHaveLength(254);
    expect(decodeName(encodeName(frame, `y${longest}`), `y${longest}`)).toEqual(frame);
    expect(refusalOf(() => encodeName(frame, `yy${longest}`))).toBe("SOTTO_ZONE");
  });

  it.each([0, 117, 119])("is not made of %i octets", (length) => {
    expect(refusalOf(() => encodeName(new Uint8Array(length), ZONE))).toBe("SOTTO_FRAME_RANGE");
  });
});

describe("the labels in a DNS message", () => {
  const labels = name.slice(0, 191).split(".");
  const message = Buffer.concat([
    Buffer.alloc(12, 0xee),
    ...labels.flatMap((label) => [Buffer.of(63), Buffer.from(label, "latin1")]),
  ]);

  it("are read in place", () => {
    expect(decodeLabels(message, 13)).toEqual(frame);
    expect(decodeLabels(Buffer.from(message.toString("latin1").toUpperCase(), "latin1"), 13)).toEqual(frame);
  });

  it("are not read from a message that ends too early", () => {
    for (let length = 0; length < message.length; length++) {
      expect(decodeLabels(message.subarray(0, length), 13)).toBeNull();
    }
  });

  it("hold no octet above 127", () => {
    for (let octet = 128; octet < 256; octet++) {
      const strange = Buffer.from(message);
      strange[40] = octet;
      expect(decodeLabels(strange, 13)).toBeNull();
    }
  });

  it("in random octets are almost never read, and then canonically", () => {
    const digits = fc.string({ unit: fc.constantFrom(...ALPHABET), minLength: 189, maxLength: 189 });
    fc.assert(
      fc.property(digits, (text) => {
        const spaced = `${text.slice(0, 63)}?${text.slice(63, 126)}?${text.slice(126)}`;
        const read = decodeLabels(Buffer.from(spaced, "latin1"), 0);
        const canonical = ALPHABET.indexOf(text[188] ?? "") % 2 === 0;
        expect(read === null).toBe(!canonical);
        if (read !== null) expect(encodeName(read, ZONE).slice(0, 191)).toBe(spaced.replaceAll("?", "."));
      }),
      RUNS,
    );
  });
});
