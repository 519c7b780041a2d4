import { dateOfDay, dayOfDate, encodeEpochKey, parseEpochKey, SottoError, sha256, toHex } from "@sotto/wire";
import { isAgeRecipient } from "../agefile.ts";
import { KeyringError } from "../errors.ts";

/** Version of the manifest's format. */
const VERSION = 1;

/** Hexadecimal digits of a key's id; `sotto-decoder` names keys in the same way. */
const ID_DIGITS = 8;

/** One key of a keyring, without its secret. */
export interface ManifestKey {
  /** First 8 hexadecimal digits of SHA-256 of the public key. */
  readonly id: string;
  /** 32 octets. */
  readonly publicKey: Uint8Array;
  /** First day of its epoch, days since 1970-01-01 UTC; a Monday. */
  readonly from: number;
  /** First day after its epoch; a Monday. */
  readonly until: number;
  /** The day on which another key took its place; clients of older versions go on to seal for it. */
  readonly replaced?: number;
  /** The day on which its secret was destroyed. */
  readonly retired?: number;
}

/** What a keyring knows of its keys. Nothing of it is secret. */
export interface Manifest {
  /** The age recipient that its secrets are encrypted to, `age1...`. */
  readonly recipient: string;
  /** By `from`, then in the order in which they were made. */
  readonly keys: readonly ManifestKey[];
}

/** The id of a public key: first 8 hexadecimal digits of its SHA-256. */
export function keyId(publicKey: Uint8Array): string {
  return toHex(sha256(publicKey)).slice(0, ID_DIGITS);
}

/** The manifest with more keys, or with some of them changed; keys with the same id take the old one's place. */
export function withKeys(manifest: Manifest, keys: readonly ManifestKey[]): Manifest {
  const changed = new Map(keys.map((key) => [key.id, key]));
  const kept = manifest.keys.map((key) => changed.get(key.id) ?? key);
  const known = new Set(manifest.keys.map(({ id }) => id));
  const added = keys.filter(({ id }) => !known.has(id));
  return { ...manifest, keys: [...kept, ...added].sort((a, b) => a.from - b.from) };
}

/** Writes a manifest as JSON, a line a key. */
export function formatManifest({ recipient, keys }: Manifest): string {
  const lines = keys.map((key) => `    ${JSON.stringify(entryOf(key))}`);
  const list = lines.length === 0 ? "[]" : `[\n${lines.join(",\n")}\n  ]`;
  return `{\n  "version": ${VERSION},\n  "recipient": ${JSON.stringify(recipient)},\n  "keys": ${list}\n}\n`;
}

/**
 * Reads a manifest.
 *
 * @throws KeyringError `SOTTO_KEYRING_VERSION` when a newer sotto wrote it, else `SOTTO_KEYRING_MANIFEST`.
 */
export function parseManifest(text: string): Manifest {
  const { version, recipient, keys, ...others } = tableOf(parseJson(text), "it");
  if (typeof version === "number" && version > VERSION) {
    throw new KeyringError("SOTTO_KEYRING_VERSION", "the keyring's manifest was written by a newer sotto");
  }
  const [unknown] = Object.keys(others);
  if (version !== VERSION || unknown !== undefined) {
    throw damaged(
      unknown === undefined ? 'it begins with "version": 1' : `it holds an unknown member ${JSON.stringify(unknown)}`,
    );
  }
  if (typeof recipient !== "string" || !isAgeRecipient(recipient)) {
    throw damaged("its recipient is an age X25519 recipient, age1...");
  }
  if (!Array.isArray(keys)) throw damaged("its keys are a list");
  const parsed = keys.map((key: unknown, index) => parseKey(key, `keys[${index}]`));
  if (new Set(parsed.map(({ id }) => id)).size < parsed.length) throw damaged("it names a key twice");
  return { recipient, keys: parsed.sort((a, b) => a.from - b.from) };
}

function entryOf({ id, publicKey, from, until, replaced, retired }: ManifestKey): object {
  return {
    id,
    ...encodeEpochKey({ publicKey, from, until }),
    ...(replaced === undefined ? {} : { replaced: dateOfDay(replaced) }),
    ...(retired === undefined ? {} : { retired: dateOfDay(retired) }),
  };
}

function parseKey(value: unknown, path: string): ManifestKey {
  const { id, replaced, retired, ...epoch } = tableOf(value, path);
  try {
    const key = parseEpochKey(epoch, path);
    if (epoch.until === undefined) throw damaged(`${path} says until when it is used`);
    if (id !== keyId(key.publicKey)) throw damaged(`${path}.id is not that of its key`);
    return { id, ...key, ...parseDay({ replaced }, path), ...parseDay({ retired }, path) };
  } catch (error) {
    if (error instanceof KeyringError || !(error instanceof SottoError)) throw error;
    throw damaged(error.message);
  }
}

function parseDay<Name extends string>(member: Record<Name, unknown>, path: string): { [name in Name]?: number } {
  const [[name, value]] = Object.entries(member) as [[Name, unknown]];
  if (value === undefined) return {};
  const day = typeof value === "string" ? dayOfDate(value) : null;
  if (day === null) throw damaged(`${path}.${name} is a date, 2026-11-23`);
  return { [name]: day } as { [name in Name]?: number };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged("it is not JSON");
  }
}

function tableOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw damaged(`${what} is a JSON object`);
  return value as Readonly<Record<string, unknown>>;
}

function damaged(why: string): KeyringError {
  return new KeyringError("SOTTO_KEYRING_MANIFEST", `the keyring's manifest, keyring.json, cannot be read: ${why}`);
}
