import { parseArgs } from "node:util";
import type { Settings } from "./population.ts";

const MOST_INSTALLATIONS = 1_000_000;
const MOST_WEEKS = 520;

/** What `--help` prints. */
export const USAGE = `npm run population -- [--installations 20000] [--weeks 12] [--seed TEXT]

Lets simulated installations live in virtual time, by the client's own rules, and tells what share of those that ran
and were online in a week was counted for that week. It sends nothing.

  --installations N   how many, 1 to ${MOST_INSTALLATIONS} (default 20000: about a minute)
  --weeks N           how many weeks are measured, 1 to ${MOST_WEEKS} (default 12)
  --seed TEXT         another population (default "population")

The exit code is 1 when less than 97 % of them are counted, or anybody twice; with counters, of those that ran again
within the three weeks that such a report reaches back. What the population is like stands in bench/population/model.ts.`;

/** Reads the options. @returns null when help is asked for; an error's message is for a person. */
export function readOptions(args: readonly string[]): Settings | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      installations: { type: "string", default: "20000" },
      weeks: { type: "string", default: "12" },
      seed: { type: "string", default: "population" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  return {
    installations: numberOf("--installations", values.installations, MOST_INSTALLATIONS),
    weeks: numberOf("--weeks", values.weeks, MOST_WEEKS),
    seed: values.seed,
  };
}

/** The command that gives the same figures again. */
export function commandOf({ installations, weeks, seed }: Settings): string {
  return `npm run population -- --installations ${installations} --weeks ${weeks} --seed '${seed.replaceAll("'", `'\\''`)}'`;
}

function numberOf(option: string, text: string, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > most) throw new Error(`${option} is 1 to ${most}`);
  return value;
}
