import { bech32 } from "@scure/base";
import { toHex } from "./digest.ts";
import { KeyError } from "./errors.ts";
import { type RandomSource, systemRandom } from "./random.ts";
import { checkKeyLength, KEY_OCTETS, type KeyPair, publicKeyOf } from "./sealedbox.ts";

const PUBLIC_PREFIX = "sotto";
const SECRET_PREFIX = "sotto-secret-key-";

/** What the prefix of a text says that it is: the texts that people take for one another. */
const KINDS: ReadonlyMap<string, string> = new Map([
  [PUBLIC_PREFIX, "a public key"],
  [SECRET_PREFIX, "a secret key"],
  ["sotto-share-", "a share of a secret key, SOTTO-SHARE-1..."],
  ["age", "an age recipient, age1..."],
  ["age-secret-key-", "an age identity, AGE-SECRET-KEY-1..."],
]);

/** The digits of bech32 (BIP-173). */
const DIGITS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/** The polynomial of bech32's check sum, times 1, 2, 4, 8 and 16 (BIP-173). */
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/** Digits after the prefix and its "1": 52 for 256 bits, 6 for the check sum. */
const KEY_DIGITS = 58;

/** 2^255 - 19, the prime of Curve25519's field (RFC 7748 section 4.1). */
const FIELD_PRIME = 2n ** 255n - 19n;

/**
 * The u-coordinates for which X25519 gives zero whatever the secret key (RFC 7748 section 6.1), as
 * https://cr.yp.to/ecdh.html#validate lists them: 0, two of order 4 (1 and -1) and two of order 8.
 */
const LOW_ORDER: ReadonlySet<bigint> = new Set([
  0n,
  1n,
  FIELD_PRIME - 1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
]);

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
 * Reads a public key's text, all-lower or all-upper case. White space around it is for the caller to trim.
 *
 * @returns 32 octets.
 * @throws KeyError `SOTTO_KEY_KIND` when it is a key of another kind, `SOTTO_KEY_TEXT` when it is not the text of a
 *   key (a typing mistake, mixed case, white space, cut off), or as {@link checkPublicKey}.
 */
export function decodePublicKey(text: string): Uint8Array {
  const publicKey = decode(text, PUBLIC_PREFIX, "a public key, sotto1...");
  checkPublicKey(publicKey);
  return publicKey;
}

/**
 * Reads a secret key's text, all-lower or all-upper case. White space around it is for the caller to trim.
 *
 * @returns 32 octets.
 * @throws KeyError as {@link decodePublicKey}, `SOTTO_KEY_KIND` or `SOTTO_KEY_TEXT`; the message holds nothing of the
 *   text, and does not say where a typing mistake is.
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
  const coordinate = coordinateOf(publicKey);
  if (coordinate >= FIELD_PRIME) {
    throw new KeyError(
      "SOTTO_KEY_NOT_CANONICAL",
      "the public key is not a canonical X25519 point: 2^255 - 19 or above",
    );
  }
  if (LOW_ORDER.has(coordinate)) {
    throw new KeyError("SOTTO_KEY_LOW_ORDER", "the public key is of low order: it protects nothing");
  }
}

/** The u-coordinate that 32 octets stand for, least significant octet first; the top bit is not masked. */
function coordinateOf(publicKey: Uint8Array): bigint {
  return BigInt(`0x${toHex(publicKey.toReversed())}`);
}

function decode(text: string, prefix: string, wanted: string): Uint8Array {
  const decoded = bech32.decodeUnsafe(text);
  if (!decoded) throw damageOf(text, prefix, wanted);
  if (decoded.prefix !== prefix) {
    const kind = KINDS.get(decoded.prefix) ?? "some other bech32 text";
    throw new KeyError("SOTTO_KEY_KIND", `this is not ${wanted}, but ${kind}`);
  }
  const octets = bech32.fromWordsUnsafe(decoded.words);
  if (!octets || octets.length !== KEY_OCTETS) {
    throw new KeyError("SOTTO_KEY_TEXT", `this is not ${wanted}: it does not hold exactly 32 octets`);
  }
  return octets;
}

/** What is wrong with a text that is not bech32. Nothing of the text is quoted: a secret belongs in no message. */
function damageOf(text: string, prefix: string, wanted: string): KeyError {
  const is = (reason: string) => new KeyError("SOTTO_KEY_TEXT", `this is not ${wanted}: ${reason}`);
  if (text.trim() === "") return is("it is empty");
  const kind = KINDS.get(/^(.*)1/.exec(text.replace(/\s/g, "").toLowerCase())?.[1] ?? "");
  if (kind !== undefined && kind !== KINDS.get(prefix)) {
    return new KeyError("SOTTO_KEY_KIND", `this is not ${wanted}; it begins like ${kind}`);
  }
  if (text.trim() !== text) return is("there is white space before or after it");
  if (/\s/.test(text)) return is("there is white space inside it; a key is one line without blanks");
  if (/[^!-~]/.test(text)) return is("it holds a character that is in no key");
  const lower = text.toLowerCase();
  if (text !== lower && text !== text.toUpperCase()) return is("it mixes upper and lower case");
  const length = prefix.length + 1 + KEY_DIGITS;
  const at = prefix === PUBLIC_PREFIX && text.length === length ? placeOfTypo(lower) : null;
  if (at !== null) return is(`the check sum does not fit, look for a typing mistake at character ${at} of ${length}`);
  if (!lower.startsWith(`${prefix}1`)) return is("it does not begin that way");
  if (text.length < length) {
    return is(`it has ${text.length} characters of ${length}; was it cut off while it was copied?`);
  }
  if (text.length > length) return is(`it has ${text.length} characters, ${text.length - length} too many`);
  return is("the check sum does not fit, look for typing mistakes");
}

/**
 * Where, from 1, another character would make the check sum fit: BIP-173 allows to say where, but not what. No two
 * places would do, since texts of this length that fit differ in five characters or more.
 */
function placeOfTypo(text: string): number | null {
  const start = `${PUBLIC_PREFIX}1`;
  const strangers = [...text].flatMap((character, at) => ((start[at] ?? DIGITS).includes(character) ? [] : at));
  if (strangers.length > 1) return null;
  // A stranger counts as right in the prefix and as digit 0 behind it; what then remains is the effect of one change.
  const digits = Array.from(text.slice(start.length), (character) => Math.max(0, DIGITS.indexOf(character)));
  const codes = Array.from(PUBLIC_PREFIX, (character) => character.charCodeAt(0));
  const values = [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31), ...digits];
  const remainder = values.reduce(checkStep, 1) ^ 1;
  if (remainder === 0) return strangers[0] === undefined ? null : strangers[0] + 1;
  for (let change = 1; change < DIGITS.length; change++) {
    let effect = change;
    for (let at = text.length - 1; at >= start.length; at--) {
      if (effect === remainder && (strangers[0] ?? at) === at) return at + 1;
      effect = checkStep(effect, 0);
    }
  }
  return null;
}

/** A step of BIP-173's check sum, which is linear: a change's effect is the check sum of the change alone. */
function checkStep(check: number, value: number): number {
  const carry = check >>> 25;
  const shifted = ((check & 0x1ffffff) << 5) ^ value;
  return GENERATOR.reduce((sum, generator, bit) => ((carry >> bit) & 1 ? sum ^ generator : sum), shifted);
}
