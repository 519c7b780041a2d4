import { createHash } from "node:crypto";
import type { RandomSource } from "@sotto/wire";

/** Octets that are the same in each run: SHA-256 of the seed and a counter. */
export function seeded(seed: string): RandomSource {
  let stock = new Uint8Array();
  let blocks = 0;
  return (length) => {
    while (stock.length < length) {
      const block = createHash("sha256").update(`${seed}/${blocks++}`).digest();
      stock = new Uint8Array([...stock, ...block]);
    }
    const taken = stock.slice(0, length);
    stock = stock.slice(length);
    return taken;
  };
}

/** Given octets, with how many of them were read. */
export function tape(hex: string): { random: RandomSource; read: () => number } {
  const octets = Buffer.from(hex, "hex");
  let at = 0;
  const random: RandomSource = (length) => {
    if (at + length > octets.length) throw new Error("more octets were read than there are");
    at += length;
    return octets.subarray(at - length, at);
  };
  return { random, read: () => at };
}

/** Pearson's statistic of counts against shares that sum to 1. */
export function chiSquared(counts: readonly number[], shares: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.reduce((sum, count, at) => {
    const expected = total * (shares[at] ?? 0);
    return sum + (count - expected) ** 2 / expected;
  }, 0);
}

/** Where the statistic lies once in a million times by chance, by degrees of freedom (scipy.stats.chi2.isf(1e-6, d)). */
export const ONCE_IN_A_MILLION: Readonly<Record<number, number>> = {
  1: 23.93,
  2: 27.63,
  3: 30.66,
  4: 33.38,
  6: 38.26,
  7: 40.52,
  9: 44.81,
};
