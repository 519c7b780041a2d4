import type { Dice } from "../../test/e2e/dice.ts";

const WORDS = 2 ** 32;

/** Uniform in the open interval from 0 to 1. */
export function uniform(dice: Dice): number {
  return (dice.below(WORDS) + 0.5) / WORDS;
}

/** True with this probability. */
export function happens(dice: Dice, probability: number): boolean {
  return uniform(dice) < probability;
}

/** Log-normal (Box and Muller). @param sigma standard deviation of the logarithm. */
export function logNormal(dice: Dice, median: number, sigma: number): number {
  const normal = Math.sqrt(-2 * Math.log(uniform(dice))) * Math.cos(2 * Math.PI * uniform(dice));
  return median * Math.exp(sigma * normal);
}

/** Uniform in the logarithm: as often from 10 to 20 as from 20 to 40. */
export function logUniform(dice: Dice, least: number, most: number): number {
  return least * (most / least) ** uniform(dice);
}

/** How many of something that happens `mean` times on average, each by itself (Poisson): exponential gaps until 1. */
export function poisson(dice: Dice, mean: number): number {
  const gap = () => -Math.log(uniform(dice)) / mean;
  let count = 0;
  for (let at = gap(); at < 1; at += gap()) count++;
  return count;
}
