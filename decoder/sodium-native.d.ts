/** The one function of sodium-native that the decoder calls; the package brings no types. */
declare module "sodium-native" {
  /** Opens a sealed box into `message`; false when it is not for this key pair or damaged. */
  export function crypto_box_seal_open(
    message: Uint8Array,
    box: Uint8Array,
    publicKey: Uint8Array,
    secretKey: Uint8Array,
  ): boolean;
}
