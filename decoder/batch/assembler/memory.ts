import { fixed, type Place } from "./expression.ts";

/** Vectors are aligned to this, so that none crosses a line of the cache. */
const ALIGNMENT = 32;

/** Part of a memory. */
interface Region {
  readonly at: number;
  readonly octets: number;
}

/** Who has which part of a module's memory. */
export class MemoryMap {
  /** Nothing lies at 0, where a mistaken address would point. */
  #end = ALIGNMENT;
  readonly #constants = new Map<string, number>();
  readonly #secrets: Region[] = [];
  readonly #data: { at: number; octets: Uint8Array }[] = [];

  /** Reserves octets. */
  reserve(octets: number): number {
    const at = this.#end;
    this.#end = Math.ceil((at + octets) / ALIGNMENT) * ALIGNMENT;
    return at;
  }

  /** Reserves octets that hold secrets, or what was computed of them. */
  reserveSecret(octets: number): number {
    const at = this.reserve(octets);
    this.#secrets.push({ at, octets });
    return at;
  }

  /** Octets that are there from the start, once for all that ask for the same. */
  constant(octets: Uint8Array): Place {
    const key = Buffer.from(octets).toString("hex");
    let at = this.#constants.get(key);
    if (at === undefined) {
      at = this.reserve(octets.length);
      this.#constants.set(key, at);
      this.#data.push({ at, octets });
    }
    return fixed(at);
  }

  /** What is to be overwritten. */
  get secrets(): readonly Region[] {
    return this.#secrets;
  }

  /** What is there from the start. */
  get data(): readonly { readonly at: number; readonly octets: Uint8Array }[] {
    return this.#data;
  }

  /** Octets in all. */
  get octets(): number {
    return this.#end;
  }
}
