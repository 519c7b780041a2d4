import { REST } from "./model.ts";

/** Reports that say the same in one window, and what they add up to. */
export interface Cell {
  /** As they came. */
  reports: number;
  /** Of what each of them counted; as many as reports where nothing is counted. */
  sum: number;
  /** Of the same, squared: what the error of a sample is computed from. */
  squares: number;
}

/** The same in two strata: all others, and CI jobs, of which only a drawn share reports. */
export interface Strata {
  readonly whole: Readonly<Cell>;
  readonly sampled: Readonly<Cell>;
}

/** A report as far as it matters where it is counted. */
export interface Place {
  /** Index of its window. */
  readonly at: number;
  readonly isSampled: boolean;
}

const EMPTY: Readonly<Cell> = { reports: 0, sum: 0, squares: 0 };

/**
 * Values of one field that are kept apart. Only versions can be more, since a report may claim any; the rarest then go
 * into one row, so that a flood of made-up ones costs no memory.
 */
export const MAX_VALUES = 5_000;

/** Counts of reports by value and window. */
export class CellTable {
  readonly #maxValues: number;
  readonly #cells = new Map<string, (Cell | undefined)[]>();

  constructor(maxValues = MAX_VALUES) {
    this.#maxValues = maxValues;
  }

  /** @param each what each of the reports counted. */
  add(value: string, { at, isSampled }: Place, reports: number, each = 1): void {
    const cell = this.#cellAt(value, at * 2 + (isSampled ? 1 : 0));
    cell.reports += reports;
    cell.sum += reports * each;
    cell.squares += reports * each * each;
    // Twice as many at times, so that sorting them out is rare.
    if (this.#cells.size > 2 * this.#maxValues) this.#foldRarest();
  }

  cell(value: string, at: number): Strata {
    const row = this.#cells.get(value);
    return { whole: row?.[at * 2] ?? EMPTY, sampled: row?.[at * 2 + 1] ?? EMPTY };
  }

  /** In no order. */
  values(): string[] {
    if (this.#cells.size > this.#maxValues) this.#foldRarest();
    return [...this.#cells.keys()];
  }

  /** What all reports of a value add up to, over all windows. */
  sumOf(value: string): number {
    return (this.#cells.get(value) ?? []).reduce((sum, cell) => sum + (cell?.sum ?? 0), 0);
  }

  #cellAt(value: string, index: number): Cell {
    let row = this.#cells.get(value);
    if (row === undefined) {
      row = [];
      this.#cells.set(value, row);
    }
    row[index] ??= { ...EMPTY };
    return row[index] as Cell;
  }

  #foldRarest(): void {
    const values = [...this.#cells.keys()].filter((value) => value !== REST);
    const sums = new Map(values.map((value) => [value, this.sumOf(value)]));
    values.sort((a, b) => (sums.get(b) ?? 0) - (sums.get(a) ?? 0) || (a < b ? -1 : 1));
    for (const value of values.slice(this.#maxValues - 1)) {
      for (const [index, cell] of (this.#cells.get(value) ?? []).entries()) {
        if (cell === undefined) continue;
        const rest = this.#cellAt(REST, index);
        rest.reports += cell.reports;
        rest.sum += cell.sum;
        rest.squares += cell.squares;
      }
      this.#cells.delete(value);
    }
  }
}

/** The cells of several values together. */
export function joinStrata(all: readonly Strata[]): Strata {
  const joined = { whole: { ...EMPTY }, sampled: { ...EMPTY } };
  for (const strata of all) {
    for (const name of ["whole", "sampled"] as const) {
      joined[name].reports += strata[name].reports;
      joined[name].sum += strata[name].sum;
      joined[name].squares += strata[name].squares;
    }
  }
  return joined;
}

/** Reports in a cell as they came. */
export function reportsIn({ whole, sampled }: Strata): number {
  return whole.reports + sampled.reports;
}
