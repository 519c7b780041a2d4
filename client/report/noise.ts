import type { RandomSource } from "@sotto/wire";
import { CERTAIN, happens, uniformBelow } from "./draw.ts";

/** Binary places of the fixed-point numbers in which probabilities are computed. */
const PLACES = 128n;
const ONE = 1n << PLACES;

/** A double's 53 bits in two exact steps; what is below 2^-93 is cut. */
const HIGH_PLACES = 40;
const LOW_PLACES = 53;

/**
 * The probability that k-ary randomised response keeps the true answer, e^epsilon / (e^epsilon + k - 1) (Kairouz,
 * Bonawitz, Ramage 2016, arXiv 1602.07387), times 2^64, rounded down.
 *
 * It is computed in whole numbers, since `Math.exp` may differ in its last place from one engine to the next. Together
 * the errors are below 2^-63.
 *
 * @param epsilon above 0, at most 16.
 * @param answers k, the number of possible answers, 2 or more.
 */
export function keepNumerator(epsilon: number, answers: number): bigint {
  const kept = exponential(epsilon);
  return (kept * CERTAIN) / (kept + BigInt(answers - 1) * ONE);
}

/**
 * Answers at random to the degree that epsilon asks for. Reads eight octets; then, when the true answer is not kept,
 * those of {@link uniformBelow} for one of the others, which are numbered without the true one.
 *
 * @param truth the true answer, 0 to answers - 1.
 * @param answers k, 2 to 256.
 * @returns the answer to give, 0 to answers - 1.
 */
export function randomisedResponse(truth: number, answers: number, epsilon: number, random: RandomSource): number {
  if (happens(keepNumerator(epsilon, answers), random)) return truth;
  const other = uniformBelow(answers - 1, random);
  return other < truth ? other : other + 1;
}

/** e^x as a fixed-point number, by its series: x <= 16 needs about a hundred terms. */
function exponential(x: number): bigint {
  const argument = fixed(x);
  let [term, sum] = [ONE, 0n];
  for (let n = 1n; term > 0n; n++) {
    sum += term;
    term = ((term * argument) >> PLACES) / n;
  }
  return sum;
}

function fixed(x: number): bigint {
  const scaled = x * 2 ** HIGH_PLACES;
  const high = Math.floor(scaled);
  const low = Math.floor((scaled - high) * 2 ** LOW_PLACES);
  return ((BigInt(high) << BigInt(LOW_PLACES)) | BigInt(low)) << (PLACES - BigInt(HIGH_PLACES + LOW_PLACES));
}
