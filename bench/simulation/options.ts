import { parseArgs } from "node:util";
import type { Settings } from "./scenario.ts";

const MOST_INSTALLATIONS = 10_000_000;

/** Epochs, waves and lateness need some weeks to be seen in. */
const WEEKS = { least: 6, most: 104 } as const;

/** What is left out where somebody only wants to see that it works. */
const QUICK: Omit<Settings, "seed"> = { installations: 4000, weeks: 6, minBatch: 5, sealed: 15 };

/** What `--help` prints. */
export const USAGE = `npm run simulate -- [--installations 100000] [--weeks 52] [--seed TEXT] [--quick] [--json] [--picture FILE]

Lets 50 projects share a zone for a year of virtual time: people's installations, CI jobs, lost and repeated frames, old
names sent again, false reports, a stolen key, copied machines. Prints what is true beside what decoders count and
estimate. It sends nothing.

  --installations N   of all projects, 1000 to ${MOST_INSTALLATIONS} (default 100000; a million took half an hour on two busy cores)
  --weeks N           ${WEEKS.least} to ${WEEKS.most} (default 52)
  --seed TEXT         another year (default "sotto")
  --quick             a few thousand installations, ${QUICK.weeks} weeks, a minimum batch of ${QUICK.minBatch}
  --json              all figures, week by week
  --picture FILE      draws three projects' figures, as SVG

The exit code is 1 when a promise is broken: too few counted, anybody twice, intervals that hold the truth too seldom or too
often, false reports that weigh more than is said, or records that differ from what real sealing and scanning gives.
What the zone is like stands in bench/simulation/scenario.ts.`;

/** What the command line asks for. */
export interface Options {
  readonly settings: Settings;
  readonly json: boolean;
  readonly picture: string | null;
}

/** Reads the options. @returns null when help is asked for; an error's message is for a person. */
export function readOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      installations: { type: "string" },
      weeks: { type: "string" },
      seed: { type: "string", default: "sotto" },
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      picture: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  const usual = values.quick ? QUICK : { installations: 100_000, weeks: 52, minBatch: 100, sealed: 800 };
  const { installations = String(usual.installations), weeks = String(usual.weeks), seed } = values;
  const settings = {
    ...usual,
    installations: numberOf("--installations", installations, 1000, MOST_INSTALLATIONS),
    weeks: numberOf("--weeks", weeks, WEEKS.least, WEEKS.most),
    seed,
  };
  return { settings, json: values.json, picture: values.picture ?? null };
}

/** The command that gives the same figures again. */
export function commandOf({ installations, weeks, seed, minBatch }: Settings): string {
  const quick = minBatch === QUICK.minBatch ? "--quick " : "";
  const quoted = `'${seed.replaceAll("'", `'\\''`)}'`;
  return `npm run simulate -- ${quick}--installations ${installations} --weeks ${weeks} --seed ${quoted}`;
}

function numberOf(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) throw new Error(`${option} is ${least} to ${most}`);
  return value;
}
