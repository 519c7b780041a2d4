import nacl from "tweetnacl";
import { blake2b } from "./blake2b.ts";
import { isAllZero } from "./digest.ts";
import { KeyError } from "./errors.ts";

/** Octets of an X25519 key, public or secret. */
export const KEY_OCTETS = 32;

const NONCE_OCTETS = 24;
const MAC_OCTETS = 16;
const HSALSA_CONSTANT = new TextEncoder().encode("expand 32-byte k");
const HSALSA_INPUT = new Uint8Array(16);

/** tweetnacl's low-level functions, which its own types leave out. */
interface LowLevel {
  crypto_core_hsalsa20(out: Uint8Array, input: Uint8Array, key: Uint8Array, constant: Uint8Array): void;
}
const { crypto_core_hsalsa20: hsalsa20 } = (nacl as unknown as { lowlevel: LowLevel }).lowlevel;

/** An X25519 key pair, 32 octets each. */
export interface KeyPair {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

/**
 * The public key of a secret one: X25519(secret, 9), RFC 7748 section 6.1.
 *
 * @throws KeyError `SOTTO_KEY_LENGTH`.
 */
export function publicKeyOf(secretKey: Uint8Array): Uint8Array {
  checkKeyLength(secretKey);
  return nacl.scalarMult.base(secretKey);
}

/**
 * Seals a message as libsodium's `crypto_box_seal` does: X25519, XSalsa20-Poly1305, nonce
 * BLAKE2b-192(ephemeral public key || public key).
 *
 * @param ephemeralSecret 32 fresh uniformly random octets, used for this box alone.
 * @returns ephemeral public key (32) | authenticator (16) | ciphertext.
 * @throws KeyError `SOTTO_KEY_LOW_ORDER` when `publicKey` is of low order (RFC 7748 section 6.1).
 */
export function sealBox(message: Uint8Array, publicKey: Uint8Array, ephemeralSecret: Uint8Array): Uint8Array {
  const ephemeralPublic = publicKeyOf(ephemeralSecret);
  const key = sharedKey(ephemeralSecret, publicKey);
  if (key === null) throw new KeyError("SOTTO_KEY_LOW_ORDER", "the public key is of low order: it protects nothing");
  const sealed = nacl.secretbox(message, sealNonce(ephemeralPublic, publicKey), key);
  const box = new Uint8Array(KEY_OCTETS + sealed.length);
  box.set(ephemeralPublic);
  box.set(sealed, KEY_OCTETS);
  return box;
}

/**
 * Opens a sealed box, the reference against which faster engines are held.
 *
 * @returns the message, or null when the box is not for this key pair, is damaged, or carries an ephemeral key of low
 *   order. (tweetnacl alone would open the last, libsodium does not: all engines have to accept the same frames.)
 */
export function openBox(box: Uint8Array, keyPair: KeyPair): Uint8Array | null {
  if (box.length < KEY_OCTETS + MAC_OCTETS) return null;
  const ephemeralPublic = box.subarray(0, KEY_OCTETS);
  const key = sharedKey(keyPair.secretKey, ephemeralPublic);
  if (key === null) return null;
  return nacl.secretbox.open(box.subarray(KEY_OCTETS), sealNonce(ephemeralPublic, keyPair.publicKey), key);
}

/**
 * Refuses keys of a wrong length.
 *
 * @throws KeyError `SOTTO_KEY_LENGTH`.
 */
export function checkKeyLength(key: Uint8Array): void {
  if (key.length !== KEY_OCTETS)
    throw new KeyError("SOTTO_KEY_LENGTH", `a key has ${KEY_OCTETS} octets, not ${key.length}`);
}

/** X25519 and HSalsa20 as in `crypto_box_beforenm`; null for an all-zero X25519 result. */
function sharedKey(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array | null {
  const shared = nacl.scalarMult(secretKey, publicKey);
  if (isAllZero(shared)) return null;
  const key = new Uint8Array(KEY_OCTETS);
  hsalsa20(key, HSALSA_INPUT, shared, HSALSA_CONSTANT);
  shared.fill(0);
  return key;
}

function sealNonce(ephemeralPublic: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const input = new Uint8Array(2 * KEY_OCTETS);
  input.set(ephemeralPublic);
  input.set(publicKey, KEY_OCTETS);
  return blake2b(input, NONCE_OCTETS);
}
