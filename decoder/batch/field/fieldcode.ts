import type { Place } from "../assembler/expression.ts";
import type { FunctionBody } from "../assembler/function.ts";
import type { MemoryMap } from "../assembler/memory.ts";
import { carry } from "./carry.ts";
import { type Element, LIMBS, limbAt } from "./element.ts";
import { LaneCode, type LaneCount, type Lanes } from "./lanes.ts";
import { multiply, multiplyLoose, square } from "./multiply.ts";
import { Splitter } from "./product.ts";
import { A24_KNOWN, timesA24 } from "./timesa24.ts";
import { addWide, centre, subtractWide, type Wide } from "./wide.ts";

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

  /** Both tight; wide. */
  multiply(a: Element, b: Element): Wide {
    return multiply(this.lanes, this.#splitter, a, b);
  }

  /** One tight, the other loose; wide. */
  multiplyLoose(a: Element, b: Element): Wide {
    return multiplyLoose(this.lanes, this.#splitter, a, b);
  }

  /** Tight; wide. */
  square(a: Element): Wide {
    return square(this.lanes, this.#splitter, a);
  }

  /** A product; tight. */
  carry(product: Wide): Element {
    return carry(this.lanes, centre(this.lanes, product));
  }

  /** Sum and difference of two products; both tight. */
  carrySums(a: Wide, b: Wide): { sum: Element; difference: Element } {
    const negative = b.known.map((known) => -known);
    const centred = centre(this.lanes, a, b.known, negative);
    return {
      sum: carry(this.lanes, addWide(this.lanes, centred, b)),
      difference: carry(this.lanes, subtractWide(this.lanes, centred, b)),
    };
  }

  /**
   * A product, and what that is with 121665 times something loose, which may depend on it, added; both tight.
   *
   * @param other makes that of the product.
   */
  carryWithA24(
    product: Wide,
    other: (carried: Element) => Element,
  ): { carried: Element; loose: Element; sum: Element } {
    const centred = centre(this.lanes, product, A24_KNOWN);
    const carried = carry(this.lanes, centred);
    const loose = other(carried);
    const added = timesA24(this.lanes, this.#splitter, loose);
    return { carried, loose, sum: carry(this.lanes, addWide(this.lanes, centred, added)) };
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
