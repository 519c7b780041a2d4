import { createRequire } from "node:module";
import { KeyError, keyPairOf } from "@sotto/wire";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ForeignKeyError } from "../../../keys/errors.ts";
import {
  formatPublicKey,
  formatSecretKey,
  type KeyFormat,
  parseForeignPublicKey,
  parseForeignSecretKey,
} from "../../../keys/exchange/foreignkey.ts";
import { formatKeyFile, parseKeyFile } from "../../../keys/keyfile.ts";
import { keyText } from "../../wire/bech32.ts";
import { keyTexts } from "../../wire/independent.ts";
import { fromHex, hexOf, utf8 } from "../../wire/octets.ts";
import { octets, RUNS } from "../../wire/property.ts";

/** What `age-keygen` of Debian 12 (apt-get install age, 1.1.1-1+b3) printed, twice; nothing is encrypted to these. */
const ageKeygen = [
  {
    recipient: "age1cd45u85e48xe5uflxktsyuvu9qsu08an84hj45ugxpdm4wr9vf4skuy9u9",
    file: `# created: 2026-11-21T11:04:13Z
# public key: age1cd45u85e48xe5uflxktsyuvu9qsu08an84hj45ugxpdm4wr9vf4skuy9u9
AGE-SECRET-KEY-1ESDKQV5NV6TD7TDTL88EMGFM6PS9R4NLC5L6F5GPFQ4PMLP6LWVQWEE36Y
`,
  },
  {
    recipient: "age1tedd0ztdncmus5fg26xujj73ugkxr0ea9wk7u52wz2r7fzzw7a0sct4wj2",
    file: `# created: 2026-11-21T10:45:56Z
# public key: age1tedd0ztdncmus5fg26xujj73ugkxr0ea9wk7u52wz2r7fzzw7a0sct4wj2
AGE-SECRET-KEY-1NAK5PM8QU7RAT5XPWV2PQZNYUP9HN6FDQJCY7HPFJALWC84H48HST5M8ZY
`,
  },
];

const sodium: { crypto_box_keypair(publicKey: Uint8Array, secretKey: Uint8Array): void } = createRequire(
  import.meta.url,
)("sodium-native");

function sodiumPair() {
  const pair = { publicKey: new Uint8Array(32), secretKey: new Uint8Array(32) };
  sodium.crypto_box_keypair(pair.publicKey, pair.secretKey);
  return pair;
}

const formats: readonly KeyFormat[] = ["sotto", "age", "hex", "base64"];
const secretKeys = octets(32).filter((secret) => secret.some((octet) => octet !== 0));

describe.each(ageKeygen)("the identity file of age-keygen with $recipient", ({ recipient, file }) => {
  const identity = file.trim().split("\n").at(-1) ?? "";

  it("is read, as a file, as its octets, with the line ends of Windows and as the identity alone", () => {
    const read = [file, utf8(file), file.replaceAll("\n", "\r\n"), `\ufeff${file}`, identity, identity.toLowerCase()];
    for (const text of read) {
      const { secretKey, format } = parseForeignSecretKey(text);
      expect(format).toBe("age");
      expect(hexOf(keyPairOf(secretKey).publicKey)).toBe(hexOf(parseForeignPublicKey(recipient).publicKey));
    }
  });

  it("is written again without its date", () => {
    const pair = keyPairOf(parseForeignSecretKey(file).secretKey);
    expect(formatSecretKey(pair, "age")).toBe(file.replace(/^# created.*\n/, ""));
    expect(formatPublicKey(pair.publicKey, "age")).toBe(recipient);
  });
});

it("identities of age-encryption have the recipients that it names", async () => {
  for (let run = 0; run < 20; run++) {
    const identity = await generateX25519Identity();
    const pair = keyPairOf(parseForeignSecretKey(identity).secretKey);
    expect(formatPublicKey(pair.publicKey, "age")).toBe(await identityToRecipient(identity));
    expect(formatSecretKey(pair, "age")).toContain(`\n${identity}\n`);
  }
});

it("pairs of libsodium are read from hexadecimal and base64 as Node writes them, and written so", () => {
  for (let run = 0; run < 100; run++) {
    const pair = sodiumPair();
    for (const encoding of ["hex", "base64"] as const) {
      const secret = Buffer.from(pair.secretKey).toString(encoding);
      const open = Buffer.from(pair.publicKey).toString(encoding);
      expect(parseForeignSecretKey(secret)).toEqual({ secretKey: pair.secretKey, format: encoding });
      expect(keyPairOf(parseForeignSecretKey(secret).secretKey).publicKey).toEqual(pair.publicKey);
      expect(parseForeignPublicKey(open)).toEqual({ publicKey: pair.publicKey, format: encoding });
      expect(formatSecretKey(pair, encoding)).toBe(`${secret}\n`);
      expect(formatPublicKey(pair.publicKey, encoding)).toBe(open);
    }
  }
});

describe("the forms of 32 octets", () => {
  // In base64 it begins with the digits that differ from one alphabet to the other: ++++////.
  const secretKey = fromHex("fbefbeffffff00108310518720928b30d38f41149351559761969b71d79f8218");
  const text = Buffer.from(secretKey).toString("base64");

  it.each([
    ["base64 with padding", text, "base64"],
    ["base64 without padding", text.replace("=", ""), "base64"],
    ["URL-safe base64", text.replaceAll("+", "-").replaceAll("/", "_"), "base64"],
    ["URL-safe base64 without padding", Buffer.from(secretKey).toString("base64url"), "base64"],
    ["hexadecimal in upper case", hexOf(secretKey).toUpperCase(), "hex"],
    ["a comment and a line end", `# from the old server\n\n  ${hexOf(secretKey)}\r\n`, "hex"],
    ["the octets of a text", utf8(`${text}\n`), "base64"],
    ["raw octets", secretKey, "raw"],
    ["raw octets in a Buffer", Buffer.from(secretKey), "raw"],
  ])("are read: %s", (_, form, format) => {
    expect(parseForeignSecretKey(form)).toEqual({ secretKey, format });
  });

  it("that are raw are given out as a copy", () => {
    const given = Buffer.from(secretKey);
    const read = parseForeignSecretKey(given).secretKey;
    given.fill(0);
    expect(read).toEqual(secretKey);
  });

  it.each([
    ["a second padding", `${text}=`],
    ["two alphabets at once", text.replaceAll("+", "-")],
    ["bits in the last character that no octet has", text.replace(/.=$/, "Z=")],
    ["a character less", text.slice(1)],
    ["a prefix 0x", `0x${hexOf(secretKey)}`],
    ["white space inside", `${text.slice(0, 20)} ${text.slice(20)}`],
  ])("are refused with %s", (_, form) => {
    expect(errorOf(() => parseForeignSecretKey(form))).toBeInstanceOf(ForeignKeyError);
    expect(errorOf(() => parseForeignPublicKey(form))).toBeInstanceOf(ForeignKeyError);
  });
});

describe("keys of our own", () => {
  it("are read in every form in which we write them", () => {
    const { secret, public: open } = keyTexts.alice;
    const pair = keyPairOf(parseForeignSecretKey(secret).secretKey);
    expect(parseForeignSecretKey(formatKeyFile(pair, "tor"))).toEqual({ secretKey: pair.secretKey, format: "sotto" });
    expect(parseForeignPublicKey(` ${open}\n`)).toEqual({ publicKey: pair.publicKey, format: "sotto" });
    expect(formatPublicKey(pair.publicKey, "sotto")).toBe(open);
  });

  it("come back from a file of ours as from the reader of key files", () => {
    const pair = sodiumPair();
    expect(formatSecretKey(pair, "sotto")).toBe(formatKeyFile(pair));
    expect(parseKeyFile(formatSecretKey(pair, "sotto")).secretKey).toEqual(pair.secretKey);
  });
});

describe.each(formats)("the form %s", (format) => {
  it("brings every secret key back", () => {
    fc.assert(
      fc.property(secretKeys, (secretKey) => {
        const written = formatSecretKey({ secretKey, publicKey: new Uint8Array(32).fill(9) }, format);
        expect(written).toMatch(/^[^\r]*[^\n]\n$/);
        expect(parseForeignSecretKey(written)).toEqual({ secretKey, format });
        expect(parseForeignSecretKey(utf8(written))).toEqual({ secretKey, format });
      }),
      { ...RUNS, numRuns: 1_000 },
    );
  });

  it("brings every public key back", () => {
    // The first octet makes sure that no key is of low order or above the prime.
    const publicKeys = octets(32).map((key) => Uint8Array.of(4, ...key.subarray(1, 31), (key[31] ?? 0) & 0x3f));
    fc.assert(
      fc.property(publicKeys, (publicKey) => {
        const written = formatPublicKey(publicKey, format);
        expect(written).toMatch(/^[!-~]+$/);
        expect(parseForeignPublicKey(written)).toEqual({ publicKey, format });
      }),
      { ...RUNS, numRuns: 1_000 },
    );
  });

  it("writes and reads no public key that protects nothing", () => {
    const [zero, notCanonical] = [new Uint8Array(32), new Uint8Array(32).fill(0xff)];
    expect(codeOf(() => formatPublicKey(zero, format))).toBe("SOTTO_KEY_LOW_ORDER");
    expect(codeOf(() => formatPublicKey(notCanonical, format))).toBe("SOTTO_KEY_NOT_CANONICAL");
    for (const [key, code] of [
      [zero, "SOTTO_KEY_LOW_ORDER"],
      [notCanonical, "SOTTO_KEY_NOT_CANONICAL"],
    ] as const) {
      const texts = { sotto: keyText("sotto", key), age: keyText("age", key), hex: hexOf(key), base64: base64Of(key) };
      expect(codeOf(() => parseForeignPublicKey(texts[format]))).toBe(code);
    }
  });

  it("reads no secret key of zeros", () => {
    const zero = { secretKey: new Uint8Array(32), publicKey: new Uint8Array(32).fill(9) };
    expect(errorOf(() => parseForeignSecretKey(formatSecretKey(zero, format))).message).toContain(
      "all 32 octets are zero",
    );
  });
});

it("raw octets bring every secret key back, unless they are text", () => {
  fc.assert(
    fc.property(secretKeys, (secretKey) => {
      fc.pre(secretKey.some((octet) => octet < 9 || octet > 126));
      expect(parseForeignSecretKey(secretKey)).toEqual({ secretKey, format: "raw" });
    }),
    RUNS,
  );
});

function base64Of(key: Uint8Array): string {
  return Buffer.from(key).toString("base64");
}

function errorOf(attempt: () => unknown): ForeignKeyError | KeyError {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ForeignKeyError || error instanceof KeyError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

function codeOf(attempt: () => unknown): string {
  return errorOf(attempt).code;
}
