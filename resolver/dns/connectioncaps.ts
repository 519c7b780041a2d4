import { readAddress, type SourcePrefix } from "./source.ts";

/** Counts open connections, in all and per source prefix. What is kept of a source is a salted hash, while it has any. */
export class ConnectionCaps {
  readonly #prefix: SourcePrefix;
  readonly #total: number;
  readonly #perPrefix: number;
  readonly #open = new Map<number, number>();
  readonly #address = new Uint8Array(16);
  #count = 0;

  /**
   * @param total connections at once.
   * @param perPrefix connections of one prefix at once.
   */
  constructor(prefix: SourcePrefix, total: number, perPrefix: number) {
    this.#prefix = prefix;
    this.#total = total;
    this.#perPrefix = perPrefix;
  }

  /** Counts a connection; returns what to call once when it is closed, or null when it may not be opened. */
  admit(address: string): (() => void) | null {
    this.#prefix.take(this.#address, readAddress(address, this.#address));
    // 53 of the hash's 64 bits: a number holds no more.
    const source = this.#prefix.low + (this.#prefix.high >>> 11) * 2 ** 32;
    const open = this.#open.get(source) ?? 0;
    if (this.#count >= this.#total || open >= this.#perPrefix) return null;
    this.#count++;
    this.#open.set(source, open + 1);
    return () => {
      this.#count--;
      const left = (this.#open.get(source) ?? 1) - 1;
      if (left === 0) this.#open.delete(source);
      else this.#open.set(source, left);
    };
  }
}
