import type { Place } from "../assembler/expression.ts";
import type { FunctionBody } from "../assembler/function.ts";
import type { MemoryMap } from "../assembler/memory.ts";
import { carry } from "./carry.ts";
import { BIAS, type Element, LIMBS, limbAt } from "./element.ts";
import { LaneCode, type LaneCount, type Lanes } from "./lanes.ts";
import { multiply, square } from "./multiply.ts";
import { Splitter } from "./product.ts";
import { plusA24Times } from "./timesa24.ts";

/** Arithmetic of the field in one function, on all lanes. Bounds on limbs: those of each operation's own file. */
export class FieldCode {
  readonly lanes: LaneCode;
  readonly #splitter: Splitter;

  constructor(count: LaneCount, body: FunctionBody, memory: MemoryMap) {
    this.lanes = new LaneCode(count, body, memory);
    this.#splitter = new Splitter(this.lanes);
  }

  load(place: Place): Element {
    return Array.from({ length: LIMBS }, (_, k) => this.lanes.load(limbAt(place, k, this.lanes.octets)));
  }

  store(place: Place, element: Element): void {
    for (const [k, limb] of element.entries()) this.lanes.store(limbAt(place, k, this.lanes.octets), limb);
  }

  /** One operand tight, the other loose; wide. */
  multiply(a: Element, b: Element, bias = BIAS): Element {
    return multiply(this.lanes, this.#splitter, a, b, bias);
  }

  /** Tight; wide. */
  square(a: Element, bias = BIAS): Element {
    return square(this.lanes, this.#splitter, a, bias);
  }

  /** Wide with BIAS; tight. */
  carry(columns: Element): Element {
    return carry(this.lanes, columns);
  }

  /** A product, with or without BIAS, and a loose element; wide. */
  plusA24Times(w: Element, e: Element): Element {
    return plusA24Times(this.lanes, this.#splitter, w, e);
  }

  /** Two products; wide, with the sum of their biases. */
  addWide(a: Element, b: Element): Element {
    return a.map((column, k) => this.lanes.addIntegers(column, b[k] as Lanes));
  }

  /** Two products; wide, with the difference of their biases. */
  subtractWide(a: Element, b: Element): Element {
    return a.map((column, k) => this.lanes.subtractIntegers(column, b[k] as Lanes));
  }

  /** Both tight; loose. */
  add(a: Element, b: Element): Element {
    return a.map((limb, k) => this.lanes.add(limb, b[k] as Lanes));
  }

  /** Both tight; loose. */
  subtract(a: Element, b: Element): Element {
    return a.map((limb, k) => this.lanes.subtract(limb, b[k] as Lanes));
  }
}

/** Octets of an element of so many lanes in memory. */
export function elementOctets(count: LaneCount): number {
  return LIMBS * count * 8;
}
