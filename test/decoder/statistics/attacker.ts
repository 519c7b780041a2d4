import type { PublishedTable } from "../../../decoder/statistics/suppression.ts";

/** A table as everybody sees it, and how it was made. */
export interface Publication {
  readonly published: PublishedTable;
  /** Columns that each shown column holds. */
  readonly parts: readonly (readonly number[])[];
  readonly other: number | null;
}

/**
 * What hidden cells, each by its number, sum to; or that they sum to 1 at least; or that they sum to what others do.
 */
interface Equation {
  readonly cells: ReadonlySet<number>;
  readonly others?: ReadonlySet<number>;
  readonly value: number | "1 or more";
}

const TINY = 1e-9;

/**
 * Finds the bounds of numbers that published tables hide, by linear programming over the counted cells: the simplex
 * method, which has nothing in common with flows. (Constraints of one table are those of a network, so bounds are
 * whole.)
 */
export class Attacker {
  readonly #publications: readonly Publication[];
  readonly #columns: number;
  /** By table, the number of its first cell; last, the number of all cells. */
  readonly #starts: readonly number[];
  #tableau: number[][] = [];
  #basis: number[] = [];

  /** @param publications of one table, or of several that have the same columns and totals. */
  constructor(...publications: Publication[]) {
    this.#publications = publications;
    this.#columns = Math.max(...(publications[0]?.parts.flat() ?? [])) + 1;
    const starts = [0];
    for (const { published } of publications) starts.push((starts.at(-1) ?? 0) + published.rows.length * this.#columns);
    this.#starts = starts;
    this.#solve();
  }

  /** The least and the greatest value of a cell, of a sum, or with row null of a total. */
  bounds(row: number | null, column: number, table = 0): { least: number; greatest: number } {
    const known = this.#known(table, row, column);
    const cells = this.#hidden(table, row, column);
    return { least: known + this.#optimum(cells, -1), greatest: known + this.#optimum(cells, 1) };
  }

  #shown(table: number, row: number, column: number): number | null {
    const published = this.#publications[table]?.published;
    return published?.shown.rows[row]?.[column] ? (published.rows[row]?.[column] ?? null) : null;
  }

  #rows(table: number): number[] {
    return [...(this.#publications[table]?.published.rows.keys() ?? [])];
  }

  #places(table: number, row: number | null, column: number): [number, number][] {
    const parts = this.#publications[table]?.parts[column] ?? [];
    return (row === null ? this.#rows(table) : [row]).flatMap((at) =>
      parts.map((part): [number, number] => [at, part]),
    );
  }

  #known(table: number, row: number | null, column: number): number {
    return this.#places(table, row, column).reduce((sum, [at, part]) => sum + (this.#shown(table, at, part) ?? 0), 0);
  }

  #hidden(table: number, row: number | null, column: number): Set<number> {
    const hidden = this.#places(table, row, column).filter(([at, part]) => this.#shown(table, at, part) === null);
    return new Set(hidden.map(([at, part]) => (this.#starts[table] ?? 0) + at * this.#columns + part));
  }

  /** Everything that is told of hidden cells. */
  #equations(): Equation[] {
    const equations = this.#publications.flatMap((publication, table) => this.#equationsOf(publication, table));
    for (const column of this.#publications[0]?.parts.keys() ?? []) {
      for (const table of this.#publications.keys()) {
        if (table === 0) continue;
        const value = this.#known(table, null, column) - this.#known(0, null, column);
        equations.push({ cells: this.#hidden(0, null, column), others: this.#hidden(table, null, column), value });
      }
    }
    return equations.filter(
      ({ cells, others, value }) => cells.size > 0 || (others?.size ?? 0) > 0 || (value !== "1 or more" && value !== 0),
    );
  }

  #equationsOf({ published, parts, other }: Publication, table: number): Equation[] {
    const hasTotals = published.totals.some((total) => total !== null);
    const equations: Equation[] = [];
    const tell = (row: number | null, column: number, value: number | null) => {
      const [cells, known] = [this.#hidden(table, row, column), this.#known(table, row, column)];
      if (value !== null) equations.push({ cells, value: value - known });
      else if (known === 0) equations.push({ cells, value: "1 or more" });
    };
    for (const column of parts.keys()) {
      const total = published.totals[column] ?? null;
      // Totals of 0 are shown; so is a single row's 0.
      if (total !== null || hasTotals || published.rows.length === 1) tell(null, column, total);
      // Where a zero is shown, zeros are not hidden.
      const hasZero = this.#rows(table).some((row) => this.#shown(table, row, column) === 0);
      for (const row of this.#rows(table)) {
        const shown = this.#shown(table, row, column);
        if (shown !== null || hasZero) tell(row, column, shown);
      }
      const rest = other === null ? null : (published.rows[other]?.[column] ?? null);
      if (other !== null && rest !== null && this.#shown(table, other, column) === null) {
        const hidden = this.#rows(table).filter((row) => this.#shown(table, row, column) === null);
        const cells = hidden.flatMap((row) => [...this.#hidden(table, row, column)]);
        const known = hidden.reduce((sum, row) => sum + this.#known(table, row, column), 0);
        equations.push({ cells: new Set(cells), value: rest - known });
      }
    }
    return equations;
  }

  /** Brings the equations into a form from which any sum can be optimised: the first phase of the simplex method. */
  #solve(): void {
    const equations = this.#equations();
    const cells = this.#starts.at(-1) ?? 0;
    const width = cells + 2 * equations.length;
    this.#tableau = equations.map(({ cells: members, others, value }, at) => {
      // What is missing at first must not be below 0.
      const sign = value !== "1 or more" && value < 0 ? -1 : 1;
      const line = new Array<number>(width + 1).fill(0);
      for (const cell of members) line[cell] = sign;
      for (const cell of others ?? []) line[cell] = -sign;
      if (value === "1 or more") line[cells + at] = -1;
      line[cells + equations.length + at] = 1;
      line[width] = value === "1 or more" ? 1 : sign * value;
      return line;
    });
    this.#basis = equations.map((_, at) => cells + equations.length + at);
    const gains = new Array<number>(width).fill(0).fill(-1, cells + equations.length);
    const missing = this.#maximise(gains, width);
    if (missing < -TINY) throw new Error("the published table is of no table");
    // What is left of the auxiliary variables is 0; they leave the basis where anything else can enter.
    for (const [row, variable] of this.#basis.entries()) {
      const line = this.#tableau[row] as number[];
      const entering = line.findIndex((entry, at) => at < cells + equations.length && Math.abs(entry) > TINY);
      if (variable >= cells + equations.length && entering >= 0) this.#pivot(row, entering);
    }
    const useful = this.#basis.map((variable) => variable < cells + equations.length);
    this.#tableau = this.#tableau
      .filter((_, row) => useful[row])
      .map((line) => [...line.slice(0, cells + equations.length), line[width] ?? 0]);
    this.#basis = this.#basis.filter((_, row) => useful[row]);
  }

  #optimum(cells: ReadonlySet<number>, sign: 1 | -1): number {
    const width = (this.#starts.at(-1) ?? 0) + (this.#tableau[0]?.length ?? 1);
    const gains = Array.from({ length: width }, (_, variable) => (cells.has(variable) ? sign : 0));
    const free = [...cells].some((cell) => this.#tableau.every((line) => line[cell] === 0));
    if (free && sign === 1) return Number.POSITIVE_INFINITY;
    return this.#tableau.length === 0
      ? 0
      : Math.round(sign * this.#maximise(gains, (this.#tableau[0]?.length ?? 1) - 1));
  }

  /** The second phase, by Bland's rule, which ends. */
  #maximise(gains: readonly number[], width: number): number {
    const prices = [...gains.slice(0, width), 0];
    const subtract = (factor: number, line: readonly number[]) => {
      if (factor !== 0) for (const at of prices.keys()) prices[at] = (prices[at] ?? 0) - factor * (line[at] ?? 0);
    };
    for (const [row, line] of this.#tableau.entries()) subtract(gains[this.#basis[row] ?? 0] ?? 0, line);
    for (;;) {
      const entering = prices.findIndex((price, variable) => price > TINY && variable < width);
      if (entering < 0) return -(prices[width] ?? 0);
      let [leaving, least] = [-1, Number.POSITIVE_INFINITY];
      for (const [row, line] of this.#tableau.entries()) {
        const entry = line[entering] ?? 0;
        if (entry <= TINY) continue;
        const ratio = (line[width] ?? 0) / entry;
        const isEarlier = (this.#basis[row] ?? 0) < (this.#basis[leaving] ?? 0);
        if (ratio < least - TINY || (ratio < least + TINY && isEarlier)) [leaving, least] = [row, ratio];
      }
      if (leaving < 0) return Number.POSITIVE_INFINITY;
      this.#pivot(leaving, entering);
      subtract(prices[entering] ?? 0, this.#tableau[leaving] ?? []);
    }
  }

  #pivot(row: number, variable: number): void {
    const line = this.#tableau[row] as number[];
    const divisor = line[variable] ?? 1;
    for (const at of line.keys()) line[at] = (line[at] ?? 0) / divisor;
    for (const [at, other] of this.#tableau.entries()) {
      const factor = at === row ? 0 : (other[variable] ?? 0);
      if (factor !== 0)
        for (const place of other.keys()) other[place] = (other[place] ?? 0) - factor * (line[place] ?? 0);
    }
    this.#basis[row] = variable;
  }
}
