/**
 * The Salsa20 core and HSalsa20: D. J. Bernstein, "The Salsa20 family of stream ciphers" (2008), section 4, and
 * "Extending the Salsa20 nonce" (2011), section 2.
 */
import type { Expression, Place } from "../assembler/expression.ts";
import { behind } from "../assembler/expression.ts";
import type { FunctionBody } from "../assembler/function.ts";
import { i32 } from "../assembler/scalar.ts";

type I32 = Expression<"i32">;

/** "expand 32-byte k", on the diagonal of the matrix. */
const SIGMA = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574];

/** Rounds; two are done at a time, on the columns and on the rows. */
const ROUNDS = 20;

/** Quarter rounds on the columns, and on the rows: which words of the matrix each takes. */
const QUARTERS = [
  [0, 4, 8, 12],
  [5, 9, 13, 1],
  [10, 14, 2, 6],
  [15, 3, 7, 11],
  [0, 1, 2, 3],
  [5, 6, 7, 4],
  [10, 11, 8, 9],
  [15, 12, 13, 14],
] as const;

/** What a quarter round does, in its order: a word gets the sum of two others, rotated, by exclusive or. */
const STEPS = [
  { to: 1, from: [0, 3], bits: 7 },
  { to: 2, from: [1, 0], bits: 9 },
  { to: 3, from: [2, 1], bits: 13 },
  { to: 0, from: [3, 2], bits: 18 },
] as const;

/** Words of 32 bits, least significant octet first. */
export function words(place: Place, count: number): I32[] {
  return Array.from({ length: count }, (_, i) => i32.load(behind(place, 4 * i)));
}

/** HSalsa20 of a key of 8 words and an input of 4: another key of 8 words. */
export function hsalsa20(body: FunctionBody, key: readonly I32[], input: readonly I32[]): I32[] {
  const end = rounds(body, matrix(body, key, input));
  return [0, 5, 10, 15, 6, 7, 8, 9].map((at) => end[at] as I32);
}

/** The first 8 words of the block of a key's stream that has the number 0, for a nonce of 2 words. */
export function salsa20Head(body: FunctionBody, key: readonly I32[], nonce: readonly I32[]): I32[] {
  const begin = matrix(body, key, [...nonce, i32.constant(0), i32.constant(0)]);
  const end = rounds(body, begin);
  return Array.from({ length: 8 }, (_, at) => body.keep(i32.add(begin[at] as I32, end[at] as I32)));
}

/** The matrix of 16 words: key and input between the constants. */
function matrix(body: FunctionBody, key: readonly I32[], input: readonly I32[]): I32[] {
  const [c0, c1, c2, c3] = SIGMA.map((word) => i32.constant(word)) as [I32, I32, I32, I32];
  const all = [c0, ...key.slice(0, 4), c1, ...input, c2, ...key.slice(4), c3];
  return all.map((word) => body.keep(word));
}

function rounds(body: FunctionBody, begin: readonly I32[]): I32[] {
  const state = begin.map((word) => {
    const variable = body.variable("i32");
    variable.set(word);
    return variable;
  });
  const left = body.variable("i32");
  left.set(i32.constant(ROUNDS / 2));
  body.repeat(() => {
    for (const quarter of QUARTERS) {
      const word = (at: 0 | 1 | 2 | 3) => state[quarter[at]] as (typeof state)[number];
      for (const { to, from, bits } of STEPS) {
        const sum = i32.add(word(from[0]).value, word(from[1]).value);
        word(to).set(i32.xor(word(to).value, i32.rotateLeft(sum, bits)));
      }
    }
    left.set(i32.subtract(left.value, i32.constant(1)));
    return left.value;
  });
  return state.map(({ value }) => value);
}
