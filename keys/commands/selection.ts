import { dayOfDate } from "@sotto/wire";
import { UsageError } from "../errors.ts";
import type { ManifestKey } from "../keyring/manifest.ts";

/**
 * The keys that a person named, by id or by a date in their epoch.
 *
 * @throws UsageError `SOTTO_KEYRING_NO_KEY` when a name fits none.
 */
export function selectKeys(keys: readonly ManifestKey[], names: readonly string[]): ManifestKey[] {
  const named = new Set(names.flatMap((name) => keysNamed(keys, name)));
  return keys.filter((key) => named.has(key));
}

function keysNamed(keys: readonly ManifestKey[], name: string): ManifestKey[] {
  const day = dayOfDate(name);
  const found =
    day === null ? keys.filter(({ id }) => id === name) : keys.filter(({ from, until }) => from <= day && day < until);
  if (found.length === 0) {
    // What is not like an id may be anything, a secret too, and belongs in no message.
    const id = /^[0-9a-f]{1,16}$/.test(name) ? `key ${name}` : "such key";
    const why = day === null ? `has no ${id}` : `has no key for ${name}`;
    throw new UsageError("SOTTO_KEYRING_NO_KEY", `the keyring ${why}; sotto-keys list names them all`);
  }
  return found;
}
