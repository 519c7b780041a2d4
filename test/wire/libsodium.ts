import { createRequire } from "node:module";

/** The part of sodium-native (libsodium) that the tests hold `wire` against; the package brings no types. */
interface Sodium {
  crypto_box_SEALBYTES: number;
  crypto_box_seal(box: Uint8Array, message: Uint8Array, publicKey: Uint8Array): void;
  crypto_box_seal_open(message: Uint8Array, box: Uint8Array, publicKey: Uint8Array, secretKey: Uint8Array): boolean;
  crypto_generichash(output: Uint8Array, input: Uint8Array): void;
  crypto_scalarmult_base(publicKey: Uint8Array, secretKey: Uint8Array): void;
  crypto_scalarmult(result: Uint8Array, scalar: Uint8Array, point: Uint8Array): void;
}

const sodium: Sodium = createRequire(import.meta.url)("sodium-native");

/** `crypto_box_seal`; null when libsodium refuses the recipient. */
export function sodiumSeal(message: Uint8Array, publicKey: Uint8Array): Uint8Array | null {
  const box = new Uint8Array(message.length + sodium.crypto_box_SEALBYTES);
  try {
    sodium.crypto_box_seal(box, message, publicKey);
  } catch (error) {
    if (error instanceof Error && /^status: -1$/.test(error.message)) return null;
    throw error;
  }
  return box;
}

/** `crypto_box_seal_open`; null when libsodium refuses the box. */
export function sodiumOpen(box: Uint8Array, publicKey: Uint8Array, secretKey: Uint8Array): Uint8Array | null {
  const message = new Uint8Array(box.length - sodium.crypto_box_SEALBYTES);
  return sodium.crypto_box_seal_open(message, box, publicKey, secretKey) ? message : null;
}

/** `crypto_generichash`, which is unkeyed BLAKE2b of 16 to 64 octets. */
export function sodiumHash(input: Uint8Array, length: number): Uint8Array {
  const output = new Uint8Array(length);
  sodium.crypto_generichash(output, input);
  return output;
}

/** `crypto_scalarmult_base`. */
export function sodiumPublicKey(secretKey: Uint8Array): Uint8Array {
  const publicKey = new Uint8Array(32);
  sodium.crypto_scalarmult_base(publicKey, secretKey);
  return publicKey;
}

/** `crypto_scalarmult`, of one point; all zero where libsodium refuses it, being of low order. */
export function sodiumMultiply(scalar: Uint8Array, point: Uint8Array): Uint8Array {
  const result = new Uint8Array(32);
  try {
    sodium.crypto_scalarmult(result, scalar, point);
  } catch (error) {
    if (!(error instanceof Error && /^status: -1$/.test(error.message))) throw error;
    return new Uint8Array(32);
  }
  return result;
}
