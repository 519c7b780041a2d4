import { applied, binary, type Expression, memoryArgument, type Place } from "./expression.ts";
import { unsignedLeb128 } from "./leb128.ts";
import { i32 } from "./scalar.ts";

type V128 = Expression<"v128">;

/** An instruction on vectors: a prefix and a number (WebAssembly core specification, section 5.4.9). */
const vector = (opcode: number): number[] => [0xfd, ...unsignedLeb128(opcode)];

const LOAD = vector(0);
const MULTIPLY_ADD = vector(0x107);

/** Instructions on vectors as bits. */
export const v128 = {
  load: (place: Place): V128 => applied("v128", [...LOAD, ...memoryArgument(place)], place.base),
  and: binary("v128", vector(0x4e)),
  or: binary("v128", vector(0x50)),
};

/** Instructions on two integers of 64 bits, which wrap around. */
export const i64x2 = {
  /** The same integer in both lanes. */
  splat: (a: Expression<"i64">): V128 => applied("v128", vector(0x12), a),
  add: binary("v128", vector(0xce)),
  subtract: binary("v128", vector(0xd1)),
  shiftLeft: (a: V128, bits: number): V128 => applied("v128", vector(0xcb), a, i32.constant(bits)),
  shiftRight: (a: V128, bits: number): V128 => applied("v128", vector(0xcd), a, i32.constant(bits)),
  /**
   * `a` where the lane of the mask has all bits set, `b` where it has none; for other masks machines differ, which is
   * what makes it one instruction on each (relaxed SIMD).
   */
  select: (a: V128, b: V128, mask: V128): V128 => applied("v128", vector(0x10c), a, b, mask),
};

/** Instructions on two doubles. */
export const f64x2 = {
  /** The same double in both lanes. */
  splat: (a: Expression<"f64">): V128 => applied("v128", vector(0x14), a),
  /** The double of the first lane. */
  first: (a: V128): Expression<"f64"> => applied("f64", [...vector(0x21), 0], a),
  add: binary("v128", vector(0xf0)),
  subtract: binary("v128", vector(0xf1)),
  /**
   * a * b + c (relaxed SIMD). The specification lets a machine round once, at the end, or twice; all that is built on
   * it here needs once.
   */
  multiplyAdd: (a: V128, b: V128, c: V128): V128 => applied("v128", MULTIPLY_ADD, a, b, c),
};
