import type { ColumnTree } from "./columntree.ts";

/**
 * What a reader of a table knows of a cell.
 *
 * - `hidden`: nothing but a lower bound
 * - `shown`: its value; it may still be hidden
 * - `fixed`: its value, for good
 */
export type CellState = "hidden" | "shown" | "fixed";

/** Where a cell is: the total's row comes last, sums follow columns. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/** A number of the table, as an arc between the two equations that it is in. */
interface Arc {
  readonly from: number;
  readonly to: number;
  /** How far the number may fall. */
  readonly slack: number;
}

/** A step over an arc: with it the number rises, against it the number falls. */
interface Step {
  readonly arc: number;
  readonly rises: boolean;
}

/**
 * Tells within which bounds the hidden cells of a table can be inferred, exactly.
 *
 * A table of rows, their total, and a tree of columns is a network (Gusfield 1988, "A graph theoretic approach to
 * statistical data security", and for hidden totals Hsu and Kao 2002, "Statistical disclosure control with general cell
 * suppressions"): each number is in two equations, so it is an arc between them, and a table is a circulation. All
 * tables that look the same as the true one differ from it by cycles of hidden arcs in which no number falls below its
 * bound. So the greatest value that a hidden cell may have is its own plus the greatest flow from its arc's end back to
 * its start, and whole numbers lose nothing.
 *
 * The equations are one for each counted column, total = sum of the rows; one for each row, or the total, and each sum
 * of columns, sum = its parts; and one that closes the circle, total of everything = sum of the rows.
 */
export class Disclosure {
  readonly #tree: ColumnTree;
  readonly #rows: number;
  readonly #arcs: readonly Arc[];
  readonly #states: CellState[];
  /** By equation. */
  readonly #arcsAt: readonly number[][];

  /**
   * @param slacks by row how far the number in each column may fall, sums and the root included: as far as itself, or
   *   less where a reader knows that it is not 0. The last row is the total of the others.
   * @param stateOf what a reader knows of each at first; the root is always hidden.
   */
  constructor(
    tree: ColumnTree,
    slacks: readonly (readonly number[])[],
    stateOf: (row: number, column: number) => CellState,
  ) {
    this.#tree = tree;
    this.#rows = slacks.length - 1;
    this.#arcs = slacks.flatMap((row, at) => row.map((slack, column) => this.#arcOf(at, column, slack)));
    this.#states = slacks.flatMap((row, at) => row.map((_, column) => stateOf(at, column)));
    const arcsAt = Array.from({ length: this.#closing + 1 }, (): number[] => []);
    for (const [arc, { from, to }] of this.#arcs.entries()) {
      arcsAt[from]?.push(arc);
      arcsAt[to]?.push(arc);
    }
    this.#arcsAt = arcsAt;
  }

  isHidden(row: number, column: number): boolean {
    return this.#states[this.#cell(row, column)] === "hidden";
  }

  /** Hides a cell, unless it is fixed. */
  hide(row: number, column: number): void {
    const cell = this.#cell(row, column);
    if (this.#states[cell] === "shown") this.#states[cell] = "hidden";
  }

  /**
   * How far from its true value a hidden cell may seem to be. Not looked at any closer once both together are the
   * limit.
   */
  range(row: number, column: number, limit: number): { down: number; up: number } {
    const cell = this.#cell(row, column);
    const up = this.#shift(cell, true, limit, null);
    return { down: this.#shift(cell, false, limit - up, null), up };
  }

  /**
   * Finds shown cells such that, once they are hidden, a cell's value may seem to be farther off: again and again the
   * cheapest way around, over hidden cells for nothing (as in Castro 2007, "A shortest-paths heuristic for statistical
   * data protection in positive tables"). It hides none.
   *
   * @param change by how much more than its true value it shall possibly be; below 0 less.
   * @param costOf above 0.
   * @returns null where no cells help.
   */
  cellsToHide(
    row: number,
    column: number,
    change: number,
    costOf: (row: number, column: number) => number,
  ): Place[] | null {
    const taken = new Set<number>();
    const columns = this.#tree.shown + 1;
    const place = (arc: number) => ({ row: Math.floor(arc / columns), column: arc % columns });
    const amount = Math.abs(change);
    const shifted = this.#shift(this.#cell(row, column), change > 0, amount, {
      costOf: (arc) => (taken.has(arc) ? 0 : costOf(place(arc).row, place(arc).column)),
      take: (arc) => taken.add(arc),
    });
    return shifted < amount ? null : [...taken].map(place);
  }

  /**
   * How far a cell can be shifted, up to a limit, by flow over hidden arcs, and over shown ones where `more` is given.
   */
  #shift(
    cell: number,
    rises: boolean,
    limit: number,
    more: { costOf(arc: number): number; take(arc: number): void } | null,
  ): number {
    const { from, to, slack } = this.#arcs[cell] as Arc;
    const [start, end] = rises ? [to, from] : [from, to];
    const present = new Map<number, number>();
    const slackOf = (arc: number) => present.get(arc) ?? this.#arcs[arc]?.slack ?? 0;
    const costOf = (arc: number, isRise: boolean) => {
      if (arc === cell || this.#states[arc] === "fixed" || (!isRise && slackOf(arc) === 0)) return null;
      return this.#states[arc] === "hidden" ? 0 : (more?.costOf(arc) ?? null);
    };
    const most = rises ? limit : Math.min(limit, slack);
    let shifted = 0;
    while (shifted < most) {
      const steps = this.#cheapestWay(start, end, costOf);
      if (steps === null) break;
      const amount = steps.reduce(
        (least, { arc, rises: isRise }) => (isRise ? least : Math.min(least, slackOf(arc))),
        most - shifted,
      );
      for (const { arc, rises: isRise } of steps) {
        present.set(arc, slackOf(arc) + (isRise ? amount : -amount));
        if (this.#states[arc] === "shown") more?.take(arc);
      }
      shifted += amount;
    }
    return shifted;
  }

  /** Dijkstra's way, with what costs nothing taken first, so that a search over hidden arcs alone takes linear time. */
  #cheapestWay(start: number, end: number, costOf: (arc: number, rises: boolean) => number | null): Step[] | null {
    const reached: (Reached | undefined)[] = new Array(this.#closing + 1).fill(undefined);
    reached[start] = { cost: 0, step: null, before: start, isDone: false };
    const free: number[] = [];
    const later = new Set<number>();
    for (let node: number | null = start; node !== null; node = free.pop() ?? cheapest(later, reached)) {
      if (node === end) return wayTo(end, reached);
      later.delete(node);
      const here = reached[node];
      if (here === undefined || here.isDone) continue;
      here.isDone = true;
      for (const arc of this.#arcsAt[node] ?? []) {
        const { from, to } = this.#arcs[arc] as Arc;
        const rises = from === node;
        const next = rises ? to : from;
        const there = reached[next];
        const step = there?.isDone ? null : costOf(arc, rises);
        if (step === null || (there !== undefined && there.cost <= here.cost + step)) continue;
        reached[next] = { cost: here.cost + step, step: { arc, rises }, before: node, isDone: false };
        if (step === 0) free.push(next);
        else later.add(next);
      }
    }
    return null;
  }

  /** The equation that closes the circle. */
  get #closing(): number {
    const { counted, shown } = this.#tree;
    return counted + (this.#rows + 1) * (shown - counted + 1);
  }

  #arcOf(row: number, column: number, slack: number): Arc {
    const { counted, shown, parents } = this.#tree;
    const sumsOf = (sum: number) => counted + row * (shown - counted + 1) + (sum - counted);
    const inner = column < counted ? column : sumsOf(column);
    const outer = column === shown ? this.#closing : sumsOf(parents[column] ?? shown);
    // Rows flow together into sums; the total flows apart into columns.
    return row < this.#rows ? { from: inner, to: outer, slack } : { from: outer, to: inner, slack };
  }

  #cell(row: number, column: number): number {
    return row * (this.#tree.shown + 1) + column;
  }
}

/** How an equation is reached: the cheapest way found by now, for good once it is done. */
interface Reached {
  readonly cost: number;
  readonly step: Step | null;
  readonly before: number;
  isDone: boolean;
}

function cheapest(nodes: ReadonlySet<number>, reached: readonly (Reached | undefined)[]): number | null {
  let found: number | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const node of nodes) {
    const cost = reached[node]?.cost ?? 0;
    if (cost < least) [least, found] = [cost, node];
  }
  return found;
}

function wayTo(end: number, reached: readonly (Reached | undefined)[]): Step[] {
  const steps: Step[] = [];
  for (let at = reached[end]; at?.step; at = reached[at.before]) steps.push(at.step);
  return steps;
}
