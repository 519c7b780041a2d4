import nacl from "tweetnacl";
import { blake2b } from "./blake2b.ts";
import { equalOctets, isAllZero } from "./digest.ts";
import { checkKeyLength, KEY_OCTETS, publicKeyOf } from "./sealedbox.ts";

/**
 * Opens a sealed box on its sender's side: X25519 gives both sides the same secret. So whoever kept a box's ephemeral
 * secret can prove what is inside, which nobody else but the recipient can.
 *
 * @param ephemeralSecret 32 octets, what the box was sealed with.
 * @param publicKey the recipient's, 32 octets.
 * @returns the message, or null when the box was not sealed with this secret for this key, is damaged, or the key is of
 *   low order.
 * @throws KeyError `SOTTO_KEY_LENGTH`.
 */
export function openBoxAsSender(
  box: Uint8Array,
  ephemeralSecret: Uint8Array,
  publicKey: Uint8Array,
): Uint8Array | null {
  checkKeyLength(publicKey);
  const ephemeralPublic = publicKeyOf(ephemeralSecret);
  // Without this, a box that another key sealed could open where the shared secret happens to be the same: X25519
  // ignores the lowest three bits of a secret and the top bit of a public key.
  if (!equalOctets(ephemeralPublic, box.subarray(0, KEY_OCTETS))) return null;
  const shared = nacl.scalarMult(ephemeralSecret, publicKey);
  const isLowOrder = isAllZero(shared);
  shared.fill(0);
  if (isLowOrder) return null;
  const nonce = blake2b(Buffer.concat([ephemeralPublic, publicKey]), nacl.box.nonceLength);
  return nacl.box.open(box.subarray(KEY_OCTETS), nonce, publicKey, ephemeralSecret);
}
