/** Pause after a first failure, in seconds. */
const FIRST_PAUSE_SECONDS = 1;

/** Longest pause, in seconds: sealing a large bucket in vain costs a disk dear, room made is found within a minute. */
const LONGEST_PAUSE_SECONDS = 60;

interface Failure {
  readonly error: unknown;
  readonly pause: number;
  readonly until: number;
}

/** Lets one trouble not keep the rest from being done: troubles are kept, and thrown when all is done. */
export class Retry {
  #first: { readonly error: unknown } | null = null;
  readonly #failures = new Map<string, Failure>();

  /** Does something, and keeps its trouble. */
  async note(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#first ??= { error };
    }
  }

  /** As {@link note}, but after a failure not before a pause is over; till then the trouble is the same. */
  async attempt(key: string, time: number, work: () => Promise<void>): Promise<void> {
    const before = this.#failures.get(key);
    if (before !== undefined && time < before.until) {
      this.#first ??= before;
      return;
    }
    try {
      await work();
      this.#failures.delete(key);
    } catch (error) {
      const pause = Math.min(LONGEST_PAUSE_SECONDS, before === undefined ? FIRST_PAUSE_SECONDS : 2 * before.pause);
      this.#failures.set(key, { error, pause, until: time + pause });
      this.#first ??= { error };
    }
  }

  /** Throws the first trouble since the last call, if there was one. */
  throwFirst(): void {
    const first = this.#first;
    this.#first = null;
    if (first !== null) throw first.error;
  }
}
