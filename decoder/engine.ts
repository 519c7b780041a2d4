import { BLOCK_OCTETS, type KeyPair, openBox } from "@sotto/wire";

/** Something that opens sealed boxes. All engines accept exactly the same ones. */
export interface Engine {
  readonly name: string;
  /**
   * @param box 114 octets.
   * @returns the block of 66 octets, which the next call may overwrite, or null when the box does not open.
   */
  open(box: Uint8Array, keyPair: KeyPair): Uint8Array | null;
}

/** Portable JavaScript, the reference. */
export const tweetnaclEngine: Engine = { name: "tweetnacl", open: openBox };

/**
 * The fastest engine that works here: libsodium where its optional package could be installed, else JavaScript, which
 * is some ten times slower.
 */
export async function bestEngine(): Promise<Engine> {
  return (await sodiumEngine()) ?? tweetnaclEngine;
}

/** libsodium by sodium-native; null where the package is missing or has no binary for this machine. */
export async function sodiumEngine(): Promise<Engine | null> {
  try {
    const { default: sodium } = await import("sodium-native");
    const block = Buffer.alloc(BLOCK_OCTETS);
    const open: Engine["open"] = (box, { publicKey, secretKey }) =>
      sodium.crypto_box_seal_open(block, box, publicKey, secretKey) ? block : null;
    return { name: "sodium-native", open };
  } catch {
    return null;
  }
}
