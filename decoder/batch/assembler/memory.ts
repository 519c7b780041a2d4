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
  readonly #constants = new Map<string, Place>();
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

  /** 64 bits that are there from the start, so many times next to each other; once for all that ask for the same. */
  constant(bits: bigint, times: number): Place {
    const key = `${bits} ${times}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const octets = new Uint8Array(8 * times);
    const view = new DataView(octets.buffer);
    for (let i = 0; i < times; i++) view.setBigUint64(8 * i, BigInt.asUintN(64, bits), true);
    const place = fixed(this.reserve(octets.length));
    this.#constants.set(key, place);
    this.#data.push({ at: place.offset, octets });
    return place;
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
