/** A line that is rewritten in place while installations live; silent where nobody watches a terminal. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #total: number;
  #shown = -1;

  /** @param total installations to come, of all passes together. */
  constructor(stream: NodeJS.WriteStream, total: number) {
    this.#stream = stream;
    this.#total = total;
  }

  /** @param done installations so far. */
  update(done: number): void {
    const percent = Math.floor((100 * done) / this.#total);
    if (!this.#stream.isTTY || percent === this.#shown) return;
    this.#shown = percent;
    this.#stream.write(`\r[${"=".repeat(Math.floor(percent / 4)).padEnd(25)}] ${percent} %`);
  }

  /** Removes the line. */
  clear(): void {
    if (this.#stream.isTTY && this.#shown >= 0) this.#stream.write("\r\x1b[K");
  }
}
