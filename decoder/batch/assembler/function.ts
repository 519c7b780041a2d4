import { applied, type Expression, memoryArgument, type Place, VALUE_TYPES, type ValueType } from "./expression.ts";
import { unsignedLeb128 } from "./leb128.ts";
import { OctetBuffer } from "./octetbuffer.ts";

type Expressions<P extends readonly ValueType[]> = { readonly [K in keyof P]: Expression<P[K]> };

/** A function of the module, to be called. */
export interface FunctionReference<P extends readonly ValueType[], R extends ValueType | null> {
  readonly index: number;
  readonly parameters: P;
  readonly result: R;
}

/** A value that changes while a function runs. */
export interface Variable<T extends ValueType> {
  readonly value: Expression<T>;
  set(value: Expression<T>): void;
}

/** The instruction that stores each type; octets and halves apart. */
const STORES = { i32: [0x36], i64: [0x37], f64: [0x39], v128: [0xfd, 0x0b] } as const;

/** A function that is being written, statement after statement. */
export class FunctionBody<P extends readonly ValueType[] = readonly ValueType[]> {
  readonly types: P;
  /** What the function is called with. */
  readonly parameters: Expressions<P>;
  readonly #locals: ValueType[] = [];
  readonly #code = new OctetBuffer();

  constructor(types: readonly [...P]) {
    this.types = types as unknown as P;
    this.parameters = types.map((type, index) => localGet(type, index)) as unknown as Expressions<P>;
  }

  /** Computes a value once, to be used as often as one likes. */
  keep<T extends ValueType>(value: Expression<T>): Expression<T> {
    const index = this.#local(value.type);
    this.#set(index, value);
    return localGet(value.type, index);
  }

  /** A variable, 0 until it is set; each is a local of its own, since compilers give locals registers as they need. */
  variable<T extends ValueType>(type: T): Variable<T> {
    const index = this.#local(type);
    return { value: localGet(type, index), set: (value) => this.#set(index, value) };
  }

  store(place: Place, value: Expression<ValueType>): void {
    this.#evaluate(place.base);
    this.#evaluate(value);
    this.#code.add(STORES[value.type]);
    this.#code.add(memoryArgument(place));
  }

  /** Stores the lowest octet of a value. */
  storeOctet(place: Place, value: Expression<"i32">): void {
    this.#evaluate(place.base);
    this.#evaluate(value);
    this.#code.add([0x3a, ...memoryArgument(place)]);
  }

  /** Sets octets of memory to zero. */
  clear(begin: Expression<"i32">, octets: Expression<"i32">): void {
    this.#evaluate(begin);
    this.#code.add([0x41, 0]);
    this.#evaluate(octets);
    this.#code.add([0xfc, 11, 0]);
  }

  /** Does something at least once, and again while a condition holds that it gives. */
  repeat(statements: () => Expression<"i32">): void {
    this.#code.add([0x03, 0x40]);
    this.#evaluate(statements());
    this.#code.add([0x0d, 0, 0x0b]);
  }

  /** Does something where a condition is not zero. */
  when(condition: Expression<"i32">, statements: () => void): void {
    this.#evaluate(condition);
    this.#code.add([0x04, 0x40]);
    statements();
    this.#code.add([0x0b]);
  }

  /** Calls a function that gives nothing. */
  run<Q extends readonly ValueType[]>(callee: FunctionReference<Q, null>, ...operands: Expressions<Q>): void {
    for (const operand of operands) this.#evaluate(operand);
    this.#code.add([0x10, ...unsignedLeb128(callee.index)]);
  }

  /** Calls a function, and keeps what it gives. */
  call<Q extends readonly ValueType[], R extends ValueType>(
    callee: FunctionReference<Q, R>,
    ...operands: Expressions<Q>
  ): Expression<R> {
    return this.keep(applied(callee.result, [0x10, ...unsignedLeb128(callee.index)], ...operands));
  }

  /** Ends the function with a value. */
  give(value: Expression<ValueType>): void {
    this.#evaluate(value);
  }

  /** The function's entry in the code section (WebAssembly core specification, section 5.5.13). */
  encode(): Uint8Array {
    const runs: { type: ValueType; count: number }[] = [];
    for (const type of this.#locals) {
      const last = runs.at(-1);
      if (last?.type === type) last.count++;
      else runs.push({ type, count: 1 });
    }
    const locals = runs.flatMap(({ type, count }) => [...unsignedLeb128(count), VALUE_TYPES[type]]);
    const head = [...unsignedLeb128(runs.length), ...locals];
    const code = this.#code.octets;
    const length = unsignedLeb128(head.length + code.length + 1);
    return Buffer.concat([new Uint8Array([...length, ...head]), code, Uint8Array.of(0x0b)]);
  }

  #local(type: ValueType): number {
    return this.types.length + this.#locals.push(type) - 1;
  }

  #set(index: number, value: Expression<ValueType>): void {
    this.#evaluate(value);
    this.#code.add([0x21, ...unsignedLeb128(index)]);
  }

  #evaluate({ operands, instruction }: Expression<ValueType>): void {
    for (const operand of operands) this.#evaluate(operand);
    this.#code.add(instruction);
  }
}

function localGet<T extends ValueType>(type: T, index: number): Expression<T> {
  return { type, instruction: [0x20, ...unsignedLeb128(index)], operands: [] };
}
