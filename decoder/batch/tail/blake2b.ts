import type { Expression } from "../assembler/expression.ts";
import type { FunctionBody } from "../assembler/function.ts";
import { i64 } from "../assembler/scalar.ts";

type I64 = Expression<"i64">;

/** Fractional parts of the square roots of the first eight primes (RFC 7693, section 2.6). */
const IV = [
  0x6a09e667f3bcc908n,
  0xbb67ae8584caa73bn,
  0x3c6ef372fe94f82bn,
  0xa54ff53a5f1d36f1n,
  0x510e527fade682d1n,
  0x9b05688c2b3e6c1fn,
  0x1f83d9abfb41bd6bn,
  0x5be0cd19137e2179n,
];

/** Which words of the message each of ten rounds takes (RFC 7693, section 2.7); two more repeat the first two. */
const SCHEDULE = [
  "0123456789abcdef",
  "ea489fd61c02b753",
  "b8c052fdae367194",
  "7931dcbe265a40f8",
  "905724afe1bc683d",
  "2c6a0b834d75fe19",
  "c51fed4a0763928b",
  "db7ec13950f4862a",
  "6fe9b308c2d714a5",
  "a2847615fb9e3cd0",
];
const ROUNDS = 12;

/** Which words of the state each of a round's eight mixings takes: columns, then diagonals (section 3.2). */
const MIXINGS = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
] as const;

/** Octets of the message: two public keys. */
const MESSAGE_OCTETS = 64n;

/** Octets of the hash: a nonce of XSalsa20. */
const HASH_OCTETS = 24n;

/**
 * BLAKE2b (RFC 7693, section 3.3), without a key, of 64 octets to 24: the nonce of a sealed box. One block, half of
 * which is padding: what it would add is left out.
 *
 * @param message 8 words, least significant octet first.
 * @returns 3 words.
 */
export function blake2b24(body: FunctionBody, message: readonly I64[]): I64[] {
  const begin = IV.map((word, at) => (at === 0 ? word ^ (0x01010000n | HASH_OCTETS) : word));
  const counted = IV.map((word, at) => (at === 4 ? word ^ MESSAGE_OCTETS : at === 6 ? ~word : word));
  const state = [...begin, ...counted].map((word) => body.keep(i64.constant(word)));
  for (let round = 0; round < ROUNDS; round++) {
    const schedule = [...(SCHEDULE[round % SCHEDULE.length] as string)].map((digit) => Number.parseInt(digit, 16));
    for (const [at, mixing] of MIXINGS.entries()) {
      mix(body, state, mixing, message[schedule[2 * at] as number], message[schedule[2 * at + 1] as number]);
    }
  }
  return begin.slice(0, 3).map((word, at) => {
    return body.keep(i64.xor(i64.constant(word), i64.xor(state[at] as I64, state[at + 8] as I64)));
  });
}

/**
 * The mixing function G (section 3.1) on words a, b, c, d of the state, with two words of the message where there are.
 */
function mix(
  body: FunctionBody,
  state: I64[],
  [a, b, c, d]: readonly [number, number, number, number],
  x: I64 | undefined,
  y: I64 | undefined,
): void {
  const word = (at: number) => state[at] as I64;
  const add = (to: number, from: number, more?: I64) => {
    const sum = i64.add(word(to), word(from));
    state[to] = body.keep(more === undefined ? sum : i64.add(sum, more));
  };
  const turn = (to: number, from: number, bits: number) => {
    state[to] = body.keep(i64.rotateRight(i64.xor(word(to), word(from)), bits));
  };
  add(a, b, x);
  turn(d, a, 32);
  add(c, d);
  turn(b, c, 24);
  add(a, b, y);
  turn(d, a, 16);
  add(c, d);
  turn(b, c, 63);
}
