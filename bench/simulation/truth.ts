/** Counts by name and week, of what only who made the world up can know. */
export class Weekly {
  readonly #weeks: number;
  readonly #counts: Map<string, number[]>;

  /** @param weeks how many are measured; what is of another one is left out. */
  constructor(weeks: number, counts: ReadonlyMap<string, number[]> = new Map()) {
    this.#weeks = weeks;
    this.#counts = new Map(counts);
  }

  /** @param week from 0. */
  add(name: string, week: number, count = 1): void {
    if (week < 0 || week >= this.#weeks) return;
    const row = this.#row(name);
    row[week] = (row[week] ?? 0) + count;
  }

  addAll(other: ReadonlyMap<string, readonly number[]>): void {
    for (const [name, counts] of other) for (const [week, count] of counts.entries()) this.add(name, week, count);
  }

  at(name: string, week: number): number {
    return this.#counts.get(name)?.[week] ?? 0;
  }

  /** Over all weeks, or some. */
  sum(name: string, from = 0, until = this.#weeks): number {
    return (this.#counts.get(name) ?? []).slice(from, until).reduce((total, count) => total + count, 0);
  }

  get counts(): ReadonlyMap<string, number[]> {
    return this.#counts;
  }

  #row(name: string): number[] {
    const known = this.#counts.get(name) ?? new Array<number>(this.#weeks).fill(0);
    this.#counts.set(name, known);
    return known;
  }
}

/** Names of what is counted. People are those at a terminal and their scripts. */
export const TRUTH = {
  /** People's installations that ran. */
  ran: "ran",
  /** That could be heard: they ran in a network that does not block the zone; with counters, again within three weeks. */
  reachable: "reachable",
  /** That a record is of. */
  counted: "counted",
  /** That were counted of those that could be heard. */
  heard: "heard",
  ciRan: "ci ran",
  /** CI jobs of which a report would have come, had each been drawn. */
  ciHeard: "ci heard",
  /** Those whose report came. */
  ciCounted: "ci counted",
  containers: "containers ran",
  containersCounted: "containers counted",
  copiesReachable: "copies reachable",
  copiesHeard: "copies heard",
  /** False reports that were taken for true. */
  lies: "lies",
} as const;

/** The name under which people's records are counted that truly have a value. */
export function countedName(field: string, value: string): string {
  return `counted ${field} ${value}`;
}

/** The name under which people's installations are counted that ran, could be heard or not, and truly have a value. */
export function ranName(field: string, value: string): string {
  return `ran ${field} ${value}`;
}
