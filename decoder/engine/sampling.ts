import { EngineError } from "../errors.ts";

/**
 * Chooses at random which of many things are looked at, one in so many on the average, each independently of the others.
 * It draws how many to pass over (a geometric distribution) instead of drawing for each.
 */
export class Sampling {
  readonly #oneIn: number;
  readonly #random: () => number;
  #left: number;

  /**
   * @param oneIn at least 2.
   * @param random gives numbers from 0 up to, but not 1.
   */
  constructor(oneIn: number, random: () => number) {
    if (!(oneIn >= 2)) throw new EngineError("SOTTO_ENGINE_SAMPLING", `one in ${oneIn} is no sample`);
    this.#oneIn = oneIn;
    this.#random = random;
    this.#left = this.#draw();
  }

  /** @returns which of the next things, counted from 0, are to be looked at; ascending. */
  take(count: number): number[] {
    const chosen: number[] = [];
    let at = this.#left;
    for (; at < count; at += 1 + this.#draw()) chosen.push(at);
    this.#left = at - count;
    return chosen;
  }

  #draw(): number {
    return Math.floor(Math.log1p(-this.#random()) / Math.log1p(-1 / this.#oneIn));
  }
}
