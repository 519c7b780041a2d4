import { formatTime } from "../../decoder/progress.ts";

/** A line that is rewritten in place while installations live, with the time left; silent where nobody watches a terminal. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #total: number;
  readonly #began = performance.now();
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
    const seconds = (performance.now() - this.#began) / 1000;
    const left = done === 0 ? "" : `, ${formatTime((seconds * (this.#total - done)) / done)} left`;
    this.#stream.write(`\r\x1b[K[${"=".repeat(Math.floor(percent / 4)).padEnd(25)}] ${percent} %${left}`);
  }

  /** Removes the line. */
  clear(): void {
    if (this.#stream.isTTY && this.#shown >= 0) this.#stream.write("\r\x1b[K");
  }
}
