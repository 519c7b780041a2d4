import { applied, binary, type Expression, memoryArgument, type Place } from "./expression.ts";
import { signedLeb128 } from "./leb128.ts";

type I32 = Expression<"i32">;
type I64 = Expression<"i64">;

/**
 * Instructions on integers of 32 bits, which wrap around (WebAssembly core specification, sections 5.4.6 and 5.4.7).
 */
export const i32 = {
  /** @param value any integer, taken modulo 2^32. */
  constant: (value: number): I32 => applied("i32", [0x41, ...signedLeb128(BigInt(value | 0))]),
  load: (place: Place): I32 => applied("i32", [0x28, ...memoryArgument(place)], place.base),
  loadOctet: (place: Place): I32 => applied("i32", [0x2d, ...memoryArgument(place)], place.base),
  /** 1 where both are the same, else 0. */
  equal: binary("i32", [0x46]),
  lessUnsigned: binary("i32", [0x49]),
  greaterSigned: binary("i32", [0x4a]),
  add: binary("i32", [0x6a]),
  subtract: binary("i32", [0x6b]),
  multiply: binary("i32", [0x6c]),
  divideUnsigned: binary("i32", [0x6e]),
  and: binary("i32", [0x71]),
  or: binary("i32", [0x72]),
  xor: binary("i32", [0x73]),
  shiftRight: (a: I32, bits: I32): I32 => applied("i32", [0x76], a, bits),
  /** The smaller of two unsigned ones. */
  least: (a: I32, b: I32): I32 => applied("i32", [0x1b], a, b, i32.lessUnsigned(a, b)),
  rotateLeft: (a: I32, bits: number): I32 => applied("i32", [0x77], a, i32.constant(bits)),
};

/** Instructions on integers of 64 bits, which wrap around. */
export const i64 = {
  /** @param value any integer, taken modulo 2^64. */
  constant: (value: bigint): I64 => applied("i64", [0x42, ...signedLeb128(BigInt.asIntN(64, value))]),
  load: (place: Place): I64 => applied("i64", [0x29, ...memoryArgument(place)], place.base),
  loadHalf: (place: Place): I64 => applied("i64", [0x35, ...memoryArgument(place)], place.base),
  loadOctet: (place: Place): I64 => applied("i64", [0x31, ...memoryArgument(place)], place.base),
  /** 1 where it is zero, else 0. */
  isZero: (a: I64): I32 => applied("i32", [0x50], a),
  /** 1 where it is so, else 0. */
  lessUnsigned: (a: I64, b: I64): I32 => applied("i32", [0x54], a, b),
  add: binary("i64", [0x7c]),
  subtract: binary("i64", [0x7d]),
  multiply: binary("i64", [0x7e]),
  and: binary("i64", [0x83]),
  or: binary("i64", [0x84]),
  xor: binary("i64", [0x85]),
  shiftLeft: (a: I64, bits: number): I64 => applied("i64", [0x86], a, i64.constant(BigInt(bits))),
  /** Copies of the sign come in from the left. */
  shiftRightSigned: (a: I64, bits: number): I64 => applied("i64", [0x87], a, i64.constant(BigInt(bits))),
  shiftRight: (a: I64, bits: number): I64 => applied("i64", [0x88], a, i64.constant(BigInt(bits))),
  rotateRight: (a: I64, bits: number): I64 => applied("i64", [0x8a], a, i64.constant(BigInt(bits))),
  /** The low half of it. */
  wrap: (a: I64): I32 => applied("i32", [0xa7], a),
  /** Zeros on the left. */
  extend: (a: I32): I64 => applied("i64", [0xad], a),
  /** What is before the point; no trap, whatever it is (opcode 0xfc 6). */
  truncate: (a: Expression<"f64">): I64 => applied("i64", [0xfc, 6], a),
};

/** Instructions on single doubles. */
export const f64 = {
  load: (place: Place): Expression<"f64"> => applied("f64", [0x2b, ...memoryArgument(place)], place.base),
  multiply: binary("f64", [0xa2]),
  add: binary("f64", [0xa0]),
  /** The number of a signed integer. */
  convert: (a: I64): Expression<"f64"> => applied("f64", [0xb9], a),
};
