import { spawnSync } from "node:child_process";
import { median } from "../table.ts";
import type { Program } from "./programs.ts";

/** Something that is timed beside others, round by round. */
export interface Contestant {
  readonly name: string;
  readonly program: Program;
  readonly environment: Readonly<Record<string, string>>;
  /** Sees to it that each run finds the same. */
  readonly before?: () => void;
  readonly after?: () => void;
}

/** Milliseconds of one contestant, in the order of the rounds. */
export interface Times {
  /** From the start of the process to its end, as its parent sees it. */
  readonly whole: number[];
  /** From the first line of the program to its last, by the program's own clock. */
  readonly inside: number[];
}

/** Runs all contestants once a round, each time in another order, so that what else the machine does meets them alike. */
export function runRounds(contestants: readonly Contestant[], rounds: number): Times[] {
  const times = contestants.map((): Times => ({ whole: [], inside: [] }));
  for (let round = -1; round < rounds; round++) {
    for (const turn of contestants.keys()) {
      const at = (turn + round + 1) % contestants.length;
      const contestant = contestants[at] as Contestant;
      const { whole, inside } = times[at] as Times;
      const whole1 = runOnce(contestant, contestant.program.whole).milliseconds;
      const inside1 = Number(runOnce(contestant, contestant.program.timed).output);
      // The first round fills the caches of the disk.
      if (round < 0) continue;
      whole.push(whole1);
      inside.push(inside1);
    }
  }
  return times;
}

function runOnce({ name, environment, before, after }: Contestant, path: string) {
  before?.();
  const begin = process.hrtime.bigint();
  const { status, stdout, stderr } = spawnSync(process.execPath, [path], {
    env: environment,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  const milliseconds = Number(process.hrtime.bigint() - begin) / 1e6;
  after?.();
  if (status !== 0 || stderr !== "") throw new Error(`${name}: ended with ${status}: ${stderr}`);
  return { milliseconds, output: stdout };
}

/** What something adds to a run without it. */
export interface Added {
  readonly median: number;
  /** A quarter of the rounds added less than the first, a quarter more than the second. */
  readonly quartiles: readonly [number, number];
}

/** The differences within the rounds, which know nothing of how slow the machine was in others. */
export function addedTo(without: readonly number[], times: readonly number[]): Added {
  const differences = times.map((time, round) => time - (without[round] ?? Number.NaN)).sort((a, b) => a - b);
  const at = (share: number) => differences[Math.floor(differences.length * share)] ?? Number.NaN;
  return { median: median(differences), quartiles: [at(0.25), at(0.75)] };
}
