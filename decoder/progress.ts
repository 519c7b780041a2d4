/** A line that is rewritten in place while frames are read; silent where nobody watches a terminal. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #total: number;
  #shown = -1;

  /** @param total frames to read. */
  constructor(stream: NodeJS.WriteStream, total: number) {
    this.#stream = stream;
    this.#total = total;
  }

  /** @param done frames read so far. */
  update(done: number): void {
    const percent = this.#total === 0 ? 100 : Math.floor((100 * done) / this.#total);
    if (!this.#stream.isTTY || percent === this.#shown) return;
    this.#shown = percent;
    const filled = Math.floor(percent / 4);
    this.#stream.write(`\r[${"=".repeat(filled)}${" ".repeat(25 - filled)}] ${percent} % of ${this.#total} frames`);
  }

  /** Removes the line; the next update writes it again. */
  clear(): void {
    if (this.#stream.isTTY && this.#shown >= 0) this.#stream.write("\r\x1b[K");
    this.#shown = -1;
  }
}
