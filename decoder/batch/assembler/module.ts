import { VALUE_TYPES, type ValueType } from "./expression.ts";
import type { FunctionBody, FunctionReference } from "./function.ts";
import { signedLeb128, unsignedLeb128 } from "./leb128.ts";

/** Octets of a page of memory. */
const PAGE_OCTETS = 65_536;

/** Octets that memory holds from the start. */
interface Data {
  readonly at: number;
  readonly octets: Uint8Array;
}

/**
 * A module that is being put together: functions, one memory, what that holds from the start, and what is exported
 * (WebAssembly core specification, section 5.5). It imports nothing.
 */
export class ModuleBuilder {
  readonly #types: string[] = [];
  readonly #functions: { type: number; code: Uint8Array }[] = [];
  readonly #exports: Uint8Array[] = [];
  readonly #data: Data[] = [];

  /** Adds a function; only those that were added before can be called in it. */
  add<P extends readonly ValueType[]>(body: FunctionBody<P>): FunctionReference<P, null>;
  add<P extends readonly ValueType[], R extends ValueType>(body: FunctionBody<P>, result: R): FunctionReference<P, R>;
  add<P extends readonly ValueType[]>(
    body: FunctionBody<P>,
    result: ValueType | null = null,
  ): FunctionReference<P, ValueType | null> {
    const index = this.#functions.push({ type: this.#typeOf(body.types, result), code: body.encode() }) - 1;
    return { index, parameters: body.types, result };
  }

  export(name: string, { index }: FunctionReference<readonly ValueType[], ValueType | null>): void {
    this.#exports.push(Uint8Array.of(...nameOf(name), 0, ...unsignedLeb128(index)));
  }

  data(at: number, octets: Uint8Array): void {
    this.#data.push({ at, octets });
  }

  /**
   * The module as it is compiled.
   *
   * @param memory octets that its memory has at least; it is exported as `memory`.
   */
  encode(memory: number): Uint8Array<ArrayBuffer> {
    const types = this.#types.map((type) => Buffer.from(type, "hex"));
    const memories = [Uint8Array.of(0, ...unsignedLeb128(Math.ceil(memory / PAGE_OCTETS)))];
    const exported = [...this.#exports, Uint8Array.of(...nameOf("memory"), 2, 0)];
    const segments = this.#data.map(({ at, octets }) =>
      Uint8Array.of(0, 0x41, ...signedLeb128(BigInt(at)), 0x0b, ...unsignedLeb128(octets.length), ...octets),
    );
    return new Uint8Array(
      Buffer.concat([
        Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00),
        section(1, types),
        section(
          3,
          this.#functions.map(({ type }) => new Uint8Array(unsignedLeb128(type))),
        ),
        section(5, memories),
        section(7, exported),
        section(
          10,
          this.#functions.map(({ code }) => code),
        ),
        section(11, segments),
      ]),
    );
  }

  /** The number of a function's type; equal ones are one. */
  #typeOf(parameters: readonly ValueType[], result: ValueType | null): number {
    const results = result === null ? [] : [VALUE_TYPES[result]];
    const codes = parameters.map((type) => VALUE_TYPES[type]);
    const type = Buffer.from([0x60, codes.length, ...codes, results.length, ...results]).toString("hex");
    const known = this.#types.indexOf(type);
    return known >= 0 ? known : this.#types.push(type) - 1;
  }
}

/** A section: its number, its length, and a vector of entries. */
function section(id: number, entries: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat([new Uint8Array(unsignedLeb128(entries.length)), ...entries]);
  return Buffer.concat([Uint8Array.of(id, ...unsignedLeb128(content.length)), content]);
}

function nameOf(name: string): number[] {
  const octets = new TextEncoder().encode(name);
  return [...unsignedLeb128(octets.length), ...octets];
}
