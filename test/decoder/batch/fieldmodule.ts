import { fixed } from "../../../decoder/batch/assembler/expression.ts";
import { FunctionBody } from "../../../decoder/batch/assembler/function.ts";
import { MemoryMap } from "../../../decoder/batch/assembler/memory.ts";
import { ModuleBuilder } from "../../../decoder/batch/assembler/module.ts";
import { addZeroFree } from "../../../decoder/batch/curve/zerofree.ts";
import { type Element, LIMBS, limbAt } from "../../../decoder/batch/field/element.ts";
import { elementOctets, FieldCode } from "../../../decoder/batch/field/fieldcode.ts";
import { addInvert, addMultiply, addRepeatedSquare } from "../../../decoder/batch/field/invert.ts";
import { LaneCode, type LaneCount } from "../../../decoder/batch/field/lanes.ts";
import { addFreeze, addUnpack } from "../../../decoder/batch/field/octets.ts";
import { Splitter } from "../../../decoder/batch/field/product.ts";
import { timesA24 } from "../../../decoder/batch/field/timesa24.ts";
import { centre, type Wide } from "../../../decoder/batch/field/wide.ts";

/** Five limbs, or columns, of one lane. */
export type Limbs = readonly bigint[];

/** What an operation made: columns without what is known of them, and limbs once they are carried. */
export interface Made {
  readonly columns: Limbs;
  readonly limbs: Limbs;
}

/** The operations that give something wide. */
export type WideOperation = "multiply" | "multiplyLoose" | "square" | "timesA24" | "carry";

type PlaceName = "a" | "b" | "columns" | "result" | "difference" | "octets";
type Exports = Readonly<Record<string, (...operands: number[]) => void>>;

/**
 * The arithmetic of the field, emitted as the batch's own is, with each operation as a function of its own, to be tried
 * with limbs of one's choice in each lane.
 */
export class FieldModule {
  readonly lanes: LaneCount;
  readonly #view: DataView;
  readonly #exports: Exports;
  readonly #places: Readonly<Record<PlaceName, number>>;
  readonly #known = new Map<string, readonly bigint[]>();

  constructor(lanes: LaneCount) {
    this.lanes = lanes;
    const module = new ModuleBuilder();
    const memory = new MemoryMap();
    const element = () => memory.reserve(elementOctets(lanes));
    this.#places = {
      a: element(),
      b: element(),
      columns: element(),
      result: element(),
      difference: element(),
      octets: element(),
    };
    const places = this.#places;
    const at = (name: PlaceName) => fixed(places[name]);

    const emit = (name: string, statements: (field: FieldCode, body: FunctionBody<[]>) => void) => {
      const body = new FunctionBody([]);
      statements(new FieldCode(lanes, body, memory), body);
      module.export(name, module.add(body));
    };
    const emitWide = (name: WideOperation, make: (field: FieldCode, body: FunctionBody<[]>) => Wide) => {
      emit(name, (field, body) => {
        const wide = make(field, body);
        this.#known.set(name, wide.known);
        for (const [k, column] of wide.columns.entries()) {
          field.lanes.store(limbAt(at("columns"), k, field.lanes.octets), column);
        }
        field.store(at("result"), field.carry(wide));
      });
    };
    const a = (field: FieldCode): Element => field.load(at("a"));
    const b = (field: FieldCode): Element => field.load(at("b"));
    emitWide("multiply", (field) => field.multiply(a(field), b(field)));
    emitWide("multiplyLoose", (field) => field.multiplyLoose(a(field), b(field)));
    emitWide("square", (field) => field.square(a(field)));
    emitWide("timesA24", (field, body) => {
      const code = new LaneCode(lanes, body, memory);
      return timesA24(code, new Splitter(code), a(field));
    });
    emitWide("carry", (field) => centre(field.lanes, { columns: a(field), known: [0n, 0n, 0n, 0n, 0n] }));
    emit("carrySums", (field) => {
      const { sum, difference } = field.carrySums(field.multiply(a(field), b(field)), field.square(a(field)));
      field.store(at("result"), sum);
      field.store(at("difference"), difference);
    });
    emit("carryWithA24", (field) => {
      const { sum, carried } = field.carryWithA24(field.square(a(field)), (square) => field.subtract(square, b(field)));
      field.store(at("result"), sum);
      field.store(at("difference"), carried);
    });

    const multiply = addMultiply(module, memory, lanes);
    const power = addRepeatedSquare(module, memory, lanes);
    const functions = {
      invert: addInvert(module, memory, lanes, multiply, power),
      freeze: addFreeze(module, lanes),
      unpack: addUnpack(module, lanes),
      zeroFree: addZeroFree(module, lanes),
    };
    for (const [name, reference] of Object.entries(functions)) module.export(name, reference);
    for (const data of memory.data) module.data(data.at, data.octets);
    const octets = module.encode(memory.octets);
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(octets));
    this.#exports = exports as unknown as Exports;
    this.#view = new DataView((exports.memory as WebAssembly.Memory).buffer);
  }

  /** Operands of every lane, and what the operation makes of them. */
  wide(operation: WideOperation, operands: readonly { a: Limbs; b: Limbs }[]): Made[] {
    for (const [lane, { a, b }] of operands.entries()) {
      if (operation === "carry") this.#setIntegers("a", lane, a);
      else this.#set("a", lane, a);
      this.#set("b", lane, b);
    }
    this.#call(operation);
    const known = this.#known.get(operation) as readonly bigint[];
    return operands.map((_, lane) => ({
      columns: this.#integers("columns", lane).map((column, k) => BigInt.asIntN(64, column - (known[k] as bigint))),
      limbs: this.#limbs("result", lane),
    }));
  }

  /** Two results of each lane: a b + a^2 and a b - a^2; or a^2 + 121665 (a^2 - b), with a^2. */
  two(operation: "carrySums" | "carryWithA24", operands: readonly { a: Limbs; b: Limbs }[]): [Limbs, Limbs][] {
    for (const [lane, { a, b }] of operands.entries()) {
      this.#set("a", lane, a);
      this.#set("b", lane, b);
    }
    this.#call(operation);
    return operands.map((_, lane) => [this.#limbs("result", lane), this.#limbs("difference", lane)]);
  }

  /** 1 / a of every lane. */
  invert(operands: readonly Limbs[]): Limbs[] {
    for (const [lane, a] of operands.entries()) this.#set("a", lane, a);
    this.#call("invert", this.#places.result, this.#places.a);
    return operands.map((_, lane) => this.#limbs("result", lane));
  }

  /** The 32 octets of a lane's limbs. */
  freeze(lane: number, a: Limbs): Uint8Array {
    this.#set("a", lane, a);
    this.#call("freeze", this.#places.octets, this.#places.a + 8 * lane);
    return new Uint8Array(this.#view.buffer.slice(this.#places.octets, this.#places.octets + 32));
  }

  /** The limbs of 32 octets. */
  unpack(lane: number, octets: Uint8Array): Limbs {
    new Uint8Array(this.#view.buffer).set(octets, this.#places.octets);
    this.#call("unpack", this.#places.a + 8 * lane, this.#places.octets);
    return this.#limbs("a", lane);
  }

  /** X and Z of a lane, with no Z that is zero. */
  zeroFree(lane: number, x: Limbs, z: Limbs): [Limbs, Limbs] {
    this.#set("a", lane, x);
    this.#set("b", lane, z);
    this.#call("zeroFree", this.#places.a + 8 * lane, this.#places.b + 8 * lane);
    return [this.#limbs("a", lane), this.#limbs("b", lane)];
  }

  #call(name: string, ...operands: number[]): void {
    this.#exports[name]?.(...operands);
  }

  #at(name: PlaceName, lane: number, k: number): number {
    return this.#places[name] + 8 * (this.lanes * k + lane);
  }

  #set(name: PlaceName, lane: number, limbs: Limbs): void {
    for (const [k, limb] of limbs.entries()) this.#view.setFloat64(this.#at(name, lane, k), Number(limb), true);
  }

  #setIntegers(name: PlaceName, lane: number, columns: Limbs): void {
    for (const [k, column] of columns.entries()) this.#view.setBigInt64(this.#at(name, lane, k), column, true);
  }

  #limbs(name: PlaceName, lane: number): Limbs {
    return Array.from({ length: LIMBS }, (_, k) => BigInt(this.#view.getFloat64(this.#at(name, lane, k), true)));
  }

  #integers(name: PlaceName, lane: number): Limbs {
    return Array.from({ length: LIMBS }, (_, k) => this.#view.getBigInt64(this.#at(name, lane, k), true));
  }
}
