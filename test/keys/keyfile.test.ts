import { chmod, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generateKeyPair, SottoError } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { decryptWithPassphrase, encryptTo, encryptWithPassphrase, isAgeFile } from "../../keys/agefile.ts";
import { PassphraseError } from "../../keys/errors.ts";
import { changeKeyFilePassphrase, formatKeyFile, parseKeyFile, readKeyFile, writeKeyFile } from "../../keys/keyfile.ts";
import type { Passphrases } from "../../keys/passphrase.ts";
import { seededOctets } from "../e2e/frames.ts";
import { temporaryFolder } from "../e2e/scene.ts";
import { keyText } from "../wire/bech32.ts";
import { octets } from "../wire/property.ts";
import { refusalOf, refusalOfAsync } from "../wire/refusal.ts";
import { RECIPIENT } from "./agevectors.ts";
import { workInEarnest } from "./work.ts";

vi.mock(import("../../keys/agefile.ts"), async (original) => {
  const { withLeastWork } = await import("./work.ts");
  return withLeastWork(await original());
});

const PASSPHRASE = "correct horse battery staple";
const pair = generateKeyPair(() => Uint8Array.from(seededOctets("key file", 32)));
const secret = keyText("sotto-secret-key-", pair.secretKey).toUpperCase();
const TEXT = formatKeyFile(pair, "left-pad");

/** Passphrases that a test knows; counts how often each is asked for. */
function passphrases(known = PASSPHRASE): Passphrases & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    unlock: async (what, open) => {
      asked.push(`unlock ${what}`);
      return await open(known);
    },
    choose: async (what) => {
      asked.push(`choose ${what}`);
      return known;
    },
  };
}

async function keyFile(content: string, mode = 0o600): Promise<string> {
  const path = join(await temporaryFolder(), "a.key");
  await writeFile(path, content);
  await chmod(path, mode);
  return path;
}

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

describe("the text of a key file", () => {
  it("is two comment lines, of which one is the public key, and the secret key", () => {
    expect(TEXT).toBe(
      "# sotto secret key of left-pad: whoever has it can read the reports sealed for it\n" +
        `# public key: ${keyText("sotto", pair.publicKey)}\n${secret}\n`,
    );
    expect(formatKeyFile(pair).split("\n")[0]).toBe(
      "# sotto secret key: whoever has it can read the reports sealed for it",
    );
  });

  it("is read as the key pair that was written", () => {
    fc.assert(
      fc.property(octets(32), fc.string({ unit: "grapheme" }), (seed, name) => {
        const keyPair = generateKeyPair(() => seed);
        const line = name.replace(/[\r\n]/g, " ");
        expect(parseKeyFile(formatKeyFile(keyPair, line))).toEqual(keyPair);
      }),
      { seed: 0x5077, numRuns: 300 },
    );
  });

  it.each([
    ["the key alone", secret],
    ["lower case", secret.toLowerCase()],
    ["lines of Windows", TEXT.replaceAll("\n", "\r\n")],
    ["blanks around the key", `\n\n   ${secret}\t\n\n`],
    ["comments behind it", `${secret}\n# the end\n`],
    ["a comment that holds another key", `# ${keyText("sotto-secret-key-", new Uint8Array(32))}\n${secret}`],
    ["an indented comment", `   # public key\n${secret}`],
  ])("may be %s", (_, text) => {
    expect(parseKeyFile(text)).toEqual(pair);
  });

  it.each([
    ["nothing", "", "SOTTO_KEY_FILE"],
    ["comments alone", "# sotto secret key\n", "SOTTO_KEY_FILE"],
    ["two keys", `${secret}\n${secret}\n`, "SOTTO_KEY_FILE"],
    ["two keys in a line", `${secret} ${secret}`, "SOTTO_KEY_TEXT"],
    ["a comment behind the key", `${secret} # mine`, "SOTTO_KEY_TEXT"],
    ["a public key", keyText("sotto", pair.publicKey), "SOTTO_KEY_KIND"],
    ["an age identity", keyText("age-secret-key-", pair.secretKey).toUpperCase(), "SOTTO_KEY_KIND"],
    ["a mistyped key", `${secret.slice(0, -1)}${secret.endsWith("Q") ? "P" : "Q"}`, "SOTTO_KEY_TEXT"],
    ["a key cut off", secret.slice(0, -5), "SOTTO_KEY_TEXT"],
  ])("is not %s", (_, text, code) => {
    expect(refusalOf(() => parseKeyFile(text))).toBe(code);
    try {
      parseKeyFile(text);
    } catch (error) {
      expect((error as Error).message.toUpperCase()).not.toContain(secret.slice(18, 26));
    }
  });
});

describe("a key file in plain text", () => {
  it("is written with mode 0600 and read again, without a question", async () => {
    const path = join(await temporaryFolder(), "a.key");
    await writeKeyFile(path, pair, { name: "left-pad", passphrase: null });
    expect([await readFile(path, "utf8"), await modeOf(path)]).toEqual([TEXT, 0o600]);
    const source = passphrases();
    expect(await readKeyFile(path, source)).toEqual(pair);
    expect(await readKeyFile(path)).toEqual(pair);
    expect(source.asked).toEqual([]);
  });

  it("is never written over another file", async () => {
    const path = await keyFile("precious");
    expect(await refusalOfAsync(() => writeKeyFile(path, pair, { passphrase: null }))).toBe("SOTTO_KEY_FILE_EXISTS");
    expect(await readFile(path, "utf8")).toBe("precious");
  });

  it("is refused when others can get at it", async () => {
    for (const mode of [0o640, 0o604, 0o666]) {
      const path = await keyFile(TEXT, mode);
      expect(await refusalOfAsync(() => readKeyFile(path))).toBe("SOTTO_KEY_FILE_MODE");
    }
  });

  it("is refused where there is none, or something else", async () => {
    const folder = await temporaryFolder();
    expect(await refusalOfAsync(() => readKeyFile(join(folder, "none")))).toBe("SOTTO_KEY_FILE_READ");
    expect(await refusalOfAsync(() => readKeyFile(folder))).toBe("SOTTO_KEY_FILE_READ");
  });
});

describe("a key file under a passphrase", () => {
  const protectedText = () => encryptWithPassphrase(TEXT, PASSPHRASE, 1);

  it("is written so: nothing of the key stands in it, and the passphrase gives it back", async () => {
    workInEarnest();
    const path = join(await temporaryFolder(), "a.key");
    await writeKeyFile(path, pair, { name: "left-pad", passphrase: PASSPHRASE });
    const content = await readFile(path);
    expect(isAgeFile(content)).toBe(true);
    expect(content.toString("latin1")).not.toMatch(/sotto|left-pad/i);
    expect(await modeOf(path)).toBe(0o600);
    const source = passphrases();
    expect(await readKeyFile(path, source)).toEqual(pair);
    expect(source.asked).toEqual([`unlock ${path}`]);
  });

  it("is refused without a source of passphrases", async () => {
    const path = await keyFile(await protectedText());
    expect(await refusalOfAsync(() => readKeyFile(path))).toBe("SOTTO_PASSPHRASE_NONE");
  });

  it("is refused when others can read it, before anybody is asked", async () => {
    const path = await keyFile(await protectedText(), 0o644);
    const source = passphrases();
    expect(await refusalOfAsync(() => readKeyFile(path, source))).toBe("SOTTO_KEY_FILE_MODE");
    expect(source.asked).toEqual([]);
  });

  it("is refused with another passphrase, and when it holds something else", async () => {
    const path = await keyFile(await protectedText());
    expect(await refusalOfAsync(() => readKeyFile(path, passphrases("another")))).toBe("SOTTO_PASSPHRASE_WRONG");
    const other = await keyFile(await encryptWithPassphrase("a diary\n", PASSPHRASE, 1));
    expect(await refusalOfAsync(() => readKeyFile(other, passphrases()))).toBe("SOTTO_KEY_TEXT");
  });

  it("is not asked a passphrase for when it is encrypted to a recipient", async () => {
    const path = await keyFile(await encryptTo(TEXT, RECIPIENT));
    expect(await refusalOfAsync(() => readKeyFile(path, passphrases()))).toBe("SOTTO_KEY_FILE");
  });
});

describe("changing a key file's passphrase", () => {
  it("puts it under the new one, and leaves the key as it is", async () => {
    const path = await keyFile(await encryptWithPassphrase(TEXT, "the old one", 1));
    await changeKeyFilePassphrase(path, passphrases("the old one"), passphrases());
    expect(await readKeyFile(path, passphrases())).toEqual(pair);
    expect(await modeOf(path)).toBe(0o600);
    expect(await readdir(join(path, ".."))).toEqual(["a.key"]);
  });

  it("protects one that was in plain text, and keeps its comments", async () => {
    const path = await keyFile(TEXT, 0o400);
    const old = passphrases();
    await changeKeyFilePassphrase(path, old, passphrases());
    expect(old.asked).toEqual([]);
    const content = await decryptWithPassphrase(await readFile(path), PASSPHRASE);
    expect(Buffer.from(content).toString()).toBe(TEXT);
    expect(await modeOf(path)).toBe(0o600);
  });

  it.each([
    ["the old one is wrong", "wrong", PASSPHRASE, TEXT, "SOTTO_PASSPHRASE_WRONG"],
    ["none is chosen", PASSPHRASE, null, TEXT, "SOTTO_PASSPHRASE_CANCELED"],
    ["it holds no key", PASSPHRASE, PASSPHRASE, "a diary", "SOTTO_KEY_TEXT"],
  ])("leaves the file alone when %s", async (_, old, chosen, text, code) => {
    const content = await encryptWithPassphrase(text, PASSPHRASE, 1);
    const path = await keyFile(content);
    const choose = async () => {
      if (chosen !== null) return chosen;
      throw new PassphraseError("SOTTO_PASSPHRASE_CANCELED", "canceled");
    };
    const attempt = () => changeKeyFilePassphrase(path, passphrases(old), { ...passphrases(), choose });
    expect(await refusalOfAsync(attempt)).toBe(code);
    expect(await readFile(path, "utf8")).toBe(content);
    expect(await readdir(join(path, ".."))).toEqual(["a.key"]);
  });
});

describe("an error about a key file", () => {
  it("never quotes the secret, wherever the text was damaged", () => {
    const place = fc.nat({ max: secret.length - 1 });
    const character = fc.constantFrom(..."QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7Lbio1- \u00e9\n");
    fc.assert(
      fc.property(place, character, fc.nat({ max: 3 }), (at, wrong, cut) => {
        const text = `${secret.slice(0, at)}${wrong}${secret.slice(at + 1, secret.length - cut)}`;
        try {
          parseKeyFile(text);
        } catch (error) {
          if (!(error instanceof SottoError)) throw error;
          const digits = secret.slice(18);
          for (let start = 0; start + 6 <= digits.length; start++) {
            expect(error.message.toUpperCase()).not.toContain(digits.slice(start, start + 6));
          }
        }
      }),
      { seed: 0x5077, numRuns: 1000 },
    );
  });
});
