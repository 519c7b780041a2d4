// Over 300 lines: the life of one keyring, through all that its owner does with it.
import { spawnSync } from "node:child_process";
import { chmod, copyFile, link, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { dateOfDay, type KeyPair, openBox, sealBox } from "@sotto/wire";
import { armor, Decrypter } from "age-encryption";
import nacl from "tweetnacl";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { decryptWithPassphrase, encryptTo, encryptWithPassphrase, isAgeFile } from "../../../keys/agefile.ts";
import type { KeyringError } from "../../../keys/errors.ts";
import { parseKeyFile } from "../../../keys/keyfile.ts";
import type { Epoch } from "../../../keys/keyring/epochs.ts";
import { formatIdentity, openIdentity, protectIdentity, writeIdentity } from "../../../keys/keyring/identity.ts";
import { Keyring, secretName } from "../../../keys/keyring/keyring.ts";
import { withLock } from "../../../keys/keyring/lock.ts";
import { formatManifest, type ManifestKey, parseManifest } from "../../../keys/keyring/manifest.ts";
import type { Passphrases } from "../../../keys/passphrase.ts";
import { Dice } from "../../e2e/dice.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { hexOf } from "../../wire/octets.ts";
import { refusalOfAsync } from "../../wire/refusal.ts";
import { workInEarnest } from "../work.ts";
import { epoch, MONDAY, pairOf } from "./epochkeys.ts";

vi.mock(import("../../../keys/agefile.ts"), async (original) => {
  const { withLeastWork } = await import("../work.ts");
  return withLeastWork(await original());
});

const PASSPHRASE = "correct horse battery staple";

/** Whoever asks for a passphrase here has no business to. */
const FORBIDDEN: Passphrases = {
  unlock: () => Promise.reject(new Error("a passphrase was asked for")),
  choose: () => Promise.reject(new Error("a passphrase was asked for")),
};
const knowing = (passphrase: string): Passphrases => ({
  unlock: async (_what, open) => await open(passphrase),
  choose: async () => passphrase,
});

const WEEKS = [epoch(0), epoch(1), epoch(2)];

/** Draws the key pairs of the seeds, one after the other. */
function drawing(...seeds: readonly string[]): () => KeyPair {
  let drawn = 0;
  return () => pairOf(seeds[drawn++] ?? "one too many");
}

async function plainKeyring(epochs: readonly Epoch[] = WEEKS): Promise<Keyring> {
  const keyring = await Keyring.create(join(await temporaryFolder(), "ring"), null);
  await keyring.add(epochs, drawing(...epochs.map((_, index) => `seed ${index}`)));
  return keyring;
}

const manifestPath = ({ folder }: Keyring) => join(folder, "keyring.json");
const written = async (keyring: Keyring) => parseManifest(await readFile(manifestPath(keyring), "utf8"));
const nth = (keyring: Keyring, index: number) => keyring.keys[index] as ManifestKey;
const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

/** Everything below a folder with its mode. */
async function modesIn(folder: string): Promise<{ [name: string]: string }> {
  const names = (await readdir(folder, { recursive: true })).sort();
  const modes = await Promise.all(names.map((name) => modeOf(join(folder, name))));
  return Object.fromEntries(names.map((name, index) => [name, (modes[index] ?? 0).toString(8)]));
}

describe("a new keyring", () => {
  it("is a folder that nobody else can enter, with its identity under the passphrase", async () => {
    workInEarnest();
    const before = process.umask(0);
    onTestFinished(() => {
      process.umask(before);
    });
    const folder = join(await temporaryFolder(), "ring");
    const keyring = await Keyring.create(folder, PASSPHRASE);
    const [key] = await keyring.add([epoch(0)]);
    expect(await modeOf(folder)).toBe(0o700);
    expect(await modesIn(folder)).toEqual({
      "identity.age": "600",
      keys: "700",
      [`keys/${secretName(key as ManifestKey)}`]: "600",
      "keyring.json": "600",
    });
    const identity = await decryptWithPassphrase(await readFile(join(folder, "identity.age")), PASSPHRASE);
    expect(Buffer.from(identity).toString()).toMatch(
      new RegExp(`^# public key: ${keyring.recipient}\nAGE-SECRET-KEY-1[0-9A-Z]{58}\n$`),
    );
  });

  it("holds its identity in plain text when that was asked for", async () => {
    const keyring = await plainKeyring([]);
    expect(await modesIn(keyring.folder)).toEqual({ "identity.txt": "600", keys: "700", "keyring.json": "600" });
    expect(keyring.keys).toEqual([]);
    expect(await written(keyring)).toEqual({ recipient: keyring.recipient, keys: [] });
  });

  it("is not made in a folder that holds anything, which stays as it is", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "thesis.txt"), "x");
    expect(await refusalOfAsync(() => Keyring.create(folder, null))).toBe("SOTTO_KEYRING_EXISTS");
    expect(await readdir(folder)).toEqual(["thesis.txt"]);
    const keyring = await plainKeyring();
    expect(await refusalOfAsync(() => Keyring.create(keyring.folder, null))).toBe("SOTTO_KEYRING_EXISTS");
    expect((await Keyring.open(keyring.folder)).keys).toEqual(keyring.keys);
  });

  it("is not made where others can get in", async () => {
    const folder = await temporaryFolder();
    await chmod(folder, 0o755);
    expect(await refusalOfAsync(() => Keyring.create(folder, null))).toBe("SOTTO_KEY_FILE_MODE");
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("opening a keyring", () => {
  it("needs no passphrase and gives what was made", async () => {
    const keyring = await plainKeyring();
    const opened = await Keyring.open(keyring.folder);
    expect(opened.keys).toEqual(keyring.keys);
    expect(opened.recipient).toBe(keyring.recipient);
    expect(await opened.present()).toEqual(keyring.keys);
    expect(await opened.files()).toEqual(keyring.keys.map(secretName));
  });

  it("is refused where there is none", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "file"), "x");
    for (const path of [folder, join(folder, "none"), join(folder, "file")]) {
      expect(await refusalOfAsync(() => Keyring.open(path))).toBe("SOTTO_KEYRING_NONE");
      expect(await Keyring.isThere(path)).toBe(false);
    }
  });

  it("is refused when others can enter it, unless that is what is looked into", async () => {
    const keyring = await plainKeyring();
    await chmod(keyring.folder, 0o750);
    expect(await refusalOfAsync(() => Keyring.open(keyring.folder))).toBe("SOTTO_KEY_FILE_MODE");
    expect((await Keyring.open(keyring.folder, { evenIfShared: true })).keys).toEqual(keyring.keys);
  });

  it("is refused when the manifest is damaged, or of a newer version: it is there, and stays as it is", async () => {
    const keyring = await plainKeyring();
    const newer = JSON.stringify({ version: 2, anything: "else" });
    for (const [text, code] of [
      [newer, "SOTTO_KEYRING_VERSION"],
      ["{", "SOTTO_KEYRING_MANIFEST"],
      [" ".repeat(5_000_000), "SOTTO_KEYRING_MANIFEST"],
    ] as const) {
      await writeFile(manifestPath(keyring), text);
      expect(await refusalOfAsync(() => Keyring.open(keyring.folder))).toBe(code);
      expect(await Keyring.isThere(keyring.folder)).toBe(true);
      // Whoever opened it before must not write over it either.
      expect(await refusalOfAsync(() => keyring.add([epoch(9)]))).toBe(code);
      expect(await refusalOfAsync(() => keyring.retire([nth(keyring, 0)], MONDAY))).toBe(code);
      expect(await readFile(manifestPath(keyring), "utf8")).toBe(text);
    }
    expect(await keyring.files()).toHaveLength(3);
    expect(await readdir(keyring.folder)).not.toContain(".lock");
  });
});

describe("adding keys", () => {
  it("needs no passphrase, and writes each secret as a key file encrypted to the identity", async () => {
    const folder = join(await temporaryFolder(), "ring");
    const identity = await writePlainThenProtect(folder);
    const keyring = await Keyring.open(folder);
    const made = await keyring.add(WEEKS, drawing("a", "b", "c"));
    expect(made.map(({ from, until }) => ({ from, until }))).toEqual(WEEKS);
    expect(keyring.keys).toEqual(made);
    expect((await written(keyring)).keys).toEqual(made);
    for (const [index, key] of made.entries()) {
      const decrypter = new Decrypter();
      decrypter.addIdentity(identity);
      const text = await decrypter.decrypt(armor.decode(await readFile(keyring.pathOf(key), "utf8")), "text");
      const keyPair = pairOf(["a", "b", "c"][index] ?? "");
      expect(parseKeyFile(text)).toEqual(keyPair);
      expect(text).toContain(`${dateOfDay(key.from)} to ${dateOfDay(key.until)}`);
      expect(hexOf(nacl.scalarMult.base(keyPair.secretKey))).toBe(hexOf(key.publicKey));
    }
  });

  /** A keyring of which nobody here knows the passphrase any more; gives its identity. */
  async function writePlainThenProtect(folder: string): Promise<string> {
    const keyring = await Keyring.create(folder, null);
    const { identity } = (await keyring.unlock(FORBIDDEN)).identity;
    await rm(join(folder, "identity.txt"));
    return identity;
  }

  it("overwrites the secrets that it was given", async () => {
    const keyring = await plainKeyring([]);
    const pair = pairOf("given");
    await keyring.add([epoch(0)], () => pair);
    expect(pair.secretKey).toEqual(new Uint8Array(32));
    expect(pair.publicKey).not.toEqual(new Uint8Array(32));
  });

  it("draws keys that have nothing in common: two keyrings of the same weeks share none", async () => {
    const keyrings = [await plainKeyring([]), await plainKeyring([])];
    const weeks = Array.from({ length: 20 }, (_, week) => epoch(week));
    const secrets: string[] = [];
    for (const keyring of keyrings) {
      await keyring.add(weeks);
      const unlocked = await keyring.unlock(FORBIDDEN);
      for (const key of keyring.keys)
        secrets.push(hexOf((await unlocked.keyPairOf(key))?.secretKey ?? new Uint8Array()));
    }
    expect(new Set(secrets).size).toBe(40);
  });

  it("takes the pair of an epoch from one draw alone, whatever was drawn before", async () => {
    const forward = await plainKeyring([]);
    await forward.add([epoch(0), epoch(1)], drawing("first", "second"));
    const backward = await plainKeyring([]);
    await backward.add([epoch(1)], drawing("second"));
    await backward.add([epoch(0)], drawing("first"));
    expect(backward.keys).toEqual(forward.keys);
    const ofSecond = await Promise.all(
      [forward, backward].map(async (keyring) => (await keyring.unlock(FORBIDDEN)).keyPairOf(nth(keyring, 1))),
    );
    expect(ofSecond).toEqual([pairOf("second"), pairOf("second")]);
  });

  it("lets a stolen key open its own epoch and no other", async () => {
    const keyring = await plainKeyring([]);
    await keyring.add(WEEKS);
    const unlocked = await keyring.unlock(FORBIDDEN);
    const pairs = await Promise.all(keyring.keys.map((key) => unlocked.keyPairOf(key)));
    for (const [sealedFor, { publicKey }] of keyring.keys.entries()) {
      const box = sealBox(new Uint8Array(66).fill(sealedFor), publicKey, pairOf("ephemeral").secretKey);
      const opened = pairs.map((pair) => pair !== null && openBox(box, pair) !== null);
      expect(opened).toEqual([0, 1, 2].map((week) => week === sealedFor));
    }
  });

  it.each([
    ["none of whole weeks", { from: MONDAY + 1, until: MONDAY + 8 }],
    ["one that ends on a Sunday", { from: MONDAY, until: MONDAY + 6 }],
    ["an empty one", { from: MONDAY, until: MONDAY }],
    ["one that ends before it begins", { from: MONDAY, until: MONDAY - 7 }],
  ])("refuses an epoch that could not be read again: %s", async (_, wrong) => {
    const keyring = await plainKeyring();
    const before = await readFile(manifestPath(keyring), "utf8");
    expect(await refusalOfAsync(() => keyring.add([epoch(5), wrong]))).toBe("SOTTO_KEYRING_EPOCH");
    expect(await readFile(manifestPath(keyring), "utf8")).toBe(before);
    expect(await keyring.files()).toHaveLength(3);
  });

  it("refuses a key that is there already: its other epoch would be forgotten", async () => {
    const keyring = await plainKeyring();
    const before = await readFile(manifestPath(keyring), "utf8");
    for (const draw of [drawing("seed 1"), drawing("twice", "twice")]) {
      expect(await refusalOfAsync(() => keyring.add([epoch(7), epoch(8)], draw))).toBe("SOTTO_KEYRING_TWICE");
      expect(await readFile(manifestPath(keyring), "utf8")).toBe(before);
    }
    expect((await Keyring.open(keyring.folder)).keys).toEqual(keyring.keys);
  });

  it("leaves files too many, never a key without its secret, when it is broken off", async () => {
    const keyring = await plainKeyring();
    let draws = 0;
    const failing = () => {
      if (draws++ === 2) throw new Error("broken off");
      return pairOf(`broken ${draws}`);
    };
    await expect(keyring.add([epoch(5), epoch(6), epoch(7)], failing)).rejects.toThrow("broken off");
    const opened = await Keyring.open(keyring.folder);
    expect(opened.keys).toHaveLength(3);
    expect(await opened.present()).toHaveLength(3);
    expect(await opened.files()).toHaveLength(5);
    expect(await opened.add([epoch(5)], drawing("again"))).toHaveLength(1);
  });
});

describe("reading a secret", () => {
  it("gives the pair of the key", async () => {
    const keyring = await plainKeyring();
    const unlocked = await keyring.unlock(FORBIDDEN);
    for (const index of [0, 1, 2])
      expect(await unlocked.keyPairOf(nth(keyring, index))).toEqual(pairOf(`seed ${index}`));
  });

  it("gives null for one that is kept elsewhere", async () => {
    const keyring = await plainKeyring();
    const unlocked = await keyring.unlock(FORBIDDEN);
    await rm(keyring.pathOf(nth(keyring, 1)));
    expect(await unlocked.keyPairOf(nth(keyring, 1))).toBeNull();
    expect((await keyring.present()).map(({ from }) => from)).toEqual([MONDAY, MONDAY + 14]);
  });

  it("refuses the secret of another key under its name", async () => {
    const keyring = await plainKeyring();
    await copyFile(keyring.pathOf(nth(keyring, 0)), keyring.pathOf(nth(keyring, 1)));
    const unlocked = await keyring.unlock(FORBIDDEN);
    expect(await refusalOfAsync(() => unlocked.keyPairOf(nth(keyring, 1)))).toBe("SOTTO_KEYRING_SECRET");
    expect(await unlocked.keyPairOf(nth(keyring, 0))).not.toBeNull();
  });

  it("refuses one that others can read, one that is damaged, and one that holds something else", async () => {
    const keyring = await plainKeyring();
    const path = keyring.pathOf(nth(keyring, 0));
    const unlocked = await keyring.unlock(FORBIDDEN);
    const attempt = () => unlocked.keyPairOf(nth(keyring, 0));
    await chmod(path, 0o644);
    expect(await refusalOfAsync(attempt)).toBe("SOTTO_KEY_FILE_MODE");
    await chmod(path, 0o600);
    await writeFile(path, (await readFile(path, "utf8")).slice(0, -60));
    expect(await refusalOfAsync(attempt)).toBe("SOTTO_KEY_FILE");
    await writeFile(path, await encryptTo("a diary", keyring.recipient));
    expect(await refusalOfAsync(attempt)).toBe("SOTTO_KEY_TEXT");
    await writeFile(path, "");
    expect(await refusalOfAsync(attempt)).toBe("SOTTO_KEY_FILE");
  });

  it("refuses a secret that is encrypted to another keyring", async () => {
    const [keyring, other] = [await plainKeyring(), await plainKeyring()];
    await copyFile(other.pathOf(nth(other, 0)), keyring.pathOf(nth(keyring, 0)));
    const unlocked = await keyring.unlock(FORBIDDEN);
    expect(await refusalOfAsync(() => unlocked.keyPairOf(nth(keyring, 0)))).toBe("SOTTO_KEY_FILE");
  });
});

describe("a keyring's identity", () => {
  it("is refused when it is that of another keyring", async () => {
    const [keyring, other] = [await plainKeyring(), await plainKeyring()];
    await copyFile(join(other.folder, "identity.txt"), join(keyring.folder, "identity.txt"));
    expect(await refusalOfAsync(() => keyring.unlock(FORBIDDEN))).toBe("SOTTO_KEYRING_IDENTITY");
  });

  it("may be kept elsewhere: adding works, opening does not, until it is back", async () => {
    const keyring = await plainKeyring();
    const { identity } = await keyring.unlock(FORBIDDEN);
    await rm(join(keyring.folder, "identity.txt"));
    expect(await keyring.add([epoch(3)])).toHaveLength(1);
    expect(await refusalOfAsync(() => keyring.unlock(FORBIDDEN))).toBe("SOTTO_KEYRING_IDENTITY");
    await writeIdentity(keyring.folder, identity, null);
    expect((await keyring.unlock(FORBIDDEN)).identity).toEqual(identity);
    expect(await refusalOfAsync(() => writeIdentity(keyring.folder, identity, null))).toBe("SOTTO_KEY_FILE_EXISTS");
    expect(await refusalOfAsync(() => writeIdentity(keyring.folder, identity, PASSPHRASE))).toBe(
      "SOTTO_KEY_FILE_EXISTS",
    );
  });

  it("is opened with its passphrase only, and only when nobody else can read it", async () => {
    const keyring = await plainKeyring();
    const path = join(keyring.folder, "identity.age");
    const { identity } = await keyring.unlock(FORBIDDEN);
    await rm(join(keyring.folder, "identity.txt"));
    await writeFile(path, await encryptWithPassphrase(formatIdentity(identity), PASSPHRASE, 1), { mode: 0o600 });
    expect((await keyring.unlock(knowing(PASSPHRASE))).identity).toEqual(identity);
    expect(await refusalOfAsync(() => keyring.unlock(knowing("another")))).toBe("SOTTO_PASSPHRASE_WRONG");
    await chmod(path, 0o640);
    expect(await refusalOfAsync(() => keyring.unlock(knowing(PASSPHRASE)))).toBe("SOTTO_KEY_FILE_MODE");
  });

  it("is refused when its file holds none, or two", async () => {
    const keyring = await plainKeyring();
    const path = join(keyring.folder, "identity.txt");
    const text = await readFile(path, "utf8");
    for (const wrong of ["", "# nothing\n", text + text, text.toLowerCase(), text.slice(0, -5)]) {
      await writeFile(path, wrong);
      expect(await refusalOfAsync(() => openIdentity(keyring.folder, FORBIDDEN))).toBe("SOTTO_KEY_FILE");
    }
    await writeFile(path, text.replaceAll("\n", "\r\n"));
    expect((await openIdentity(keyring.folder, FORBIDDEN)).recipient).toBe(keyring.recipient);
  });

  it("is overwritten in plain text when it is put under a passphrase", async () => {
    const keyring = await plainKeyring();
    const { identity } = await keyring.unlock(FORBIDDEN);
    const plain = join(keyring.folder, "identity.txt");
    const other = join(await temporaryFolder(), "hard-link");
    await link(plain, other);
    const { size } = await stat(plain);
    await protectIdentity(keyring.folder, identity, PASSPHRASE);
    expect(await modesIn(keyring.folder)).toMatchObject({ "identity.age": "600" });
    expect(await readdir(keyring.folder)).not.toContain("identity.txt");
    expect((await readFile(other)).equals(Buffer.alloc(size))).toBe(true);
    expect(isAgeFile(await readFile(join(keyring.folder, "identity.age")))).toBe(true);
  });
});

describe("retiring keys", () => {
  const LATER = MONDAY + 7 + 28;

  it("destroys their secrets and notes the day", async () => {
    const keyring = await plainKeyring();
    const [first, second, third] = keyring.keys as [ManifestKey, ManifestKey, ManifestKey];
    const other = join(await temporaryFolder(), "hard-link");
    await link(keyring.pathOf(first), other);
    expect(await keyring.retire([first], LATER)).toEqual([first]);
    expect((await readFile(other)).every((octet) => octet === 0)).toBe(true);
    expect(await keyring.files()).toEqual([secretName(second), secretName(third)]);
    expect((await Keyring.open(keyring.folder)).keys).toEqual([{ ...first, retired: LATER }, second, third]);
    const unlocked = await keyring.unlock(FORBIDDEN);
    expect(await unlocked.keyPairOf(nth(keyring, 0))).toBeNull();
    expect(await unlocked.keyPairOf(second)).toEqual(pairOf("seed 1"));
  });

  it("notes those whose secret is elsewhere, and tells them apart", async () => {
    const keyring = await plainKeyring();
    await rm(keyring.pathOf(nth(keyring, 0)));
    expect(await keyring.retire(keyring.keys.slice(0, 2), LATER)).toEqual([nth(await plainKeyring(), 1)]);
    expect(keyring.keys.map(({ retired }) => retired)).toEqual([LATER, LATER, undefined]);
  });

  it("can be repeated after a crash between the secrets and the manifest", async () => {
    const keyring = await plainKeyring();
    const before = await readFile(manifestPath(keyring), "utf8");
    await keyring.retire(keyring.keys.slice(0, 2), LATER);
    const after = await readFile(manifestPath(keyring), "utf8");
    await writeFile(manifestPath(keyring), before);
    const again = await Keyring.open(keyring.folder);
    expect(again.keys.map(({ retired }) => retired)).toEqual([undefined, undefined, undefined]);
    expect(await again.retire(again.keys.slice(0, 2), LATER)).toEqual([]);
    expect(await readFile(manifestPath(keyring), "utf8")).toBe(after);
  });

  it("can be repeated after a crash in the middle of a secret: overwritten, and not removed", async () => {
    const keyring = await plainKeyring();
    const path = keyring.pathOf(nth(keyring, 0));
    await writeFile(path, Buffer.alloc(500));
    expect(await keyring.retire([nth(keyring, 0)], LATER)).toHaveLength(1);
    expect(await keyring.files()).toHaveLength(2);
  });

  it("destroys a secret that came back from a backup", async () => {
    const keyring = await plainKeyring();
    const [first] = keyring.keys as [ManifestKey];
    const backup = await readFile(keyring.pathOf(first));
    await keyring.retire([first], LATER);
    await writeFile(keyring.pathOf(first), backup, { mode: 0o600 });
    expect(await keyring.retire([nth(keyring, 0)], LATER + 1)).toHaveLength(1);
    expect(await keyring.files()).toHaveLength(2);
  });
});

describe("replacing keys", () => {
  it("makes new ones from this week's Monday on, to the same end, and keeps the old with their secrets", async () => {
    const keyring = await plainKeyring([epoch(-1, 4), epoch(3)]);
    const [current, future] = keyring.keys as [ManifestKey, ManifestKey];
    const thursday = MONDAY + 3;
    const made = await keyring.replace([current, future], thursday);
    expect(made.map(({ from, until }) => ({ from, until }))).toEqual([epoch(0, 3), epoch(3)]);
    expect((await Keyring.open(keyring.folder)).keys).toEqual([
      { ...current, replaced: thursday },
      made[0],
      { ...future, replaced: thursday },
      made[1],
    ]);
    const unlocked = await keyring.unlock(FORBIDDEN);
    const pairs = await Promise.all(keyring.keys.map((key) => unlocked.keyPairOf(key)));
    expect(pairs.filter((pair) => pair === null)).toEqual([]);
    expect(new Set(pairs.map((pair) => hexOf(pair?.secretKey ?? new Uint8Array()))).size).toBe(4);
  });

  it("takes this week's Monday on every day of the week", async () => {
    for (const day of [0, 1, 6]) {
      const keyring = await plainKeyring([epoch(-2, 8)]);
      expect((await keyring.replace(keyring.keys, MONDAY + day))[0]?.from).toBe(MONDAY);
    }
  });

  it("refuses a key whose epoch is over, and leaves the keyring one that can be read", async () => {
    const keyring = await plainKeyring([epoch(-1), epoch(0)]);
    const before = await readFile(manifestPath(keyring), "utf8");
    expect(await refusalOfAsync(() => keyring.replace(keyring.keys, MONDAY))).toBe("SOTTO_KEYRING_EPOCH");
    expect(await readFile(manifestPath(keyring), "utf8")).toBe(before);
  });
});

describe("two who use one keyring", () => {
  it("lose nothing when they add one after the other, each with what was there before", async () => {
    const one = await plainKeyring();
    const two = await Keyring.open(one.folder);
    await one.add([epoch(3)], drawing("one"));
    await two.add([epoch(4)], drawing("two"));
    await one.add([epoch(5)], drawing("three"));
    const { keys } = await Keyring.open(one.folder);
    expect(keys.map(({ from }) => (from - MONDAY) / 7)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(one.keys).toEqual(keys);
  });

  it("lose nothing when they add at once: each is done, or refused and nothing of it is in the manifest", async () => {
    const first = await plainKeyring([]);
    const keyrings = await Promise.all(Array.from({ length: 8 }, () => Keyring.open(first.folder)));
    const outcomes = await Promise.allSettled(keyrings.map((keyring, index) => keyring.add([epoch(index)])));
    const done = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? outcome.value : []));
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "SOTTO_KEYRING_LOCKED" });
    }
    expect(done.length).toBeGreaterThan(0);
    const opened = await Keyring.open(first.folder);
    expect(new Set(opened.keys.map(({ id }) => id))).toEqual(new Set(done.map(({ id }) => id)));
    expect(await opened.files()).toHaveLength(done.length);
    expect(await readdir(first.folder)).not.toContain(".lock");
  });

  it("make one whole keyring when they make it at once: the others are refused and destroy nothing", async () => {
    for (let round = 0; round < 10; round++) {
      const folder = join(await temporaryFolder(), "ring");
      const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => Keyring.create(folder, null)));
      const made = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? outcome.value : []));
      for (const outcome of outcomes) {
        if (outcome.status !== "rejected") continue;
        expect(["SOTTO_KEYRING_LOCKED", "SOTTO_KEYRING_EXISTS"]).toContain((outcome.reason as KeyringError).code);
      }
      expect(made.map(({ recipient }) => recipient)).toEqual([(await Keyring.open(folder)).recipient]);
      expect((await openIdentity(folder, FORBIDDEN)).recipient).toBe(made[0]?.recipient);
      expect((await readdir(folder)).sort()).toEqual(["identity.txt", "keyring.json", "keys"]);
    }
  });

  it("lose no mark: what one replaced or retired is not undone by another who opened it before", async () => {
    const one = await plainKeyring();
    const two = await Keyring.open(one.folder);
    const [first, second] = two.keys as [ManifestKey, ManifestKey];
    await one.replace([first], MONDAY + 1);
    await one.retire([second], MONDAY + 2);
    await two.retire([first], MONDAY + 60);
    await two.replace([second], MONDAY);
    const { keys } = await Keyring.open(one.folder);
    expect(keys.find(({ id }) => id === first.id)).toEqual({ ...first, replaced: MONDAY + 1, retired: MONDAY + 60 });
    expect(keys.find(({ id }) => id === second.id)).toEqual({ ...second, replaced: MONDAY, retired: MONDAY + 2 });
  });
});

describe("the lock of a keyring", () => {
  const aged = async (path: string, minutes: number) => {
    await writeFile(path, "");
    const then = Date.now() / 1000 - minutes * 60;
    await utimes(path, then, then);
  };

  it("refuses a second one while it is held, and names the file", async () => {
    const keyring = await plainKeyring();
    const path = join(keyring.folder, ".lock");
    await withLock(path, async () => {
      const error = await keyring.add([epoch(9)]).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: "SOTTO_KEYRING_LOCKED", message: expect.stringContaining(path) });
      expect(await readdir(keyring.folder)).toContain(".lock");
    });
    expect(await keyring.add([epoch(9)])).toHaveLength(1);
  });

  it("is let go when the work fails", async () => {
    const path = join(await temporaryFolder(), ".lock");
    await expect(withLock(path, () => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
    expect(await withLock(path, async () => "done")).toBe("done");
    expect(await readdir(join(path, ".."))).toEqual([]);
  });

  it("is taken over when it was left behind long ago, and not before", async () => {
    const keyring = await plainKeyring();
    const path = join(keyring.folder, ".lock");
    await aged(path, 5);
    expect(await refusalOfAsync(() => keyring.add([epoch(9)]))).toBe("SOTTO_KEYRING_LOCKED");
    await aged(path, 7);
    expect(await keyring.add([epoch(9)])).toHaveLength(1);
    expect(await readdir(keyring.folder)).not.toContain(".lock");
  });

  it("is left behind by a process that was killed, and others can work again later", async () => {
    const path = join(await temporaryFolder(), ".lock");
    const source = `import { withLock } from ${JSON.stringify(new URL("../../../keys/keyring/lock.ts", import.meta.url).href)};
      await withLock(${JSON.stringify(path)}, async () => process.kill(process.pid, "SIGKILL"));`;
    const args = ["--conditions=sotto-source", "--input-type=module-typescript", "--eval", source];
    const { signal } = spawnSync(process.execPath, args);
    expect(signal).toBe("SIGKILL");
    expect(await refusalOfAsync(() => withLock(path, async () => {}))).toBe("SOTTO_KEYRING_LOCKED");
    const then = Date.now() / 1000 - 3600;
    await utimes(path, then, then);
    expect(await withLock(path, async () => "done")).toBe("done");
  });

  it("cannot be had where the folder is gone", async () => {
    const path = join(await temporaryFolder(), "none", ".lock");
    expect(await refusalOfAsync(() => withLock(path, async () => {}))).toBe("SOTTO_KEYRING_WRITE");
  });

  it("is held by one at a time, however many try, and let go in between", async () => {
    const path = join(await temporaryFolder(), ".lock");
    const dice = new Dice("lock");
    let inside = 0;
    let most = 0;
    let done = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      for (let pause = dice.below(4); pause > 0; pause--) await setImmediate();
      inside--;
    };
    const visitor = async () => {
      for (let turn = 0; turn < 200; turn++) {
        const outcome = await withLock(path, work).then(
          () => "done",
          (error: { code: string }) => error.code,
        );
        expect(["done", "SOTTO_KEYRING_LOCKED"]).toContain(outcome);
        if (outcome === "done") done++;
      }
    };
    await Promise.all(Array.from({ length: 8 }, visitor));
    expect(most).toBe(1);
    expect(done).toBeGreaterThan(0);
  });
});

describe("a keyring of three years of weeks", () => {
  it("is made and read again whole", async () => {
    const keyring = await plainKeyring([]);
    const weeks = Array.from({ length: 156 }, (_, week) => epoch(week));
    await keyring.add(weeks);
    const text = await readFile(manifestPath(keyring), "utf8");
    expect(formatManifest(parseManifest(text))).toBe(text);
    expect(await keyring.present()).toHaveLength(156);
    expect((await keyring.files()).map((name) => name.slice(0, 10))).toEqual(weeks.map(({ from }) => dateOfDay(from)));
  });
});
