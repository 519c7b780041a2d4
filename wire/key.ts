import { bech32 } from "@scure/base";
import nacl from "tweetnacl";
import { isAllZero } from "./digest.ts";
import { KeyError } from "./errors.ts";
import { type RandomSource, systemRandom } from "./random.ts";
import { checkKeyLength, KEY_OCTETS, type KeyPair, publicKeyOf } from "./sealedbox.ts";

const PUBLIC_PREFIX = "sotto";
const SECRET_PREFIX = "sotto-secret-key-";

/** 2^255 - 19 as X25519 writes it, least significant octet first. */
const FIELD_PRIME_LAST = 0x7f;
const FIELD_PRIME_FIRST = 0xed;

/**
 * A fresh key pair.
 *
 * @param random the source of the 32 octets of the secret key.
 */
export function generateKeyPair(random: RandomSource = systemRandom): KeyPair {
  return keyPairOf(random(KEY_OCTETS));
}

/**
 * The key pair of a secret key of 32 octets.
 *
 * @throws KeyError `SOTTO_KEY_LENGTH`.
 */
export function keyPairOf(secretKey: Uint8Array): KeyPair {
  return { publicKey: publicKeyOf(secretKey), secretKey };
}

/**
 * Writes a public key as text: BIP-173 bech32, `sotto1...`.
 *
 * @throws KeyError as {@link checkPublicKey}.
 */
export function encodePublicKey(publicKey: Uint8Array): string {
  checkPublicKey(publicKey);
  return bech32.encode(PUBLIC_PREFIX, bech32.toWords(publicKey));
}

/** Writes a secret key as text, upper case so that it stands out: `SOTTO-SECRET-KEY-1...`. */
export function encodeSecretKey(secretKey: Uint8Array): string {
  checkKeyLength(secretKey);
  return bech32.encode(SECRET_PREFIX, bech32.toWords(secretKey)).toUpperCase();
}

/**
 * Reads a public key's text, all-lower or all-upper case.
 *
 * @returns 32 octets.
 * @throws KeyError `SOTTO_KEY_KIND` when it is a key of another kind, `SOTTO_KEY_TEXT` when it is not the text of a
 *   key (a typing mistake, mixed case, wrong length), or as {@link checkPublicKey}.
 */
export function decodePublicKey(text: string): Uint8Array {
  const publicKey = decode(text, PUBLIC_PREFIX, "a public key, sotto1...");
  checkPublicKey(publicKey);
  return publicKey;
}

/**
 * Reads a secret key's text, all-lower or all-upper case.
 *
 * @returns 32 octets.
 * @throws KeyError `SOTTO_KEY_KIND` or `SOTTO_KEY_TEXT`; the message never quotes the text.
 */
export function decodeSecretKey(text: string): Uint8Array {
  return decode(text, SECRET_PREFIX, "a secret key, SOTTO-SECRET-KEY-1...");
}

/**
 * Refuses public keys that have a second text or protect nothing: those at or above 2^255 - 19, with the top bit set,
 * or of low order.
 *
 * @throws KeyError `SOTTO_KEY_LENGTH`, `SOTTO_KEY_NOT_CANONICAL` or `SOTTO_KEY_LOW_ORDER`.
 */
export function checkPublicKey(publicKey: Uint8Array): void {
  checkKeyLength(publicKey);
  if (!isCanonical(publicKey)) {
    throw new KeyError(
      "SOTTO_KEY_NOT_CANONICAL",
      "the public key is not a canonical X25519 point: 2^255 - 19 or above",
    );
  }
  // Any clamped scalar is a multiple of 8, which is what takes the low-order points to zero.
  if (isAllZero(nacl.scalarMult(new Uint8Array(KEY_OCTETS), publicKey))) {
    throw new KeyError("SOTTO_KEY_LOW_ORDER", "the public key is of low order: it protects nothing");
  }
}

/** Below 2^255 - 19, which in little-endian octets is ed ff ... ff 7f. */
function isCanonical(publicKey: Uint8Array): boolean {
  const last = publicKey[KEY_OCTETS - 1] as number;
  if (last !== FIELD_PRIME_LAST) return last < FIELD_PRIME_LAST;
  const middle = publicKey.subarray(1, KEY_OCTETS - 1);
  return middle.some((octet) => octet !== 0xff) || (publicKey[0] as number) < FIELD_PRIME_FIRST;
}

function decode(text: string, prefix: string, wanted: string): Uint8Array {
  if (text !== text.toLowerCase() && text !== text.toUpperCase()) {
    throw new KeyError("SOTTO_KEY_TEXT", `this is not ${wanted}: it mixes upper and lower case`);
  }
  const decoded = bech32.decodeUnsafe(text);
  if (!decoded) {
    throw new KeyError(
      "SOTTO_KEY_TEXT",
      `this is not ${wanted}: the check sum does not fit, look for a typing mistake`,
    );
  }
  if (decoded.prefix !== prefix)
    throw new KeyError("SOTTO_KEY_KIND", `this is not ${wanted}, but ${kindOf(decoded.prefix)}`);
  const octets = bech32.fromWordsUnsafe(decoded.words);
  if (!octets || octets.length !== KEY_OCTETS) {
    throw new KeyError("SOTTO_KEY_TEXT", `this is not ${wanted}: it does not hold exactly 32 octets`);
  }
  return octets;
}

/** Names a prefix without quoting it: a mistyped secret belongs in no message. */
function kindOf(prefix: string): string {
  if (prefix === PUBLIC_PREFIX) return "a public key";
  if (prefix === SECRET_PREFIX) return "a secret key";
  return "some other bech32 text";
}
