import { DAY_SECONDS, dayOf } from "@sotto/wire";
import { MAX_WINDOWS_BACK, windowOf } from "../../client/report/window.ts";
import { LIFE_DAYS } from "../../client/spool/schedule.ts";
import { Dice } from "../../test/e2e/dice.ts";
import { logNormal } from "./chance.ts";
import { AS_DESIGNED, type Behaviour, Installation } from "./installation.ts";
import { drawMachine, runsOn } from "./machine.ts";
import { Measure } from "./measure.ts";
import { type Model, POPULATION } from "./model.ts";
import { PROGRAM } from "./program.ts";
import { drawResolver } from "./resolver.ts";
import { timesOfRuns } from "./usage.ts";

/** Monday 2026-11-23 00:00 UTC: the beginning of the first week that is measured. */
const START = 20_780 * DAY_SECONDS;

/**
 * Weeks after the last one that is measured in which its reports may still come: with counters one is sealed up to so many
 * windows later, and sent for 14 days from then.
 */
const WEEKS_AFTER = MAX_WINDOWS_BACK + LIFE_DAYS / 7;

/** A simulation: the same settings give the same figures. */
export interface Settings {
  readonly installations: number;
  /** Weeks that are measured. */
  readonly weeks: number;
  readonly seed: string;
  readonly behaviour?: Behaviour;
  readonly model?: Model;
}

/**
 * Lets a population live.
 *
 * An installation depends on the seed, its number and the weeks alone, and what happens around it not on how its client
 * behaves: so two behaviours are compared on the same lives.
 *
 * @param onProgress told how many are done.
 */
export function simulate(settings: Settings, onProgress: (done: number) => void = () => {}): Measure {
  const { installations, weeks, seed, behaviour = AS_DESIGNED, model = POPULATION } = settings;
  const first = windowOf("week", dayOf(START));
  const measure = new Measure(first, first + weeks - 1);
  for (let number = 0; number < installations; number++) {
    const life = new Dice(`${seed}/${number}/life`);
    const rate = logNormal(life, model.medianRuns, model.sigma);
    const machine = drawMachine(life, model);
    const resolver = drawResolver(life, model);
    const times = timesOfRuns(life, START, weeks + WEEKS_AFTER, rate, machine.kind !== "server");
    const runs = runsOn(life, machine, model, times);
    const surroundings = { machine, resolver, model };
    const client = new Installation(PROGRAM, behaviour, surroundings, new Dice(`${seed}/${number}/client`));
    for (const run of runs) client.run(run);
    client.finish();
    measure.add({ ...surroundings, rate, runs, client });
    onProgress(number + 1);
  }
  return measure;
}
