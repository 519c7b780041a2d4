import {
  encodeMinisignPublicKey,
  encodeMinisignSecretKey,
  generateMinisignKey,
  minisignKeyId,
  parseMinisignPublicKey,
  parseMinisignSecretKey,
  SignatureError,
  signMinisign,
  verifyMinisign,
} from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CURVE_RUNS, octets, RUNS } from "./property.ts";
import { refusalOf } from "./refusal.ts";

// Made by minisign 0.11: minisign -G -W; minisign -S [-l] over the octets of {"x":1} and a line end.
const PUBLIC = `untrusted comment: minisign public key ABF01DA7BA54A3BA
RWS6o1S6px3wq+r7pizVpPqUcDs7NHAuaCaTAJs9MFCnvHH7jmRYskkv
`;
const SECRET = `untrusted comment: minisign encrypted secret key
RWQAAEIyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAuqNUuqcd8Kv4fHJPqG2Ev6qXQzclwQ6A3vj0QESMK2EikVxfWIDDzer7pizVpPqUcDs7NHAuaCaTAJs9MFCnvHH7jmRYskkvAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
`;
const SIGNED = Buffer.from('{"x":1}\n');
const PREHASHED = `untrusted comment: signature from minisign secret key
RUS6o1S6px3wqy9j9BdK1tiDOTbHx500O4uw3YRlCrPijPPst8TKIqHeFtcK4uqmaTi+amF5uwzJyDg5XwZ5Mfu2bV/VhinPQw0=
trusted comment: timestamp:1795250478\tfile:f.json\thashed
hYstQxT7fBl164V1RM9DgG1y7KFyHY21pGPD3A80O1Otd+L0sZUBE9q5OwQ+sfqSh5flrR/9EzcoB5p5eZRiCw==
`;
const LEGACY = `untrusted comment: signature from minisign secret key
RWS6o1S6px3wq9fuAtwJJHRaH3OPHvaJgWMGxgTJ/OtQeYsIKEKrjih9igV7RZwoDOrQErUX2hcH9ckI5LJETLte+/1F1yysAAE=
trusted comment: timestamp:1
Ofi2ejksv7cKvoFtFX3LdFa/BFjiI+8ubXKHUvsTWFPd3uD4d2fXV/iNgbW+LGj7LeIPTNuP7AhzBqq3XNoZCQ==
`;

const key = parseMinisignPublicKey(PUBLIC);
const secretKey = parseMinisignSecretKey(SECRET);
const other = generateMinisignKey((length) => new Uint8Array(length).fill(7));

/** `text` with line `at` (from 0) put through `change`. */
function changeLine(text: string, at: number, change: (line: string) => string): string {
  return text
    .split("\n")
    .map((line, index) => (index === at ? change(line) : line))
    .join("\n");
}

/** Base64 with one octet of what it stands for put through `change`. */
function changeOctet(line: string, at: number, change: (octet: number) => number): string {
  const changed = Buffer.from(line, "base64");
  changed[at] = change(changed[at] as number);
  return changed.toString("base64");
}

describe("what minisign made", () => {
  it("is verified, prehashed and legacy, with its trusted comment", () => {
    expect(verifyMinisign(SIGNED, PREHASHED, [key])).toEqual({
      trustedComment: "timestamp:1795250478\tfile:f.json\thashed",
      prehashed: true,
    });
    expect(verifyMinisign(SIGNED, LEGACY, [key])).toEqual({ trustedComment: "timestamp:1", prehashed: false });
  });

  it("is verified as minisign-verify's documentation gives it", () => {
    const documented = parseMinisignPublicKey("RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3");
    const signature = `untrusted comment: signature from minisign secret key
RUQf6LRCGA9i559r3g7V1qNyJDApGip8MfqcadIgT9CuhV3EMhHoN1mGTkUidF/z7SrlQgXdy8ofjb7bNJJylDOocrCo8KLzZwo=
trusted comment: timestamp:1556193335\tfile:test
y/rUw2y8/hOUYjZU71eHp/Wo1KZ40fGy2VJEDl34XMJM+TX48Ss/17u3IvIfbVR1FkZZSNCisQbuQY+bHwhEBg==`;
    expect(verifyMinisign(Buffer.from("test"), signature, [documented]).prehashed).toBe(true);
    expect(refusalOf(() => verifyMinisign(Buffer.from("Test"), signature, [documented]))).toBe("SOTTO_SIGNATURE_FALSE");
  });

  it("is signed again to the same signature: Ed25519 has no chance in it", () => {
    const again = signMinisign(SIGNED, secretKey, "timestamp:1795250478\tfile:f.json\thashed");
    expect(again.split("\n").slice(1)).toEqual(PREHASHED.split("\n").slice(1));
  });

  it("is a key whose id is printed as minisign prints it, and that is written as it was read", () => {
    expect(minisignKeyId(key)).toBe("ABF01DA7BA54A3BA");
    expect(secretKey.publicKey).toEqual(key);
    expect(encodeMinisignPublicKey(key)).toBe(PUBLIC);
    expect(encodeMinisignSecretKey(secretKey).split("\n")[1]).toBe(SECRET.split("\n")[1]);
    expect(parseMinisignPublicKey(PUBLIC.split("\n")[1] ?? "")).toEqual(key);
  });

  it("has an id that is printed as a number: without zeros in front, as minisign 0.11 prints it (PRIX64)", () => {
    const withId = (...id: number[]) => minisignKeyId({ ...key, id: Uint8Array.from(id) });
    expect(withId(0x49, 0xc3, 0x68, 0xed, 0xff, 0x41, 0xde, 0x0b)).toBe("BDE41FFED68C349");
    expect(withId(0x01, 0, 0, 0, 0, 0, 0, 0)).toBe("1");
    expect(withId(0, 0, 0, 0, 0, 0, 0, 0)).toBe("0");
  });

  it("is read with the line ends of Windows too", () => {
    const windows = (text: string) => text.replaceAll("\n", "\r\n");
    expect(parseMinisignPublicKey(windows(PUBLIC))).toEqual(key);
    expect(parseMinisignSecretKey(windows(SECRET))).toEqual(secretKey);
    expect(verifyMinisign(SIGNED, windows(PREHASHED), [key]).prehashed).toBe(true);
  });
});

describe("a signature is refused", () => {
  it("of other octets, or a comment that was not signed with them", () => {
    const comment = changeLine(PREHASHED, 2, (line) => line.replace("f.json", "g.json"));
    for (const [octets, text] of [
      [Buffer.from('{"x":2}\n'), PREHASHED],
      [Buffer.from('{"x":2}\n'), LEGACY],
      [Buffer.alloc(0), PREHASHED],
      [SIGNED, comment],
    ] as const) {
      expect(refusalOf(() => verifyMinisign(octets, text, [key]))).toBe("SOTTO_SIGNATURE_FALSE");
    }
  });

  it("when prehashed octets are passed off as legacy ones, and the other way round", () => {
    const as = (text: string, letter: number) => changeLine(text, 1, (line) => changeOctet(line, 1, () => letter));
    expect(refusalOf(() => verifyMinisign(SIGNED, as(PREHASHED, 0x64), [key]))).toBe("SOTTO_SIGNATURE_FALSE");
    expect(refusalOf(() => verifyMinisign(SIGNED, as(LEGACY, 0x44), [key]))).toBe("SOTTO_SIGNATURE_FALSE");
    expect(refusalOf(() => verifyMinisign(SIGNED, as(LEGACY, 0x45), [key]))).toBe("SOTTO_SIGNATURE_FORM");
  });

  it("of another key by that key's id, and of another key that claims the id", () => {
    const foreign = signMinisign(SIGNED, other, "c");
    expect(refusalOf(() => verifyMinisign(SIGNED, foreign, [key]))).toBe("SOTTO_SIGNATURE_KEY");
    expect(refusalOf(() => verifyMinisign(SIGNED, foreign, []))).toBe("SOTTO_SIGNATURE_KEY");
    const claiming = { ...other, publicKey: { ...other.publicKey, id: key.id } };
    expect(refusalOf(() => verifyMinisign(SIGNED, signMinisign(SIGNED, claiming, "c"), [key]))).toBe(
      "SOTTO_SIGNATURE_FALSE",
    );
    expect(verifyMinisign(SIGNED, foreign, [key, other.publicKey]).trustedComment).toBe("c");
  });

  it("that is none", () => {
    const lines = PREHASHED.trimEnd().split("\n");
    const texts = [
      "",
      "<html>",
      lines.slice(0, 3).join("\n"),
      lines.slice(1).join("\n"),
      `${PREHASHED}more\n`,
      `\n${PREHASHED}`,
      changeLine(PREHASHED, 0, (line) => line.replace("untrusted", "Untrusted")),
      changeLine(PREHASHED, 0, (line) => line + "x".repeat(1024)),
      changeLine(PREHASHED, 2, (line) => line.replace(": ", ":")),
      changeLine(PREHASHED, 2, (line) => `${line}\u001b[2J`),
      changeLine(PREHASHED, 1, (line) => ` ${line}`),
      changeLine(PREHASHED, 1, (line) => line.replace("=", "")),
      changeLine(PREHASHED, 3, (line) => line.slice(4)),
      // The same octets in a form that is not canonical: the last bits of base64 are not zero.
      changeLine(PREHASHED, 3, (line) => line.replace("w==", "x==")),
    ];
    for (const text of texts) {
      expect([text, refusalOf(() => verifyMinisign(SIGNED, text, [key]))]).toEqual([text, "SOTTO_SIGNATURE_FORM"]);
    }
  });
});

describe("a key is refused", () => {
  it("that is no public key", () => {
    const line = PUBLIC.split("\n")[1] ?? "";
    const texts = ["", "RW", `${line}A`, line.slice(0, -4), changeOctet(line, 0, () => 0x46), `x\n${line}`, SECRET];
    for (const text of [...texts, `${PUBLIC}${PUBLIC}`, PREHASHED]) {
      expect(refusalOf(() => parseMinisignPublicKey(text))).toBe("SOTTO_SIGNATURE_PUBLIC_KEY");
    }
  });

  it("that cannot sign: damaged in any octet that matters, protected, cut; its text is never quoted", () => {
    const change = (at: number) => changeLine(SECRET, 1, (line) => changeOctet(line, at, (octet) => octet ^ 1));
    const texts = [...[0, 2, 4, 62, 93, 94, 125, 126, 157].map(change), PUBLIC, "", SECRET.slice(0, 100)];
    for (const text of texts) {
      expect(refusalOf(() => parseMinisignSecretKey(text))).toBe("SOTTO_SIGNATURE_SECRET_KEY");
      expect(() => parseMinisignSecretKey(text)).not.toThrow(/[A-Za-z0-9+/]{24}/);
    }
    expect(() => parseMinisignSecretKey(change(2))).toThrow(/password/);
  });
});

describe("signing and verifying", () => {
  const comment = fc.string({ unit: "grapheme", maxLength: 60 }).filter((text) => !/[^\P{Cc}\t]/u.test(text));

  it("agree for all octets and comments", () => {
    const keys = fc.tuple(octets(32), octets(8));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), comment, keys, (signed, trustedComment, [seed, id]) => {
        const made = generateMinisignKey((length) => (length === 32 ? seed : id));
        const text = signMinisign(signed, made, trustedComment);
        const read = parseMinisignPublicKey(encodeMinisignPublicKey(made.publicKey));
        expect(parseMinisignSecretKey(encodeMinisignSecretKey(made))).toEqual(made);
        expect(verifyMinisign(signed, text, [read])).toEqual({ trustedComment, prehashed: true });
      }),
      CURVE_RUNS,
    );
  });

  it("refuse a signature in which any character was changed", () => {
    const start = PREHASHED.indexOf("\n") + 1;
    fc.assert(
      fc.property(fc.nat(PREHASHED.length - start - 2), fc.string({ maxLength: 2 }), (offset, replacement) => {
        const at = start + offset;
        const changed = PREHASHED.slice(0, at) + replacement + PREHASHED.slice(at + 1);
        fc.pre(changed !== PREHASHED);
        expect(() => verifyMinisign(SIGNED, changed, [key])).toThrow(SignatureError);
      }),
      RUNS,
    );
  });

  it("refuse any text as a key or signature with the typed error", () => {
    const line = fc.oneof(fc.string(), fc.base64String(), fc.constantFrom("untrusted comment: x", "trusted comment: "));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
        const text = lines.join("\n");
        expect(() => parseMinisignPublicKey(text)).toThrow(SignatureError);
        expect(() => parseMinisignSecretKey(text)).toThrow(SignatureError);
        expect(() => verifyMinisign(SIGNED, text, [key])).toThrow(SignatureError);
      }),
      RUNS,
    );
  });

  it("refuse to sign a comment that could not be read back", () => {
    for (const text of ["a\nb", "a\rb", "\u0000", "\ud800", "x".repeat(8192)]) {
      expect(refusalOf(() => signMinisign(SIGNED, secretKey, text))).toBe("SOTTO_SIGNATURE_COMMENT");
    }
  });
});
