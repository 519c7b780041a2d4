import { chmod, copyFile, cp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { engineOf, type ScanKeys, withKeys } from "@sotto/decoder";
import { Keyring, keyId, type ManifestKey, type Passphrases, passphrasesFrom, writeKeyFile } from "@sotto/keys";
import { SottoError, weekOf } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../e2e/scene.ts";
import {
  epochsFrom,
  protect,
  protectKeyring,
  scanSegments,
  seededKeyPair,
  seededKeyring,
  segmentOfDay,
} from "./keyrings.ts";
import { DAY, sealed } from "./sealing.ts";

const engine = await engineOf("auto");
const EPOCHS = epochsFrom(DAY, 3);

/** For what asks for no passphrase. */
const none = passphrasesFrom({ environment: {}, terminal: null });

async function madeKeyring(seed = "keyring") {
  const folder = join(await temporaryFolder(), "keyring");
  const keyring = await seededKeyring(folder, EPOCHS, seed);
  return { folder, keyring, keys: keyring.keys as [ManifestKey, ManifestKey, ManifestKey] };
}

/** A report of each epoch, found in the last one. */
function logFor(keys: readonly ManifestKey[]) {
  const frames = keys.flatMap((key) => sealed(`{"from":${key.from}}`, key, key.id, key.from));
  return [{ span: segmentOfDay(DAY + 14), frames }];
}

async function scanWith(sources: Partial<Parameters<typeof withKeys>[0]>, segments: ReturnType<typeof logFor>) {
  const given = { keyrings: [], keyFiles: [], passphrases: none, ...sources };
  return await withKeys(given, async (keys) => scanSegments(engine, keys, segments));
}

/** The error of something that must fail. */
async function errorOf(work: Promise<unknown>): Promise<SottoError & { exitCode?: number }> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof SottoError)) return expect.fail(`no error of ours: ${String(error)}`);
  return error;
}

/** The secrets that a scan was given, to see what becomes of them. */
function secretsOf(keys: ScanKeys): Uint8Array[] {
  const secrets = EPOCHS.flatMap(({ from }) => keys.ofWeek(weekOf(from)).tried.map(({ keyPair }) => keyPair.secretKey));
  expect(secrets.some((secret) => secret.some((octet) => octet !== 0))).toBe(true);
  return secrets;
}

describe("the keys of a scan", () => {
  it("come from key files and keyrings together", async () => {
    const { folder, keys } = await madeKeyring();
    const keyFile = join(await temporaryFolder(), "lone.key");
    const lone = seededKeyPair("lone");
    await writeKeyFile(keyFile, lone, { passphrase: null });
    const [segment] = logFor(keys) as [ReturnType<typeof logFor>[number]];
    const log = [{ ...segment, frames: [...segment.frames, ...sealed('{"lone":1}', lone, "lone", DAY)] }];
    expect((await scanWith({ keyrings: [folder], keyFiles: [keyFile] }, log)).records).toHaveLength(4);
    expect((await scanWith({ keyrings: [folder] }, log)).records).toHaveLength(3);
    expect((await scanWith({ keyFiles: [keyFile] }, log)).records.map(({ key }) => key)).toEqual([
      keyId(lone.publicKey),
    ]);
  });

  it("that are retired are not used, even when a backup brings their secret back", async () => {
    const { folder, keyring, keys } = await madeKeyring();
    const backup = join(await temporaryFolder(), "secret");
    await copyFile(keyring.pathOf(keys[0]), backup);
    await keyring.retire([keys[0]], DAY + 35);
    await copyFile(backup, keyring.pathOf(keys[0]));
    const { counters, pendingKeys, tries } = await scanWith({ keyrings: [folder] }, logFor(keys));
    expect(counters).toMatchObject({ noKey: 1, pending: 0, reports: 2 });
    expect([pendingKeys, tries]).toEqual([[], 2]);
  });

  it("may be spread over copies of a keyring, each of which lacks some secrets", async () => {
    const { folder, keyring, keys } = await madeKeyring();
    const copy = join(await temporaryFolder(), "copy");
    await cp(folder, copy, { recursive: true });
    const copied = await Keyring.open(copy);
    for (const path of [keyring.pathOf(keys[0]), copied.pathOf(keys[1])]) await rm(path);
    for (const path of [keyring.pathOf(keys[2]), copied.pathOf(keys[2])]) await rm(path);
    const { counters, pendingKeys } = await scanWith({ keyrings: [folder, copy] }, logFor(keys));
    expect(counters).toMatchObject({ reports: 2, pending: 1 });
    expect(pendingKeys).toMatchObject([{ id: keys[2].id, frames: 1, segments: 1 }]);
  });

  it("are asked for one after the other, and one passphrase does for all that share it", async () => {
    const [one, two] = [await madeKeyring("one"), await madeKeyring("two")];
    const keyFile = join(await temporaryFolder(), "own.key");
    await writeKeyFile(keyFile, seededKeyPair("file"), { passphrase: null });
    for (const { folder } of [one, two]) await protectKeyring(folder, "shared");
    await protect(keyFile, "shared");
    const asked: string[] = [];
    let asking = false;
    const passphrases: Passphrases = {
      unlock: async (what, open) => {
        expect(asking).toBe(false);
        asking = true;
        asked.push(what);
        const opened = await open("shared");
        asking = false;
        return opened;
      },
      choose: () => Promise.reject(new Error("nothing is written")),
    };
    const sources = { keyrings: [one.folder, two.folder], keyFiles: [keyFile], passphrases };
    expect((await scanWith(sources, logFor([...one.keys, ...two.keys]))).records).toHaveLength(6);
    expect(asked.toSorted()).toEqual([keyFile, one.folder, two.folder].toSorted());
    const fixed = passphrasesFrom({ environment: { SOTTO_PASSPHRASE: "shared" }, terminal: null });
    expect((await scanWith({ ...sources, passphrases: fixed }, logFor(one.keys))).records).toHaveLength(3);
  });

  it("are overwritten when the scan ends, well or badly", async () => {
    const { folder } = await madeKeyring();
    const sources = { keyrings: [folder], keyFiles: [], passphrases: none };
    const overwritten = (secrets: readonly Uint8Array[]) =>
      secrets.every((secret) => secret.every((octet) => octet === 0));
    const good = await withKeys(sources, async (scanKeys) => secretsOf(scanKeys));
    expect([good.length, overwritten(good)]).toEqual([3, true]);
    const bad: Uint8Array[] = [];
    const failing = withKeys(sources, async (scanKeys) => {
      bad.push(...secretsOf(scanKeys));
      throw new Error("the disk is full");
    });
    await expect(failing).rejects.toThrow("the disk is full");
    expect([bad.length, overwritten(bad)]).toEqual([3, true]);
  });
});

describe("keys that cannot be used", () => {
  it("are named: which keyring, which key, and what is wrong with it", async () => {
    const { folder, keyring, keys } = await madeKeyring();
    const path = keyring.pathOf(keys[1]);
    const scan = () => errorOf(scanWith({ keyrings: [folder] }, []));
    const text = await readFile(path, "utf8");
    for (const damaged of [text.slice(0, 200), text.replace(/\n(.)(.)/, "\n$2$1"), "", "AGE", text.slice(0, -120)]) {
      await writeFile(path, damaged);
      const { message, code } = await scan();
      expect([code, message]).toEqual([
        "SOTTO_KEY_FILE",
        expect.stringContaining(`${folder}: key ${keys[1].id}, from `),
      ]);
      expect(message).not.toContain("\n");
    }
    await copyFile(keyring.pathOf(keys[0]), path);
    expect(await scan()).toMatchObject({ code: "SOTTO_KEYRING_SECRET", message: expect.stringContaining(keys[1].id) });
    await chmod(path, 0o644);
    expect(await scan()).toMatchObject({ code: "SOTTO_KEY_FILE_MODE", message: expect.stringContaining("mode 644") });
  });

  it("because the identity is not here, or another's", async () => {
    const [own, other] = [await madeKeyring("own"), await madeKeyring("other")];
    const [path, elsewhere] = [join(own.folder, "identity.txt"), join(own.folder, "..", "identity.txt")];
    await rename(path, elsewhere);
    const scan = () => errorOf(scanWith({ keyrings: [own.folder] }, []));
    expect(await scan()).toMatchObject({
      code: "SOTTO_KEYRING_IDENTITY",
      message: expect.stringContaining(own.folder),
    });
    await copyFile(join(other.folder, "identity.txt"), path);
    expect(await scan()).toMatchObject({ code: "SOTTO_KEYRING_IDENTITY", message: expect.stringContaining("another") });
    await rename(elsewhere, path);
    expect((await scanWith({ keyrings: [own.folder] }, logFor(own.keys))).records).toHaveLength(3);
  });

  it("because there is no keyring, or no key, where it was said to be", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "no.key");
    await writeFile(path, "not a key\n", { mode: 0o600 });
    expect(await errorOf(scanWith({ keyrings: [folder] }, []))).toMatchObject({ code: "SOTTO_KEYRING_NONE" });
    const { message } = await errorOf(scanWith({ keyFiles: [path] }, []));
    expect(message).toContain(path);
    expect(message).not.toContain("not a key");
  });

  it("because the passphrase is wrong (exit code 1) or nobody can be asked (exit code 2)", async () => {
    const { folder } = await madeKeyring();
    await protectKeyring(folder, "right");
    const keyFile = join(await temporaryFolder(), "own.key");
    await writeKeyFile(keyFile, seededKeyPair("file"), { passphrase: null });
    await protect(keyFile, "right");
    const wrong = passphrasesFrom({ environment: { SOTTO_PASSPHRASE: "wrong" }, terminal: null });
    for (const [place, sources] of [
      [folder, { keyrings: [folder] }],
      [keyFile, { keyFiles: [keyFile] }],
    ] as const) {
      const refused = await errorOf(scanWith({ ...sources, passphrases: wrong }, []));
      expect([refused.exitCode, refused.message]).toEqual([undefined, `${place}: wrong passphrase`]);
      expect(await errorOf(scanWith(sources, []))).toMatchObject({ code: "SOTTO_PASSPHRASE_NONE", exitCode: 2 });
    }
  });
});
