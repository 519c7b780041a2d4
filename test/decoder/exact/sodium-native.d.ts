/** What the decoder does not call of sodium-native, and tests do. */
declare module "sodium-native" {
  export const crypto_box_SEALBYTES: number;
  /** Seals a message for a public key. */
  export function crypto_box_seal(box: Uint8Array, message: Uint8Array, publicKey: Uint8Array): void;
}
