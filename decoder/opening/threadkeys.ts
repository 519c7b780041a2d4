import { KEY_OCTETS } from "@sotto/wire";
import type { KeyMaterial } from "../scankeys.ts";

/** A copy of a scan's keys for one thread. */
export interface ThreadKeys extends KeyMaterial {
  /**
   * All secrets, which the keys are views of. This memory moves to the thread when it starts: nothing of it stays
   * behind, and there is one place to overwrite.
   */
  readonly secrets: ArrayBuffer;
}

/** Copies keys for a thread. */
export function copyKeys({ always, epochs }: KeyMaterial): ThreadKeys {
  const count = [...always, ...epochs].filter(({ secretKey }) => secretKey !== null).length;
  const secrets = new ArrayBuffer(count * KEY_OCTETS);
  let used = 0;
  const copySecret = (secretKey: Uint8Array): Uint8Array => {
    const copy = new Uint8Array(secrets, used, KEY_OCTETS);
    copy.set(secretKey);
    used += KEY_OCTETS;
    return copy;
  };
  // A public key may be a view too, and would take all the memory around it along.
  return {
    secrets,
    always: always.map(({ publicKey, secretKey }) => {
      return { publicKey: new Uint8Array(publicKey), secretKey: copySecret(secretKey) };
    }),
    epochs: epochs.map(({ publicKey, secretKey, from, until }) => {
      return {
        publicKey: new Uint8Array(publicKey),
        secretKey: secretKey === null ? null : copySecret(secretKey),
        from,
        until,
      };
    }),
  };
}

/** Overwrites the secrets. */
export function wipeKeys({ secrets }: ThreadKeys): void {
  new Uint8Array(secrets).fill(0);
}
