import { KeyFileError, Keyring, keyId, type Passphrases, readKeyFile } from "@sotto/keys";
import { dateOfDay, type KeyPair, SottoError, weekOf } from "@sotto/wire";
import { type EpochSecret, ScanKeys } from "./scankeys.ts";
import type { WeekKeyIds } from "./scanning/plan.ts";

/** Where the keys of a scan are. */
export interface KeySources {
  /** Key files, in plain text or under a passphrase. */
  readonly keyFiles: readonly string[];
  /** Folders of keyrings. */
  readonly keyrings: readonly string[];
  readonly passphrases: Passphrases;
}

/**
 * Does something with the keys of key files and keyrings, and overwrites their secrets afterwards, whatever happens.
 *
 * @param work is also given the ids of keys that were retired, and of which no copy is at hand.
 * @throws UsageError `SOTTO_PASSPHRASE_NONE`; KeyFileError with the code of what is wrong and the place in its message;
 *   what `work` throws.
 */
export async function withKeys<T>(
  { keyFiles, keyrings, passphrases }: KeySources,
  work: (keys: ScanKeys, retired: ReadonlySet<string>) => Promise<T>,
): Promise<T> {
  const retired = new Set<string>();
  const always: KeyPair[] = [];
  const epochs: EpochSecret[] = [];
  try {
    // One after the other: a terminal takes one answer at a time.
    for (const path of keyFiles) always.push(await named(path, () => readKeyFile(path, passphrases)));
    for (const folder of keyrings) {
      for await (const secret of readKeyring(folder, passphrases, retired)) epochs.push(secret);
    }
    // A copy of the keyring may still have what another one retired.
    for (const { publicKey } of [...always, ...epochs]) retired.delete(keyId(publicKey));
    return await work(new ScanKeys({ always, epochs }), retired);
  } finally {
    for (const { secretKey } of [...always, ...epochs]) secretKey?.fill(0);
  }
}

/**
 * Tells which keys a scan with keyrings would try, without a passphrase: by their public parts, and by which secrets are
 * there.
 *
 * @throws KeyringError with the place in its message.
 */
export async function keysAtHand(keyrings: readonly string[]): Promise<WeekKeyIds> {
  const lists = await Promise.all(
    keyrings.map((folder) => named(folder, async () => await (await Keyring.open(folder)).present())),
  );
  const keys = lists.flat().filter(({ retired }) => retired === undefined);
  return {
    ofWeek: (week) => ({ tried: keys.filter(({ from, until }) => weekOf(from) <= week && week < weekOf(until)) }),
  };
}

/** The keys of a keyring that are not retired. The secret of one that is may lie in a backup, but is to be no more. */
async function* readKeyring(
  folder: string,
  passphrases: Passphrases,
  retired: Set<string>,
): AsyncGenerator<EpochSecret> {
  const keyring = await named(folder, () => Keyring.open(folder));
  const unlocked = await named(folder, () => keyring.unlock(passphrases));
  for (const key of keyring.keys) {
    const { id, publicKey, from, until } = key;
    if (key.retired !== undefined) {
      retired.add(id);
      continue;
    }
    const place = `${folder}: key ${id}, from ${dateOfDay(from)} until ${dateOfDay(until)}`;
    const keyPair = await named(place, () => unlocked.keyPairOf(key));
    yield { publicKey, from, until, secretKey: keyPair?.secretKey ?? null };
  }
}

/** Of several places, the error says which one it is. */
async function named<T>(place: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    // How the command was called is no place's fault, and has an exit code of its own.
    if (!(error instanceof SottoError) || "exitCode" in error || error.message.includes(place)) throw error;
    throw new KeyFileError(error.code, `${place}: ${error.message}`);
  }
}
