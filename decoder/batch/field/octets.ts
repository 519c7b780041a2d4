/** Elements of one lane as the 32 octets that RFC 7748 writes them in, and back: in integers of 64 bits. */
import type { Expression, Place } from "../assembler/expression.ts";
import { behind, pointed } from "../assembler/expression.ts";
import { FunctionBody, type FunctionReference } from "../assembler/function.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { f64, i64 } from "../assembler/scalar.ts";
import { LIMB_BITS, LIMBS, limbAt } from "./element.ts";
import type { LaneCount } from "./lanes.ts";

type I64 = Expression<"i64">;

const LIMB_MASK = i64.constant((1n << BigInt(LIMB_BITS)) - 1n);

/** Words of 64 bits of an element. */
const WORDS = 4;

/**
 * Reads a u coordinate (RFC 7748, section 5: the top bit does not count, and numbers from p on are taken modulo p) into
 * a lane of an element.
 *
 * Bounds: a limb l of 51 bits, with a carry of 1 out of it where it is 2^50 or more, is in [-2^50, 2^50), and with the
 * carry that comes in |v| <= 2^50 + 19: tight, and still so with 1 added or taken off.
 *
 * @param lane the place of the lane in the element's first limb.
 */
export function unpack(body: FunctionBody, octets: Place, lane: Place, laneOctets: number): void {
  const words = Array.from({ length: WORDS }, (_, i) => body.keep(i64.load(behind(octets, 8 * i))));
  const limbs = Array.from({ length: LIMBS }, (_, k) => body.keep(bitsFrom(words, LIMB_BITS * k)));
  const half = i64.constant(1n << BigInt(LIMB_BITS - 1));
  const carries = limbs.map((limb) => body.keep(i64.shiftRight(i64.add(limb, half), LIMB_BITS)));
  for (const [k, limb] of limbs.entries()) {
    const rest = i64.subtract(limb, i64.shiftLeft(carries[k] as I64, LIMB_BITS));
    const carried = carries[(k + LIMBS - 1) % LIMBS] as I64;
    const times = k === 0 ? i64.multiply(carried, i64.constant(19n)) : carried;
    body.store(limbAt(lane, k, laneOctets), f64.convert(i64.add(rest, times)));
  }
}

/** 51 bits of words, from a bit on. */
function bitsFrom(words: readonly I64[], first: number): I64 {
  const [word, bit] = [Math.floor(first / 64), first % 64];
  const low = i64.shiftRight(words[word] as I64, bit);
  const isInOne = bit + LIMB_BITS <= 64;
  return i64.and(isInOne ? low : i64.or(low, i64.shiftLeft(words[word + 1] as I64, 64 - bit)), LIMB_MASK);
}

/**
 * Reads a lane of an element as the one number below p that it stands for, in four words of 64 bits, least significant
 * first.
 *
 * Bounds: loose limbs. 4 p is added, limb by limb (4 (2^51 - 19), 4 (2^51 - 1), ...), which makes all of them positive
 * and less than 2^54. One pass of carries, from limb to limb and out of the last back into the first, leaves limbs
 * below 2^51 but for the first, which is below 2^51 + 19 * 8, and so a number below 2^255 + 152. That number has p
 * taken off where it is p or more, which is where 19 added to it carry out of 255 bits; then it is below p.
 */
export function freeze(body: FunctionBody, lane: Place, laneOctets: number): I64[] {
  const sums = Array.from({ length: LIMBS }, (_, k) => {
    const limb = i64.truncate(f64.load(limbAt(lane, k, laneOctets)));
    return body.keep(i64.add(limb, i64.constant(4n * ((1n << BigInt(LIMB_BITS)) - (k === 0 ? 19n : 1n)))));
  });
  const limbs = carried(body, sums);
  const beyond = body.keep(i64.shiftRight(limbs.top, LIMB_BITS));
  const wrapped = [
    body.keep(i64.add(limbs.low[0] as I64, i64.multiply(beyond, i64.constant(19n)))),
    ...limbs.low.slice(1),
    body.keep(i64.and(limbs.top, LIMB_MASK)),
  ];
  let isAtLeastP: I64 = i64.constant(19n);
  for (const limb of wrapped) isAtLeastP = body.keep(i64.shiftRight(i64.add(limb, isAtLeastP), LIMB_BITS));
  const [first, ...others] = wrapped as [I64, ...I64[]];
  const reduced = carried(body, [body.keep(i64.add(first, i64.multiply(isAtLeastP, i64.constant(19n)))), ...others]);
  return wordsOf([...reduced.low, i64.and(reduced.top, LIMB_MASK)]).map((word) => body.keep(word));
}

/** Carries from each limb to the next; the last is left with what it has. */
function carried(body: FunctionBody, limbs: readonly I64[]): { low: I64[]; top: I64 } {
  const low: I64[] = [];
  let [sum, ...others] = limbs as [I64, ...I64[]];
  for (const next of others) {
    low.push(body.keep(i64.and(sum, LIMB_MASK)));
    sum = body.keep(i64.add(next, i64.shiftRight(sum, LIMB_BITS)));
  }
  return { low, top: sum };
}

function wordsOf(limbs: readonly I64[]): I64[] {
  return Array.from({ length: WORDS }, (_, word) => {
    // A word has the end of one limb and the beginning of the next.
    const bit = 13 * word;
    return i64.or(i64.shiftRight(limbs[word] as I64, bit), i64.shiftLeft(limbs[word + 1] as I64, LIMB_BITS - bit));
  });
}

/** freeze(octets, lane): writes the 32 octets of a lane of an element. */
export function addFreeze(module: ModuleBuilder, count: LaneCount): FunctionReference<["i32", "i32"], null> {
  const body = new FunctionBody(["i32", "i32"]);
  const [octets, lane] = body.parameters;
  for (const [i, word] of freeze(body, pointed(lane), count * 8).entries()) body.store(pointed(octets, 8 * i), word);
  return module.add(body);
}

/** unpack(lane, octets): reads 32 octets into a lane of an element. */
export function addUnpack(module: ModuleBuilder, count: LaneCount): FunctionReference<["i32", "i32"], null> {
  const body = new FunctionBody(["i32", "i32"]);
  const [lane, octets] = body.parameters;
  unpack(body, pointed(octets), pointed(lane), count * 8);
  return module.add(body);
}
