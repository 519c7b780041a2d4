import { decodePublicKey, type KeyPair } from "@sotto/wire";

/** A key pair to seal with: what `sotto-keys new` printed, without the secret half. */
export function decodePublicKeyOf(printed: string): KeyPair {
  return { publicKey: decodePublicKey(printed.trim()), secretKey: new Uint8Array(32) };
}
