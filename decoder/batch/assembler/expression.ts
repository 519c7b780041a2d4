import { unsignedLeb128 } from "./leb128.ts";

/** Value types with their codes (WebAssembly core specification, section 5.3). */
export const VALUE_TYPES = { i32: 0x7f, i64: 0x7e, f64: 0x7c, v128: 0x7b } as const;

/** A type of value that we use. */
export type ValueType = keyof typeof VALUE_TYPES;

/** Code that leaves one value of a type on the stack, and changes nothing else: an instruction behind its operands. */
export interface Expression<T extends ValueType> {
  readonly type: T;
  /** Opcode and immediate arguments. */
  readonly instruction: readonly number[];
  readonly operands: readonly Expression<ValueType>[];
}

/** Where something lies in memory: an address that may be computed, and a number of octets behind it. */
export interface Place {
  readonly base: Expression<"i32">;
  /** 0 to 2^32 - 1. */
  readonly offset: number;
}

/** The address 0. */
const ZERO: Expression<"i32"> = { type: "i32", instruction: [0x41, 0], operands: [] };

/** A place at a fixed address. The address is written as an offset from 0, which compilers fold into the access. */
export function fixed(at: number): Place {
  return { base: ZERO, offset: at };
}

/** A place at an address that is computed. */
export function pointed(base: Expression<"i32">, offset = 0): Place {
  return { base, offset };
}

/** A place so many octets behind another. */
export function behind({ base, offset }: Place, octets: number): Place {
  return { base, offset: offset + octets };
}

/** An instruction on operands. */
export function applied<T extends ValueType>(
  type: T,
  instruction: readonly number[],
  ...operands: readonly Expression<ValueType>[]
): Expression<T> {
  return { type, instruction, operands };
}

/** An instruction on two operands of the type of its result. */
export function binary<T extends ValueType>(type: T, instruction: readonly number[]) {
  return (a: Expression<T>, b: Expression<T>): Expression<T> => ({ type, instruction, operands: [a, b] });
}

/** Alignment (a hint, as a power of two; 0 is always right) and offset of an access to memory (section 5.4.6). */
export function memoryArgument({ offset }: Place): number[] {
  return [0, ...unsignedLeb128(offset)];
}
