import type { Expression, Place } from "../assembler/expression.ts";
import { behind } from "../assembler/expression.ts";
import type { FunctionBody } from "../assembler/function.ts";
import { i64 } from "../assembler/scalar.ts";

type I64 = Expression<"i64">;

/** Octets of a block of the message. */
const BLOCK_OCTETS = 16;

/** Limbs of a number modulo p = 2^130 - 5, and bits of each. */
const LIMBS = 5;
const LIMB_BITS = 26;
const LIMB_MASK = (1n << BigInt(LIMB_BITS)) - 1n;

/** Bits of r that count (RFC 8439, section 2.5). */
const CLAMP = 0x0ffffffc_0ffffffc_0ffffffc_0fffffffn;

/**
 * Poly1305 (RFC 8439, section 2.5): the tag of a message under a one-time key.
 *
 * Bounds: five limbs of radix 2^26, unsigned in 64 bits. After a block's carries they are below 2^26, but for h1, which
 * is below 2^26 + 2^11; with the next block added all are below 2^27 + 2^11. Limbs of r are below 2^26, and 5 r below
 * 2^29: a column is below 5 (2^27 + 2^11) 2^29 < 2^59, what is carried out of it below 2^34, and five times that below
 * 2^37.
 *
 * @param key 4 words of 64 bits: r, not clamped yet, and s.
 * @param message its place, and how many octets it has.
 * @returns 2 words.
 */
export function poly1305(
  body: FunctionBody,
  [r0, r1, s0, s1]: readonly [I64, I64, I64, I64],
  message: Place,
  octets: number,
): [I64, I64] {
  const clamped = [r0, r1].map((word, at) =>
    i64.and(word, i64.constant((CLAMP >> BigInt(64 * at)) & (2n ** 64n - 1n))),
  );
  const r = limbsOf(body, clamped as [I64, I64], 0n);
  const r5 = r.map((limb) => body.keep(i64.multiply(limb, i64.constant(5n))));
  let h = r.map(() => i64.constant(0n));
  for (let at = 0; at < octets; at += BLOCK_OCTETS) {
    const block = blockLimbs(body, behind(message, at), Math.min(BLOCK_OCTETS, octets - at));
    const sum = h.map((limb, k) => body.keep(i64.add(limb, block[k] as I64)));
    h = carried(body, product(body, sum, r, r5));
  }
  return added(body, reduced(body, h), s0, s1);
}

/** A block as a number, with a bit set behind its last octet. */
function blockLimbs(body: FunctionBody, place: Place, octets: number): I64[] {
  if (octets === BLOCK_OCTETS) return limbsOf(body, [i64.load(place), i64.load(behind(place, 8))], 1n);
  // What is left of a message in our use is a few octets; they are read one by one, as nothing behind them may count.
  const low: I64[] = [i64.constant(0n), i64.constant(0n)];
  for (let at = 0; at < octets; at++) {
    const octet = i64.shiftLeft(i64.loadOctet(behind(place, at)), 8 * (at % 8));
    low[at >> 3] = i64.or(low[at >> 3] as I64, octet);
  }
  low[octets >> 3] = i64.or(low[octets >> 3] as I64, i64.constant(1n << BigInt(8 * (octets % 8))));
  return limbsOf(body, low as [I64, I64], 0n);
}

/** Limbs of a number of 128 bits, and a bit above them. */
function limbsOf(body: FunctionBody, words: readonly [I64, I64], bit128: bigint): I64[] {
  const [low, high] = [body.keep(words[0]), body.keep(words[1])];
  const mask = i64.constant(LIMB_MASK);
  return [
    i64.and(low, mask),
    i64.and(i64.shiftRight(low, 26), mask),
    i64.and(i64.or(i64.shiftRight(low, 52), i64.shiftLeft(high, 12)), mask),
    i64.and(i64.shiftRight(high, 14), mask),
    i64.or(i64.shiftRight(high, 40), i64.constant(bit128 << 24n)),
  ].map((limb) => body.keep(limb));
}

/** h * r, by column: 2^130 = 5, so that what is above counts five times. */
function product(body: FunctionBody, h: readonly I64[], r: readonly I64[], r5: readonly I64[]): I64[] {
  return h.map((_, column) => {
    const terms = h.map((limb, i) => {
      const j = column - i;
      return i64.multiply(limb, (j >= 0 ? r[j] : r5[j + LIMBS]) as I64);
    });
    return body.keep(terms.reduce((sum, term) => i64.add(sum, term)));
  });
}

/** Carries through all columns, out of the last into the first, and once more out of that. */
function carried(body: FunctionBody, columns: readonly I64[]): I64[] {
  const mask = i64.constant(LIMB_MASK);
  const limbs: I64[] = [];
  let carry: I64 = i64.constant(0n);
  for (const column of columns) {
    const sum = body.keep(i64.add(column, carry));
    limbs.push(body.keep(i64.and(sum, mask)));
    carry = body.keep(i64.shiftRight(sum, LIMB_BITS));
  }
  const first = body.keep(i64.add(limbs[0] as I64, i64.multiply(carry, i64.constant(5n))));
  limbs[0] = body.keep(i64.and(first, mask));
  limbs[1] = body.keep(i64.add(limbs[1] as I64, i64.shiftRight(first, LIMB_BITS)));
  return limbs;
}

/** The number below p that limbs stand for: with p taken off where 5 added to it carry out of 130 bits. */
function reduced(body: FunctionBody, h: readonly I64[]): I64[] {
  // Once more: h1 may be 2^26 after the last block, and that carry may run to the top.
  const limbs = carried(body, h);
  let isAtLeastP: I64 = i64.constant(5n);
  for (const limb of limbs) isAtLeastP = body.keep(i64.shiftRight(i64.add(limb, isAtLeastP), LIMB_BITS));
  const [first, ...others] = limbs as [I64, ...I64[]];
  const mask = i64.constant(LIMB_MASK);
  const result: I64[] = [];
  let sum = body.keep(i64.add(first, i64.multiply(isAtLeastP, i64.constant(5n))));
  for (const next of others) {
    result.push(body.keep(i64.and(sum, mask)));
    sum = body.keep(i64.add(next, i64.shiftRight(sum, LIMB_BITS)));
  }
  return [...result, body.keep(i64.and(sum, mask))];
}

/** h + s modulo 2^128. */
function added(body: FunctionBody, h: readonly I64[], s0: I64, s1: I64): [I64, I64] {
  const [h0, h1, h2, h3, h4] = h as [I64, I64, I64, I64, I64];
  const low = body.keep(i64.or(h0, i64.or(i64.shiftLeft(h1, 26), i64.shiftLeft(h2, 52))));
  const high = i64.or(i64.shiftRight(h2, 12), i64.or(i64.shiftLeft(h3, 14), i64.shiftLeft(h4, 40)));
  const sum = body.keep(i64.add(low, s0));
  const carry = i64.extend(i64.lessUnsigned(sum, low));
  return [sum, body.keep(i64.add(i64.add(high, s1), carry))];
}
