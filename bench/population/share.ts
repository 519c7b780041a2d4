/** How many of those that should be counted were. One is an installation in a week. */
export class Share {
  /** That ran and were online. */
  expected = 0;
  /** Of these, counted for that week. */
  counted = 0;
  /** Of those that were counted, by a frame that arrived after the week in which it was sealed. */
  late = 0;
  readonly #byWeek = new Map<number, { expected: number; counted: number }>();

  /** @param counted whether it was; null when not. */
  add(week: number, counted: { readonly isLate: boolean } | null): void {
    const known = this.#byWeek.get(week) ?? { expected: 0, counted: 0 };
    this.#byWeek.set(week, known);
    known.expected++;
    this.expected++;
    if (counted === null) return;
    known.counted++;
    this.counted++;
    if (counted.isLate) this.late++;
  }

  /** From 0 to 1; NaN of nothing. */
  get share(): number {
    return this.counted / this.expected;
  }

  /** Counted by a frame that arrived in the week in which it was sealed. */
  get timelyShare(): number {
    return (this.counted - this.late) / this.expected;
  }

  /** The share of the week in which it is least. */
  get worstWeek(): number {
    return Math.min(...[...this.#byWeek.values()].map(({ expected, counted }) => counted / expected));
  }
}
