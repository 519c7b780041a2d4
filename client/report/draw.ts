import type { RandomSource } from "@sotto/wire";

/** The denominator of a {@link happens} probability: 2^64. */
export const CERTAIN = 1n << 64n;

/** What is drawn from with one octet: more than any list of a definition has. */
const OCTET_VALUES = 256;

/**
 * An octet is refused with a probability below one half, so a true source never comes here (2^-128). A broken one, of
 * 0xff for ever, must not hang the application.
 */
const MAX_REFUSED = 128;

/**
 * A uniformly random whole number, by rejection: octets that would favour small numbers are refused.
 *
 * @param limit 1 to 256; of 1 no octet is read.
 * @returns 0 to limit - 1: the first octet below the greatest multiple of `limit` that is at most 256, modulo `limit`.
 */
export function uniformBelow(limit: number, random: RandomSource): number {
  if (limit === 1) return 0;
  const fair = OCTET_VALUES - (OCTET_VALUES % limit);
  let octet = 0;
  for (let refused = 0; refused < MAX_REFUSED; refused++) {
    octet = random(1)[0] ?? 0;
    if (octet < fair) break;
  }
  return octet % limit;
}

/**
 * Whether something of a given probability happens. Exact for the probability `numerator` / 2^64.
 *
 * @param numerator 0 to {@link CERTAIN}. Eight octets, read as a big-endian number, are compared with it.
 */
export function happens(numerator: bigint, random: RandomSource): boolean {
  let drawn = 0n;
  for (const octet of random(8)) drawn = (drawn << 8n) | BigInt(octet);
  return drawn < numerator;
}

/**
 * Whether a CI job reports a window.
 *
 * @param ciSample the definition's share of such jobs, above 0 and at most 1; decoders divide by it.
 */
export function isCiJobDrawn(ciSample: number, random: RandomSource): boolean {
  // A double times a power of two is exact.
  return happens(BigInt(Math.floor(ciSample * Number(CERTAIN))), random);
}
