/** Where nobody watches a terminal a line is printed this often, and none for what takes less. Milliseconds. */
const LINE_INTERVAL = 10_000;

/** A bar is drawn again this often at most. Milliseconds. */
const BAR_INTERVAL = 100;

/** The rate is that of about so long a time: it follows a change, and does not jump. Milliseconds. */
const RATE_SPAN = 5000;

/** Where progress is shown. */
export type ProgressStream = Pick<NodeJS.WriteStream, "write" | "isTTY">;

/**
 * Tells how far long work is: on a terminal a bar that is rewritten in place, with rate and time left; elsewhere a plain
 * line every ten seconds.
 */
export class Progress {
  readonly #stream: ProgressStream;
  readonly #total: number;
  readonly #now: () => number;
  #done = 0;
  #shownAt: number;
  #isShown = false;
  #rate: number | null = null;
  #rated: { readonly at: number; readonly done: number };

  /**
   * @param total frames to read.
   * @param now a clock in milliseconds that never goes back.
   */
  constructor(stream: ProgressStream, total: number, now: () => number = () => performance.now()) {
    this.#stream = stream;
    this.#total = total;
    this.#now = now;
    this.#rated = { at: now(), done: 0 };
    this.#shownAt = stream.isTTY ? Number.NEGATIVE_INFINITY : this.#rated.at;
  }

  /** @param frames that were read since. */
  add(frames: number): void {
    this.#done += frames;
    const now = this.#now();
    if (now - this.#shownAt < (this.#stream.isTTY ? BAR_INTERVAL : LINE_INTERVAL)) return;
    this.#shownAt = now;
    this.#follow(now);
    if (this.#stream.isTTY) this.#stream.write(`\r\x1b[K${this.#bar()} ${this.#text()}`);
    else this.#stream.write(`sotto-decoder: ${this.#text()}\n`);
    this.#isShown = true;
  }

  /** Removes the bar, so that something else can be printed; the next frames bring it back. */
  clear(): void {
    if (this.#stream.isTTY && this.#isShown) this.#stream.write("\r\x1b[K");
    this.#isShown = false;
    if (this.#stream.isTTY) this.#shownAt = Number.NEGATIVE_INFINITY;
  }

  #follow(now: number): void {
    const span = now - this.#rated.at;
    if (span <= 0) return;
    const rate = ((this.#done - this.#rated.done) / span) * 1000;
    const weight = Math.min(1, span / RATE_SPAN);
    this.#rate = this.#rate === null ? rate : this.#rate + (rate - this.#rate) * weight;
    this.#rated = { at: now, done: this.#done };
  }

  #bar(): string {
    const filled = Math.floor(this.#share() * 25);
    return `[${"=".repeat(filled)}${" ".repeat(25 - filled)}]`;
  }

  #text(): string {
    const text = `${Math.floor(this.#share() * 100)} % of ${grouped(this.#total)} frames`;
    if (this.#rate === null || this.#rate < 1) return text;
    const left = formatTime(Math.max(0, this.#total - this.#done) / this.#rate);
    return `${text}, ${grouped(Math.round(this.#rate))}/s, ${left} left`;
  }

  #share(): number {
    return this.#total === 0 ? 1 : Math.min(1, this.#done / this.#total);
  }
}

/** A length of time as a person says it, in its two largest units. */
export function formatTime(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.ceil(whole / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function grouped(number: number): string {
  return number.toLocaleString("en-US");
}
