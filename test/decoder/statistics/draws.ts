import type { RandomSource } from "@sotto/wire";

/** Numbers of 0 to below 1 that are the same in each run: Mulberry32, as good as simulations need, and fast. */
export function seededNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The same as octets, for what the client draws with. */
export function seededOctets(seed: number): RandomSource {
  const next = seededNumbers(seed);
  return (length) => Uint8Array.from({ length }, () => next() * 256);
}

/** A whole number of 0 to limit - 1. */
export function below(limit: number, next: () => number): number {
  return Math.floor(next() * limit);
}

/** How often something of a probability happens in a number of tries. */
export function binomial(tries: number, probability: number, next: () => number): number {
  let happened = 0;
  for (let i = 0; i < tries; i++) if (next() < probability) happened++;
  return happened;
}

/** How many come where so many are expected (Knuth's way, in steps that do not underflow). */
export function poisson(expected: number, next: () => number): number {
  let count = 0;
  for (let rest = expected; rest > 0; rest -= 30) {
    const least = Math.exp(-Math.min(rest, 30));
    for (let product = next(); product > least; product *= next()) count++;
  }
  return count;
}
