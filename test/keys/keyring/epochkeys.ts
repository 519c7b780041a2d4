import { generateKeyPair, type KeyPair } from "@sotto/wire";
import fc from "fast-check";
import type { Epoch } from "../../../keys/keyring/epochs.ts";
import { keyId, type ManifestKey } from "../../../keys/keyring/manifest.ts";
import { seededOctets } from "../../e2e/frames.ts";

/** Monday 2026-11-16, a day since 1970-01-01. */
export const MONDAY = 20_773;

/** The epoch that begins some weeks after {@link MONDAY} and is some weeks long. */
export function epoch(start: number, weeks = 1): Epoch {
  return { from: MONDAY + 7 * start, until: MONDAY + 7 * (start + weeks) };
}

/** A key pair that depends on a seed alone. */
export function pairOf(seed: string): KeyPair {
  return generateKeyPair(() => Uint8Array.from(seededOctets(seed, 32)));
}

/** A public key as octets that cost nothing: far from those of low order, and from 2^255 - 19. */
export function publicKeyOf(seed: string): Uint8Array {
  const key = Uint8Array.from(seededOctets(seed, 32));
  key[31] = 0x40;
  return key;
}

/** A key of a keyring, named by a seed. */
export function manifestKey(seed: string, epoch: Epoch, marks: Pick<ManifestKey, "replaced" | "retired"> = {}) {
  const publicKey = publicKeyOf(seed);
  return { id: keyId(publicKey), publicKey, ...epoch, ...marks } satisfies ManifestKey;
}

/** Epochs from ten weeks before {@link MONDAY} to a year after it. */
export const anyEpoch = fc
  .tuple(fc.integer({ min: -10, max: 52 }), fc.integer({ min: 1, max: 30 }))
  .map(([start, weeks]) => epoch(start, weeks));
