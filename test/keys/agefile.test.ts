import { SottoError } from "@sotto/wire";
import { armor, Decrypter, Encrypter } from "age-encryption";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ageIdentityFrom,
  ageIdentityOctets,
  ageIdentityOf,
  decryptWithIdentity,
  decryptWithPassphrase,
  encryptTo,
  encryptWithPassphrase,
  generateAgeIdentity,
  isAgeFile,
  isAgeRecipient,
} from "../../keys/agefile.ts";
import { seededOctets } from "../e2e/frames.ts";
import { BECH32M, bech32, fiveBits, keyText } from "../wire/bech32.ts";
import { utf8 } from "../wire/octets.ts";
import { octets } from "../wire/property.ts";
import { refusalOfAsync } from "../wire/refusal.ts";
import {
  BINARY_TO_RECIPIENT,
  BY_PASSPHRASE,
  IDENTITY,
  PASSPHRASE,
  PLAIN,
  RECIPIENT,
  TO_RECIPIENT,
} from "./agevectors.ts";

/** scrypt with N = 2: age's format, at no cost. */
const LOW = 1;

const text = (content: Uint8Array) => Buffer.from(content).toString("utf8");
const other = ageIdentityFrom(seededOctets("another identity", 32));

/** A copy in which one octet is another. */
function withOctet(content: Uint8Array, at: number, change: number): Uint8Array {
  const copy = Uint8Array.from(content);
  copy[at] = (copy[at] ?? 0) ^ change;
  return copy;
}

/** Every octet of a file changed in three ways: those whose damage is not noticed, and the codes of the others. */
async function damageAll(content: Uint8Array, open: (damaged: Uint8Array) => Promise<unknown>) {
  const codes = new Set<string>();
  const accepted: number[] = [];
  for (let at = 0; at < content.length; at++) {
    for (const change of [0x01, 0x20, 0x80]) {
      try {
        await open(withOctet(content, at, change));
        accepted.push(at);
      } catch (error) {
        if (!(error instanceof SottoError)) throw error;
        codes.add(error.code);
      }
    }
  }
  return { accepted, codes: [...codes].sort() };
}

describe("a file that the tool age made", () => {
  it("is opened with its passphrase, at the tool's own cost", async () => {
    expect(text(await decryptWithPassphrase(utf8(BY_PASSPHRASE), PASSPHRASE))).toBe(PLAIN);
  });

  it("is opened with the identity, with armor and without", async () => {
    expect(text(await decryptWithIdentity(utf8(TO_RECIPIENT), IDENTITY))).toBe(PLAIN);
    expect(text(await decryptWithIdentity(BINARY_TO_RECIPIENT, IDENTITY))).toBe(PLAIN);
  });

  it("is opened as editors and mail leave it: with lines of Windows and blanks around", async () => {
    const mailed = `\n\n  ${TO_RECIPIENT.replaceAll("\n", "\r\n")}\r\n\r\n`;
    expect(isAgeFile(utf8(mailed))).toBe(true);
    expect(text(await decryptWithIdentity(utf8(mailed), IDENTITY))).toBe(PLAIN);
  });

  it("is known by its beginning", () => {
    for (const file of [utf8(BY_PASSPHRASE), utf8(TO_RECIPIENT), BINARY_TO_RECIPIENT])
      expect(isAgeFile(file)).toBe(true);
    for (const other of [
      "",
      "age",
      "age-encryption.org/v2\n",
      "# age-encryption.org/v1\n",
      `x${TO_RECIPIENT}`,
      IDENTITY,
    ]) {
      expect(isAgeFile(utf8(other))).toBe(false);
    }
  });

  it("has the recipient that age-keygen printed for its identity", async () => {
    expect(await ageIdentityOf(IDENTITY)).toEqual({ identity: IDENTITY, recipient: RECIPIENT });
  });
});

describe("a file under a passphrase", () => {
  it("holds what was put into it, and opens with age-encryption by itself", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), fc.string({ minLength: 1 }), async (plain, passphrase) => {
        const file = await encryptWithPassphrase(plain, passphrase, LOW);
        const theirs = new Decrypter();
        theirs.addPassphrase(passphrase);
        expect(await theirs.decrypt(armor.decode(file), "text")).toBe(plain);
        expect(text(await decryptWithPassphrase(utf8(file), passphrase))).toBe(plain);
        expect(text(await decryptWithPassphrase(armor.decode(file), passphrase))).toBe(plain);
        expect(isAgeFile(utf8(file))).toBe(true);
      }),
      { seed: 0x5077, numRuns: 100 },
    );
  });

  it("costs whoever guesses what the tool age asks for, 2^18, where no factor is given", async () => {
    const header = Buffer.from(armor.decode(await encryptWithPassphrase(PLAIN, PASSPHRASE))).toString("latin1");
    expect(header).toMatch(/^age-encryption\.org\/v1\n-> scrypt [A-Za-z0-9+/]{22} 18\n/);
  });

  it("is not opened with another passphrase", async () => {
    const file = utf8(await encryptWithPassphrase(PLAIN, PASSPHRASE, LOW));
    for (const wrong of ["", " ", PASSPHRASE.toUpperCase(), `${PASSPHRASE} `, `${PASSPHRASE}\n`]) {
      expect(await refusalOfAsync(() => decryptWithPassphrase(file, wrong))).toBe("SOTTO_PASSPHRASE_WRONG");
    }
  });

  it("is refused when any octet of it is another", async () => {
    const file = armor.decode(await encryptWithPassphrase(PLAIN, PASSPHRASE, LOW));
    expect(await damageAll(file, (damaged) => decryptWithPassphrase(damaged, PASSPHRASE))).toEqual({
      accepted: [],
      // A salt or a wrapped key that was changed cannot be told from a wrong passphrase.
      codes: ["SOTTO_KEY_FILE", "SOTTO_PASSPHRASE_WRONG"],
    });
  });

  it("is refused when it asks for more work than a file of ours, as one made to stop a machine does", async () => {
    const file = Buffer.from(armor.decode(await encryptWithPassphrase(PLAIN, PASSPHRASE, LOW))).toString("latin1");
    for (const factor of ["21", "40", "0", "01", "-1", "1e1"]) {
      const dear = Buffer.from(file.replace(/(-> scrypt \S+) 1\n/, `$1 ${factor}\n`), "latin1");
      expect(await refusalOfAsync(() => decryptWithPassphrase(dear, PASSPHRASE))).toBe("SOTTO_KEY_FILE");
    }
  });
});

describe("a file for an identity", () => {
  it("holds what was put into it, and opens with age-encryption by itself", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), octets(32), async (plain, secret) => {
        const { identity, recipient } = await ageIdentityFrom(secret);
        const file = await encryptTo(plain, recipient);
        const theirs = new Decrypter();
        theirs.addIdentity(identity);
        expect(await theirs.decrypt(armor.decode(file), "text")).toBe(plain);
        expect(text(await decryptWithIdentity(utf8(file), identity))).toBe(plain);
      }),
      { seed: 0x5077, numRuns: 50 },
    );
  });

  it("is another one each time", async () => {
    expect(await encryptTo(PLAIN, RECIPIENT)).not.toBe(await encryptTo(PLAIN, RECIPIENT));
  });

  it("is not opened with another identity", async () => {
    const { identity } = await other;
    expect(await refusalOfAsync(() => decryptWithIdentity(utf8(TO_RECIPIENT), identity))).toBe("SOTTO_KEY_FILE");
  });

  it("is refused when any octet of it is another, or its end is missing", async () => {
    const open = (damaged: Uint8Array) => decryptWithIdentity(damaged, IDENTITY);
    expect(await damageAll(BINARY_TO_RECIPIENT, open)).toEqual({ accepted: [], codes: ["SOTTO_KEY_FILE"] });
    for (let length = 0; length < BINARY_TO_RECIPIENT.length; length++) {
      expect(await refusalOfAsync(() => open(BINARY_TO_RECIPIENT.subarray(0, length)))).toBe("SOTTO_KEY_FILE");
    }
    expect(await refusalOfAsync(() => open(Buffer.concat([BINARY_TO_RECIPIENT, Buffer.of(0)])))).toBe("SOTTO_KEY_FILE");
  });

  it("is refused when a letter of its armor is another", async () => {
    const file = utf8(TO_RECIPIENT.trim());
    const open = (damaged: Uint8Array) => decryptWithIdentity(damaged, IDENTITY);
    expect(await damageAll(file, open)).toEqual({ accepted: [], codes: ["SOTTO_KEY_FILE"] });
  });
});

describe("a file of the other kind", () => {
  it("is not taken for a wrong passphrase: no passphrase opens it", async () => {
    for (const file of [utf8(TO_RECIPIENT), BINARY_TO_RECIPIENT]) {
      expect(await refusalOfAsync(() => decryptWithPassphrase(file, PASSPHRASE))).toBe("SOTTO_KEY_FILE");
    }
  });

  it("is refused with an identity", async () => {
    const file = utf8(await encryptWithPassphrase(PLAIN, PASSPHRASE, LOW));
    expect(await refusalOfAsync(() => decryptWithIdentity(file, IDENTITY))).toBe("SOTTO_KEY_FILE");
  });

  it("is opened when it is for several, of whom we are one", async () => {
    const encrypter = new Encrypter();
    encrypter.addRecipient((await other).recipient);
    encrypter.addRecipient(RECIPIENT);
    expect(text(await decryptWithIdentity(await encrypter.encrypt(PLAIN), IDENTITY))).toBe(PLAIN);
  });
});

describe("an identity", () => {
  it("is 32 octets, in both directions", async () => {
    await fc.assert(
      fc.asyncProperty(octets(32), async (secret) => {
        const pair = await ageIdentityFrom(secret);
        expect(pair.identity).toBe(keyText("age-secret-key-", secret).toUpperCase());
        expect(Uint8Array.from(ageIdentityOctets(pair))).toEqual(secret);
        expect(await ageIdentityOf(pair.identity)).toEqual(pair);
        expect(isAgeRecipient(pair.recipient)).toBe(true);
      }),
      { seed: 0x5077, numRuns: 200 },
    );
  });

  it("is drawn anew each time", async () => {
    const drawn = await Promise.all(Array.from({ length: 20 }, () => generateAgeIdentity()));
    expect(new Set(drawn.map(({ identity }) => identity)).size).toBe(20);
    expect(new Set(drawn.map(({ recipient }) => recipient)).size).toBe(20);
    for (const { recipient } of drawn) expect(isAgeRecipient(recipient)).toBe(true);
  });

  it.each([
    ["nothing", ""],
    ["a recipient", RECIPIENT],
    ["lower case, which age does not take", IDENTITY.toLowerCase()],
    ["a typing mistake", IDENTITY.replace("T3N", "T4N")],
    ["an end cut off", IDENTITY.slice(0, -1)],
    ["a blank", `${IDENTITY} `],
    ["31 octets", keyText("age-secret-key-", new Uint8Array(31)).toUpperCase()],
    ["the check sum of bech32m", bech32("age-secret-key-", fiveBits(new Uint8Array(32)), BECH32M).toUpperCase()],
    ["a secret key of sotto", keyText("sotto-secret-key-", new Uint8Array(32)).toUpperCase()],
    ["one of age's post-quantum identities", keyText("age-secret-key-pq-", new Uint8Array(32)).toUpperCase()],
  ])("is not %s, and no message quotes it", async (_, wrong) => {
    const error = await ageIdentityOf(wrong).catch((reason: unknown) => reason);
    if (!(error instanceof SottoError)) throw error;
    expect(error.code).toBe("SOTTO_KEY_FILE");
    for (let at = 20; at + 8 <= wrong.length; at++) expect(error.message).not.toContain(wrong.slice(at, at + 8));
  });
});

describe("a recipient", () => {
  it.each([
    ["nothing", ""],
    ["upper case, which age does not take", RECIPIENT.toUpperCase()],
    ["a typing mistake", RECIPIENT.replace("cxc", "cxd")],
    ["an end cut off", RECIPIENT.slice(0, -1)],
    ["31 octets", keyText("age", new Uint8Array(31))],
    ["33 octets", keyText("age", new Uint8Array(33))],
    ["another prefix", keyText("sotto", seededOctets("x", 32))],
    ["an identity", IDENTITY],
    ["a recipient of a plug-in", keyText("age1yubikey", seededOctets("x", 33))],
  ])("is not %s", (_, wrong) => {
    expect(isAgeRecipient(wrong)).toBe(false);
  });
});
