import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  dateOfDay,
  dayOf,
  encodePublicKey,
  generateKeyPair,
  isMonday,
  type KeyPair,
  weekOf,
  weekStart,
} from "@sotto/wire";
import { type AgeIdentity, decryptWithIdentity, encryptTo, generateAgeIdentity } from "../agefile.ts";
import { KeyringError } from "../errors.ts";
import { formatKeyFile, parseKeyFile } from "../keyfile.ts";
import type { Passphrases } from "../passphrase.ts";
import { textOf } from "../protectedfile.ts";
import {
  checkSecretFolder,
  destroyFile,
  KEY_FILE_MODE,
  makeSecretFolder,
  readSecretFile,
  replaceFile,
  writeSecretFile,
} from "../secretfile.ts";
import type { Epoch } from "./epochs.ts";
import { openIdentity, writeIdentity } from "./identity.ts";
import { withLock } from "./lock.ts";
import { formatManifest, keyId, type Manifest, type ManifestKey, parseManifest, withKeys } from "./manifest.ts";

const MANIFEST = "keyring.json";
const LOCK = ".lock";
const SECRETS = "keys";

/** Far above ten years of weeks. */
const MAX_MANIFEST_OCTETS = 4 * 1024 * 1024;

/**
 * A folder of epoch keys: `keyring.json` says which there are, `keys/` holds the secrets of those at hand, each
 * encrypted to the keyring's age identity, and `identity.age` is that identity under a passphrase. So keys can be added
 * without the passphrase, and opened with one scrypt.
 *
 * The secrets are independent of each other: whoever steals one opens one epoch.
 */
export class Keyring {
  readonly folder: string;
  #manifest: Manifest;

  private constructor(folder: string, manifest: Manifest) {
    this.folder = folder;
    this.#manifest = manifest;
  }

  /**
   * Makes an empty keyring with a new identity.
   *
   * @param passphrase protects the identity; null leaves it in plain text.
   * @throws KeyringError `SOTTO_KEYRING_EXISTS`, `SOTTO_KEYRING_LOCKED`; KeyFileError when the folder cannot be made or others can enter it.
   */
  static async create(folder: string, passphrase: string | null): Promise<Keyring> {
    await makeSecretFolder(folder);
    const manifest = await withLock(join(folder, LOCK), () => makeEmpty(folder, passphrase));
    return new Keyring(folder, manifest);
  }

  /**
   * Opens the keyring in a folder.
   *
   * @param evenIfShared opens one that others can enter, to say all that is wrong with it.
   * @throws KeyringError `SOTTO_KEYRING_NONE` when there is none, `SOTTO_KEYRING_MANIFEST`, `SOTTO_KEYRING_VERSION`;
   *   KeyFileError `SOTTO_KEY_FILE_MODE` when others can enter the folder.
   */
  static async open(folder: string, { evenIfShared = false } = {}): Promise<Keyring> {
    const manifest = await readManifest(folder);
    if (manifest === null) {
      throw new KeyringError("SOTTO_KEYRING_NONE", `${folder} holds no keyring; sotto-keys epochs makes one`);
    }
    if (!evenIfShared) await checkSecretFolder(folder);
    return new Keyring(folder, manifest);
  }

  /** Whether a folder holds a keyring, however damaged. */
  static async isThere(folder: string): Promise<boolean> {
    return await readManifest(folder).then(
      (manifest) => manifest !== null,
      () => true,
    );
  }

  /** All keys that were ever in it, by `from`. */
  get keys(): readonly ManifestKey[] {
    return this.#manifest.keys;
  }

  /** The age recipient that its secrets are encrypted to. */
  get recipient(): string {
    return this.#manifest.recipient;
  }

  /** The names of what lies in `keys/`, whether it belongs there or not. */
  async files(): Promise<string[]> {
    try {
      return (await readdir(join(this.folder, SECRETS))).sort();
    } catch (error) {
      throw new KeyringError("SOTTO_KEYRING_READ", `cannot read the keyring: ${(error as Error).message}`);
    }
  }

  /** The keys whose secrets are at hand. */
  async present(): Promise<ManifestKey[]> {
    const files = new Set(await this.files());
    return this.keys.filter((key) => files.has(secretName(key)));
  }

  /** Where a key's secret lies, or would lie. */
  pathOf(key: ManifestKey): string {
    return join(this.folder, SECRETS, secretName(key));
  }

  /**
   * Makes keys for epochs, or takes one that is there already.
   *
   * @param epochs or what tells them from the keys that are there, when nobody else can add any.
   * @param make draws a key pair; its secret is overwritten after use.
   * @throws KeyringError `SOTTO_KEYRING_EPOCH` when an epoch is not of whole weeks, `SOTTO_KEYRING_TWICE` when a key
   *   is there already.
   */
  async add(
    epochs: readonly Epoch[] | ((keys: readonly ManifestKey[]) => readonly Epoch[]),
    make: () => KeyPair = generateKeyPair,
  ): Promise<ManifestKey[]> {
    return await this.#change(() => this.#makeKeys(typeof epochs === "function" ? epochs(this.keys) : epochs, make));
  }

  /**
   * Puts a new key in the place of each of some, from a day's week on. The old secrets stay: clients of older versions
   * go on to seal for them.
   *
   * @param today days since 1970-01-01 UTC.
   * @returns the new keys.
   */
  async replace(old: readonly ManifestKey[], today: number): Promise<ManifestKey[]> {
    const monday = dayOf(weekStart(weekOf(today)));
    const epochs = old.map(({ from, until }) => ({ from: Math.max(from, monday), until }));
    const changed = await this.#change(async () => {
      const made = await this.#makeKeys(epochs, generateKeyPair);
      return [...made, ...this.#asTheyAre(old).map((key) => ({ ...key, replaced: today }))];
    });
    return changed.slice(0, old.length);
  }

  /**
   * Destroys secrets for good, and notes it.
   *
   * @returns those of the keys whose secret was here; others must be destroyed where they are kept.
   */
  async retire(keys: readonly ManifestKey[], today: number): Promise<ManifestKey[]> {
    const destroyed: ManifestKey[] = [];
    await this.#change(async () => {
      for (const key of keys) if (await destroyFile(this.pathOf(key))) destroyed.push(key);
      return this.#asTheyAre(keys).map((key) => ({ ...key, retired: today }));
    });
    return destroyed;
  }

  /** Opens the identity, after which secrets can be read. Throws as `openIdentity`. */
  async unlock(passphrases: Passphrases): Promise<UnlockedKeyring> {
    const identity = await openIdentity(this.folder, passphrases);
    if (identity.recipient !== this.recipient) {
      throw new KeyringError("SOTTO_KEYRING_IDENTITY", `the identity in ${this.folder} belongs to another keyring`);
    }
    return new UnlockedKeyring(this, identity);
  }

  async #makeKeys(epochs: readonly Epoch[], make: () => KeyPair): Promise<ManifestKey[]> {
    const wrong = epochs.find(({ from, until }) => !isMonday(from) || !isMonday(until) || until <= from);
    if (wrong !== undefined) throw new KeyringError("SOTTO_KEYRING_EPOCH", "an epoch is whole weeks, Monday to Monday");
    const ids = new Set(this.keys.map(({ id }) => id));
    const made: ManifestKey[] = [];
    for (const { from, until } of epochs) {
      const keyPair = make();
      const key = { id: keyId(keyPair.publicKey), publicKey: keyPair.publicKey, from, until };
      if (ids.has(key.id))
        throw new KeyringError("SOTTO_KEYRING_TWICE", `it holds a key with the id ${key.id} already`);
      ids.add(key.id);
      const text = formatKeyFile(keyPair, `${dateOfDay(key.from)} to ${dateOfDay(key.until)}`);
      keyPair.secretKey.fill(0);
      await writeSecretFile(this.pathOf(key), await encryptTo(text, this.recipient));
      made.push(key);
    }
    return made;
  }

  /** Keys as the manifest has them by now: somebody may have replaced or retired them since the caller looked. */
  #asTheyAre(keys: readonly ManifestKey[]): ManifestKey[] {
    return keys.map((key) => this.keys.find(({ id }) => id === key.id) ?? key);
  }

  /** Secrets first, then the manifest: what is half done is a file too many, never a key without its secret. */
  async #change(work: () => Promise<ManifestKey[]>): Promise<ManifestKey[]> {
    return await withLock(join(this.folder, LOCK), async () => {
      // Somebody may have changed it since it was opened.
      this.#manifest = (await readManifest(this.folder)) ?? this.#manifest;
      const changed = await work();
      this.#manifest = withKeys(this.#manifest, changed);
      await replaceFile(join(this.folder, MANIFEST), formatManifest(this.#manifest), KEY_FILE_MODE);
      return changed;
    });
  }
}

/** A keyring whose identity is at hand. */
export class UnlockedKeyring {
  readonly keyring: Keyring;
  readonly identity: AgeIdentity;

  constructor(keyring: Keyring, identity: AgeIdentity) {
    this.keyring = keyring;
    this.identity = identity;
  }

  /**
   * Reads the key pair of an epoch.
   *
   * @returns the caller overwrites the secret after use; null when it is not at hand.
   * @throws KeyFileError when it is damaged or others can read it; KeyringError `SOTTO_KEYRING_SECRET` when it is not
   *   the secret of that key.
   */
  async keyPairOf(key: ManifestKey): Promise<KeyPair | null> {
    if (!(await this.keyring.files()).includes(secretName(key))) return null;
    const content = await readSecretFile(this.keyring.pathOf(key));
    const plain = await decryptWithIdentity(content, this.identity.identity);
    try {
      const keyPair = parseKeyFile(textOf(plain));
      if (
        keyId(keyPair.publicKey) !== key.id ||
        encodePublicKey(keyPair.publicKey) !== encodePublicKey(key.publicKey)
      ) {
        keyPair.secretKey.fill(0);
        throw new KeyringError("SOTTO_KEYRING_SECRET", `${secretName(key)} holds the secret of another key`);
      }
      return keyPair;
    } finally {
      plain.fill(0);
    }
  }
}

/** The name of a secret's file: the epoch first, so that a listing is in order. */
export function secretName({ from, id }: Pick<ManifestKey, "from" | "id">): string {
  return `${dateOfDay(from)}-${id}.age`;
}

/** Fills an empty folder; the caller holds its lock, so that whoever is refused has nothing of another's to clear. */
async function makeEmpty(folder: string, passphrase: string | null): Promise<Manifest> {
  const isOurs = (name: string): boolean => name !== LOCK;
  const there = (await readdir(folder)).filter(isOurs);
  if (there.includes(MANIFEST)) {
    throw new KeyringError("SOTTO_KEYRING_EXISTS", `another sotto-keys has made ${folder} just now; run this again`);
  }
  if (there.length > 0) {
    throw new KeyringError(
      "SOTTO_KEYRING_EXISTS",
      `${folder} is not empty and holds no keyring.json; a keyring is made in a folder of its own`,
    );
  }
  const identity = await generateAgeIdentity();
  const manifest = { recipient: identity.recipient, keys: [] };
  try {
    await makeSecretFolder(join(folder, SECRETS));
    await writeIdentity(folder, identity, passphrase);
    // Last, so that no key is ever encrypted to an identity that was not written.
    await writeSecretFile(join(folder, MANIFEST), formatManifest(manifest));
  } catch (error) {
    // An identity without its manifest would be neither a keyring nor an empty folder.
    for (const name of (await readdir(folder)).filter(isOurs)) {
      await rm(join(folder, name), { recursive: true, force: true });
    }
    throw error;
  }
  return manifest;
}

async function readManifest(folder: string): Promise<Manifest | null> {
  const text = await readFile(join(folder, MANIFEST), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (["ENOENT", "ENOTDIR"].includes(error.code ?? "")) return null;
    throw new KeyringError("SOTTO_KEYRING_READ", `cannot read the keyring: ${error.message}`);
  });
  if (text === null) return null;
  if (text.length > MAX_MANIFEST_OCTETS) throw new KeyringError("SOTTO_KEYRING_MANIFEST", "keyring.json is too large");
  return parseManifest(text);
}
