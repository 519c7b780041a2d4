import { generateKeyPairSync } from "node:crypto";
import { encodeMinisignPublicKey, encodeMinisignSecretKey, generateMinisignKey, KeyError } from "@sotto/wire";
import { Encrypter, generateHybridIdentity, generateX25519Identity, identityToRecipient } from "age-encryption";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ForeignKeyError } from "../../../keys/errors.ts";
import { parseForeignPublicKey, parseForeignSecretKey } from "../../../keys/exchange/foreignkey.ts";
import { bech32, fiveBits, keyText } from "../../wire/bech32.ts";
import { keyTexts } from "../../wire/independent.ts";
import { hexOf, utf8 } from "../../wire/octets.ts";
import { octets, RUNS } from "../../wire/property.ts";

const key = Uint8Array.from({ length: 32 }, (_, at) => at * 7 + 3);
const pair = Uint8Array.from({ length: 64 }, (_, at) => at * 3 + 150);
const identity = await generateX25519Identity();
const hybrid = await generateHybridIdentity();
const recipient = await identityToRecipient(identity);
const minisign = generateMinisignKey();
const ed25519 = generateKeyPairSync("ed25519");
const x25519 = generateKeyPairSync("x25519");

/** Begins as `ssh-keygen -t ed25519` of OpenSSH 9.2 writes it. */
const openSsh = `-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
-----END OPENSSH PRIVATE KEY-----
`;

const neverAKey: [string, string, RegExp][] = [
  ["nothing", "", /no key in it/],
  ["comments alone", "# public key: age1xyz\n\n", /no key in it/],
  [
    "an armored file of age",
    "-----BEGIN AGE ENCRYPTED FILE-----\nYWdlLWVuY3J5\n",
    /encrypted with age: decrypt it first/,
  ],
  [
    "the beginning of a file of age",
    "age-encryption.org/v1\n-> scrypt xyz 18\n",
    /encrypted with age: decrypt it first/,
  ],
  ["a private key of OpenSSH", openSsh, /OpenSSH key: it is for signatures/],
  ["a public key of OpenSSH", `ssh-ed25519 ${Buffer.from(pair).toString("base64")} me@here`, /SSH public key/],
  ["a PEM file", ed25519.privateKey.export({ type: "pkcs8", format: "pem" }).toString(), /PEM file/],
  ["a PEM file of X25519", x25519.privateKey.export({ type: "pkcs8", format: "pem" }).toString(), /as 64 hex digits/],
  ["an OpenPGP key", "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQ\n", /OpenPGP key/],
  ["a public key of minisign", encodeMinisignPublicKey(minisign.publicKey), /minisign .*for signatures/],
  ["a secret key of minisign", encodeMinisignSecretKey(minisign), /minisign .*for signatures/],
  ...[0x00, 0x40, 0x80, 0xc0].map((first): [string, string, RegExp] => {
    const id = Uint8Array.of(first, 2, 3, 4, 5, 6, 7, 8);
    const [, line = ""] = encodeMinisignPublicKey({ ...minisign.publicKey, id }).split("\n");
    return [`its key alone, id ${first.toString(16)}...`, line, /minisign .*for signatures/];
  }),
  ["its secret key alone", encodeMinisignSecretKey(minisign).split("\n")[1] ?? "", /minisign .*for signatures/],
  ["a plugin's identity", keyText("age-plugin-yubikey-", key).toUpperCase(), /identity of an age plugin/],
  ["a share on several lines", "SOTTO-SHARE-1QY QSZQGP\nQYQSZQ GPQYQS", /share of a secret key/],
  ["a signing key in hexadecimal", hexOf(pair), /64 octets.*Ed25519 signing key.*pair of NaCl/],
  ["a signing key in base64", Buffer.from(pair).toString("base64"), /64 octets.*Ed25519 signing key.*pair of NaCl/],
  ["a signing key in URL-safe base64", Buffer.from(pair).toString("base64url"), /64 octets.*Ed25519/],
  ["half of hexadecimal digits", hexOf(key).slice(0, 32), /32 hex digits, an X25519 key has 64/],
  ["two keys", `${hexOf(key)}\n${hexOf(key)}\n`, /2 lines that are no comments/],
  ["a passphrase", "correct-horse-battery-staple", /28 characters are in no form that is known here/],
];

describe("what holds no X25519 key is named and refused", () => {
  it.each(neverAKey)("%s", (_, text, message) => {
    const attempts: (() => unknown)[] = [() => parseForeignSecretKey(text), () => parseForeignPublicKey(text)];
    if (text.length !== 32) attempts.push(() => parseForeignSecretKey(utf8(text)));
    for (const attempt of attempts) {
      expect(errorOf(attempt)).toBeInstanceOf(ForeignKeyError);
      expect(errorOf(attempt).code).toBe("SOTTO_FOREIGN_KEY");
      expect(errorOf(attempt).message).toMatch(message);
    }
  });
});

describe("where a secret key is wanted, is refused", () => {
  it.each<[string, string | Uint8Array, RegExp]>([
    ["an age recipient", recipient, /age recipient, a public key/],
    ["an age recipient that is cut off where base64 would end", recipient.slice(0, 43), /age recipient, a public key/],
    ["our public key", keyTexts.alice.public, /public key of sotto/],
    ["a post-quantum identity", hybrid, /post-quantum identity of age.*ML-KEM-768/],
    ["an identity with a typing mistake", identity.replace(/.$/, (last) => (last === "Q" ? "P" : "Q")), /check sum/],
    ["an identity that is cut off where base64 would end", identity.slice(0, 43), /check sum does not fit/],
    ["an identity of 33 octets", keyText("age-secret-key-", Uint8Array.of(...key, 1)), /exactly 32 octets/],
    ["an identity with wrong padding", bech32("age-secret-key-", fiveBits(key, 1)), /exactly 32 octets/],
    ["64 octets", pair, /64 octets.*Ed25519 signing key/],
    ["33 octets", Uint8Array.of(...key, 0), /33 octets, an X25519 key has 32/],
    ["32 octets of zero", new Uint8Array(32), /all 32 octets are zero/],
    ["32 hexadecimal digits as octets", utf8(hexOf(key).slice(0, 32)), /32 octets of text/],
    ["UTF-16", Buffer.from(`\ufeff${identity}`, "utf16le"), /UTF-16/],
    ["no octets", new Uint8Array(0), /no key in it/],
    ["two identities", `${identity}\n${identity}\n`, /2 lines/],
  ])("%s", (_, text, message) => {
    expect(errorOf(() => parseForeignSecretKey(text))).toBeInstanceOf(ForeignKeyError);
    expect(errorOf(() => parseForeignSecretKey(text)).message).toMatch(message);
  });

  it("a binary file of age", async () => {
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipient);
    const file = await encrypter.encrypt(identity);
    expect(errorOf(() => parseForeignSecretKey(file)).message).toMatch(/encrypted with age: decrypt it first/);
  });

  it("our secret key with a typing mistake, as the reader of keys does", () => {
    const text = keyTexts.alice.secret.replace(/.$/, (last) => (last === "Q" ? "P" : "Q"));
    expect(errorOf(() => parseForeignSecretKey(text)).code).toBe("SOTTO_KEY_TEXT");
  });
});

describe("where a public key is wanted, is refused", () => {
  it.each<[string, () => Promise<string> | string, RegExp]>([
    ["an age identity", () => identity, /secret key where a public one is wanted/],
    ["our secret key", () => keyTexts.alice.secret, /secret key where a public one is wanted/],
    ["a post-quantum identity", () => hybrid, /post-quantum identity/],
    ["a post-quantum recipient", () => identityToRecipient(hybrid), /post-quantum recipient/],
    ["a tagged recipient", () => bech32("age1tag", fiveBits(Uint8Array.of(2, ...key))), /P-256/],
    [
      "a plugin's recipient",
      () => bech32("age1yubikey", fiveBits(Uint8Array.of(2, ...key))),
      /recipient of an age plugin/,
    ],
    ["a recipient that is cut off where base64 would end", () => recipient.slice(0, 43), /check sum does not fit/],
    [
      "a recipient in mixed case",
      () => recipient.replace(/[a-z]$|[a-z](?=\d+$)/, (at) => at.toUpperCase()),
      /check sum/,
    ],
  ])("%s", async (_, make, message) => {
    const text = await make();
    expect(errorOf(() => parseForeignPublicKey(text))).toBeInstanceOf(ForeignKeyError);
    expect(errorOf(() => parseForeignPublicKey(text)).message).toMatch(message);
  });
});

describe("whatever is given", () => {
  const starts = ["", "", "AGE-SECRET-KEY-1", "SOTTO-SECRET-KEY-1", "age1", "sotto1", "ssh-rsa ", "RWQ", "# x\n"];
  const body = fc.oneof(
    fc.string({ unit: "binary", maxLength: 100 }),
    fc.string({ unit: fc.constantFrom(..."qpzry9x8gf2tvdw0s3jn54khce6mua7l"), minLength: 40, maxLength: 70 }),
    fc.string({ unit: fc.constantFrom(..."0123456789abcdefABCDEF"), minLength: 60, maxLength: 68 }),
    octets(32).map((random) => Buffer.from(random).toString("base64")),
    octets(33).map((random) => Buffer.from(random).toString("base64url")),
    octets(64).map(hexOf),
  );

  it("is a key or is refused, and the message holds nothing of it", () => {
    fc.assert(
      fc.property(fc.constantFrom(...starts), body, (start, rest) => {
        for (const read of [parseForeignSecretKey, parseForeignPublicKey]) {
          const outcome = outcomeOf(() => read(start + rest));
          if (outcome !== null) expect(sharesCharacters(outcome.message, rest)).toBe(false);
        }
      }),
      RUNS,
    );
  });

  it("is a key or is refused as octets too", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (random) => {
        const outcome = outcomeOf(() => parseForeignSecretKey(random));
        if (outcome !== null)
          expect(sharesCharacters(outcome.message, Buffer.from(random).toString("latin1"))).toBe(false);
      }),
      RUNS,
    );
  });

  it("a key with one character changed is refused or, where no check sum is, another key; the message holds nothing", () => {
    const written = fc.constantFrom(identity, keyTexts.alice.secret, hexOf(key), Buffer.from(key).toString("base64"));
    fc.assert(
      fc.property(written, fc.nat(), fc.string({ unit: "binary", minLength: 1, maxLength: 1 }), (text, place, by) => {
        const at = place % text.length;
        const wrong = text.slice(0, at) + by + text.slice(at + 1);
        fc.pre(by !== text[at]);
        const outcome = outcomeOf(() => parseForeignSecretKey(wrong));
        if (outcome === null) expect(text.length).toBeLessThan(70);
        else expect(sharesCharacters(outcome.message, wrong.replace(/^.*?-1/, ""))).toBe(false);
      }),
      RUNS,
    );
  });

  // Time that grew with the square of the length would not end within the test's time limit.
  it("comes to an end on texts that are meant to take long", () => {
    for (const piece of ["1", "\n", " ", "age1", "# \n", "=", "A-", "-----BEGIN", "\n \n"]) {
      const text = `age1${piece.repeat(200_000 / piece.length)}!`;
      for (const read of [parseForeignSecretKey, parseForeignPublicKey])
        expect(errorOf(() => read(text))).not.toBeNull();
    }
  });
});

/** The error with which something was refused, or null; an error of another kind is a failure. */
function outcomeOf(attempt: () => unknown): ForeignKeyError | KeyError | null {
  try {
    attempt();
    return null;
  } catch (error) {
    if (error instanceof ForeignKeyError || error instanceof KeyError) return error;
    throw error;
  }
}

function errorOf(attempt: () => unknown): ForeignKeyError | KeyError {
  const error = outcomeOf(attempt);
  if (error === null) throw new Error("it was accepted");
  return error;
}

/** Whether a message holds six consecutive characters of a text, in whatever case. */
function sharesCharacters(message: string, text: string): boolean {
  const said = message.toLowerCase();
  const starts = Array.from({ length: Math.max(0, text.length - 5) }, (_, at) => at);
  return starts.some((at) => said.includes(text.slice(at, at + 6).toLowerCase()));
}
