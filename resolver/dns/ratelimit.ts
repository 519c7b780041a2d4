/** How much may pass: so many a second in the long run, and so many at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** UDP queries of one source. A busy shared resolver sends some hundreds of reports a second; 2,000 is what we promise. */
export const SOURCE_RATE: Rate = { perSecond: 2000, burst: 2000 };

/**
 * Reports of one zone that are taken over UDP without a valid cookie. At the usual puzzle 10,000 a second are the work
 * of some 2,000 cores, far beyond honest use, and a third of what one process can store.
 */
export const INTAKE_RATE: Rate = { perSecond: 10_000, burst: 10_000 };

/** Sources in the table: 64 Ki of them in 0.8 MB. */
const SLOTS = 0x10000;

/** Slots that one source may take: enough that two busy sources seldom share one. */
const WAYS = 4;

/**
 * A token bucket as one number, the time at which it is full again (the generic cell rate algorithm, ITU-T I.371). Time
 * is of a clock that never steps, in seconds.
 */
export class RateLimit {
  readonly #interval: number;
  readonly #tolerance: number;
  #fullAt = 0;

  constructor(rate: Rate) {
    this.#interval = 1 / rate.perSecond;
    this.#tolerance = (rate.burst - 1) / rate.perSecond;
  }

  /** Whether one more is within the rate; if so it is counted. */
  take(now: number): boolean {
    if (this.#fullAt - now > this.#tolerance) return false;
    this.#fullAt = Math.max(this.#fullAt, now) + this.#interval;
    return true;
  }
}

/**
 * A token bucket per source in a table of fixed size. A source is known by a salted hash of its prefix, of which the
 * table keeps 32 bits; nothing is allocated for it, whatever comes.
 *
 * A source that finds no slot of its own takes over the least used one with what is already spent in it: crowding the
 * table with forged sources clears nobody's account.
 */
export class SourceRateLimit {
  readonly #interval: number;
  readonly #tolerance: number;
  readonly #tags = new Uint32Array(SLOTS);
  readonly #fullAt = new Float64Array(SLOTS);

  constructor(rate: Rate) {
    this.#interval = 1 / rate.perSecond;
    this.#tolerance = (rate.burst - 1) / rate.perSecond;
  }

  /**
   * Whether one more query of a source is within its rate; if so it is counted.
   *
   * @param low half of the source's hash, chooses the slots.
   * @param high half of the source's hash, tells sources apart.
   */
  take(low: number, high: number, now: number): boolean {
    const slot = this.#slotOf(low, high);
    const fullAt = this.#fullAt[slot] as number;
    if (fullAt - now > this.#tolerance) return false;
    this.#fullAt[slot] = Math.max(fullAt, now) + this.#interval;
    return true;
  }

  #slotOf(low: number, high: number): number {
    const first = (low % (SLOTS / WAYS)) * WAYS;
    let least = first;
    for (let slot = first; slot < first + WAYS; slot++) {
      if (this.#tags[slot] === high) return slot;
      if ((this.#fullAt[slot] as number) < (this.#fullAt[least] as number)) least = slot;
    }
    this.#tags[least] = high;
    return least;
  }
}
