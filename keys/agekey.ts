import { bech32 } from "@scure/base";
import { KEY_OCTETS } from "@sotto/wire";
import { ForeignKeyError } from "./errors.ts";

/** X25519 keys as age writes them (https://age-encryption.org/v1, "The X25519 recipient type"): bech32. */

const RECIPIENT_PREFIX = "age";
const IDENTITY_PREFIX = "age-secret-key-";

/** Writes a public key of 32 octets as an age recipient, `age1...`. */
export function encodeAgeRecipient(publicKey: Uint8Array): string {
  return bech32.encode(RECIPIENT_PREFIX, bech32.toWords(publicKey));
}

/** Writes a secret key of 32 octets as an age identity, `AGE-SECRET-KEY-1...`. */
export function encodeAgeIdentity(secretKey: Uint8Array): string {
  const words = bech32.toWords(secretKey);
  try {
    return bech32.encode(IDENTITY_PREFIX, words).toUpperCase();
  } finally {
    words.fill(0);
  }
}

/**
 * Reads an age recipient, all-lower or all-upper case (age itself takes lower case only).
 *
 * @returns 32 octets, which may be any.
 * @throws ForeignKeyError `SOTTO_FOREIGN_KEY`.
 */
export function decodeAgeRecipient(text: string): Uint8Array {
  return decode(text, RECIPIENT_PREFIX, "an age recipient");
}

/**
 * Reads an X25519 identity of age, all-upper or all-lower case (age itself takes upper case only).
 *
 * @returns 32 octets.
 * @throws ForeignKeyError `SOTTO_FOREIGN_KEY`.
 */
export function decodeAgeIdentity(text: string): Uint8Array {
  return decode(text, IDENTITY_PREFIX, "an age identity");
}

function decode(text: string, prefix: string, kind: string): Uint8Array {
  const decoded = bech32.decodeUnsafe(text);
  if (decoded?.prefix !== prefix) {
    const damage = `this begins like ${kind}, but its check sum does not fit: look for typing mistakes, mixed case, or an end that is cut off`;
    throw new ForeignKeyError("SOTTO_FOREIGN_KEY", damage);
  }
  const octets = bech32.fromWordsUnsafe(decoded.words);
  decoded.words.fill(0);
  if (octets && octets.length === KEY_OCTETS) return octets;
  if (octets) octets.fill(0);
  throw new ForeignKeyError("SOTTO_FOREIGN_KEY", `this begins like ${kind}, but it does not hold exactly 32 octets`);
}
