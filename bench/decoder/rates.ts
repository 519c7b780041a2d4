import { figure, median, printTable } from "../table.ts";

/** What opening some frames took. */
export interface Taken {
  readonly frames: number;
  readonly opened: number;
  /** By the clock. */
  readonly seconds: number;
  /** Of all processors together. */
  readonly cpuSeconds: number;
}

/** Something that opens a part of the log. */
export interface Contestant {
  readonly name: string;
  /** How often the rate of another contestant it has to reach; null where nothing is asked of it. */
  readonly target: { readonly times: number; readonly of: string } | null;
  /** Opens the frames of a round, or a sample of them. */
  open(round: number): Promise<Taken>;
}

/** Frames a second of a contestant, of each round, beside what the first contestant did in the same round. */
interface Rates {
  readonly byClock: number[];
  readonly ofFirst: number[];
  readonly byCpu: number[];
  readonly ofFirstByCpu: number[];
}

/**
 * Measures contestants, all once a round, each time in another order, and prints what they reached. The first is what
 * the others are measured by.
 *
 * @returns a line for each target that was missed.
 */
export async function compareRates(contestants: readonly Contestant[], rounds: number): Promise<string[]> {
  const rates = contestants.map((): Rates => ({ byClock: [], ofFirst: [], byCpu: [], ofFirstByCpu: [] }));
  // The first round starts threads, loads code and has it compiled; it does not count.
  for (let round = -1; round < rounds; round++) {
    const taken: Taken[] = [];
    for (const turn of contestants.keys()) {
      const at = (turn + round + 1) % contestants.length;
      taken[at] = await (contestants[at] as Contestant).open(Math.max(round, 0));
    }
    if (round >= 0) for (const [at, one] of taken.entries()) note(rates[at] as Rates, one, taken[0] as Taken);
  }
  console.log(`Frames tried a second, medians of ${rounds} rounds; times C: in the same round\n`);
  printTable(
    ["", "frames/s", "times C", "frames a CPU second", "times C"],
    contestants.map(({ name }, i) => {
      const { byClock, ofFirst, byCpu, ofFirstByCpu } = rates[i] as Rates;
      const ratio = (values: readonly number[]) => median(values).toFixed(2);
      return [name, figure(median(byClock)), ratio(ofFirst), figure(median(byCpu)), ratio(ofFirstByCpu)];
    }),
  );
  return contestants.flatMap(({ name, target }, i) => {
    if (target === null) return [];
    const of = rates[contestants.findIndex((other) => other.name === target.of)] as Rates;
    const reached = median((rates[i] as Rates).byClock.map((rate, round) => rate / (of.byClock[round] as number)));
    return reached >= target.times
      ? []
      : [`${name} reaches ${reached.toFixed(2)} of ${target.of}, not ${target.times}`];
  });
}

function note(rates: Rates, { frames, opened, seconds, cpuSeconds }: Taken, first: Taken): void {
  // Who is fast because he opens less has not won.
  if (frames === first.frames && opened !== first.opened)
    throw new Error(`${opened} frames opened, not ${first.opened}`);
  rates.byClock.push(frames / seconds);
  rates.ofFirst.push(frames / seconds / (first.frames / first.seconds));
  rates.byCpu.push(frames / cpuSeconds);
  rates.ofFirstByCpu.push(frames / cpuSeconds / (first.frames / first.cpuSeconds));
}
