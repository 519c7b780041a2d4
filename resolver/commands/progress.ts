import { formatSize } from "./display.ts";

/** A line that is rewritten in place while octets are read or fetched; silent where nobody watches a terminal. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #total: number;
  #done = 0;
  #shown = -1;

  /** @param total octets to come. */
  constructor(stream: NodeJS.WriteStream, total: number) {
    this.#stream = stream;
    this.#total = total;
  }

  /** @param octets that came since. */
  add(octets: number): void {
    this.#done += octets;
    const percent = this.#total === 0 ? 100 : Math.min(100, Math.floor((100 * this.#done) / this.#total));
    if (!this.#stream.isTTY || percent === this.#shown) return;
    this.#shown = percent;
    const bar = "=".repeat(Math.floor(percent / 4)).padEnd(25);
    this.#stream.write(`\r[${bar}] ${percent} % of ${formatSize(this.#total)}`);
  }

  /** Removes the line, so that another can be printed. */
  clear(): void {
    if (this.#stream.isTTY && this.#shown >= 0) this.#stream.write("\r\x1b[K");
    this.#shown = -1;
  }

  /** Passes octets on and counts them. */
  async *count(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const octets of source) {
      this.add(octets.length);
      yield octets;
    }
  }
}
