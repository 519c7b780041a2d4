import { DAY_SECONDS, OTHER } from "@sotto/wire";
import type { Runner } from "../../client/report/values.ts";
import type { Dice } from "../../test/e2e/dice.ts";
import { happens, logNormal, logUniform, uniform } from "../population/chance.ts";
import { drawMachine, type Machine, type Run, runsOn } from "../population/machine.ts";
import { POPULATION } from "../population/model.ts";
import { drawResolver, type Resolver } from "../population/resolver.ts";
import { timesOfRuns } from "../population/usage.ts";
import type { Project } from "./projects.ts";
import { EVENTS, FIRST_DAY, START } from "./scenario.ts";

/** What never changes of an installation, drawn from 0 to 1: its answers follow, as habits of all do. */
export interface Traits {
  readonly taste: number;
  readonly habit: number;
  readonly size: number;
  /** Weeks after a release that it is upgraded. */
  readonly lag: number;
  readonly platform: string;
}

/** An installation, or a job that comes from nothing and is gone again. */
export interface Life {
  readonly runner: Runner;
  readonly traits: Traits;
  readonly machine: Machine;
  readonly resolver: Resolver;
  /** The day on which somebody agreed. */
  readonly firstDay: number;
  readonly runs: readonly Run[];
}

/** Share of the year's installations that are there when it begins, and the weeks that installations stay on average. */
const THERE = 0.1;
const STAY = { there: 45, joined: 26, tried: 1.5 } as const;

/** Share of those that come who only try the program. */
const TRIED = 0.8;

/** Share of installations that are run at a terminal, and by an AI agent; scripts run the others. */
const AT_TERMINAL = 0.68;
const BY_AGENT = 0.04;

const PLATFORMS = ["linux-x64", "linux-x64", "linux-arm64", "darwin-arm64", "darwin-arm64", "win32-x64"];

/** Seconds that a CI job or a container lives after the program ran in it. */
const JOB_SECONDS = { least: 20, most: 1800 } as const;

/**
 * An installation in somebody's hands. Its first runs may lie in the week before the one in which it comes, see
 * {@link timesOfRuns}; so the last week that is measured, after which nobody comes, has some tenth fewer than it might.
 */
export function drawInstallation(dice: Dice, weeks: number): Life {
  const isThere = happens(dice, THERE);
  const joins = isThere ? -1 - Math.floor(40 * uniform(dice)) : Math.floor(weeks * uniform(dice));
  const mean = isThere ? STAY.there : happens(dice, TRIED) ? STAY.tried : STAY.joined;
  const stays = -mean * Math.log(uniform(dice));
  const from = Math.max(0, joins);
  const until = Math.min(weeks + 1, Math.ceil(from + stays));
  const { runner, traits, machine, resolver } = drawPerson(dice);
  const rate = logNormal(dice, POPULATION.medianRuns, POPULATION.sigma);
  const start = START + from * 7 * DAY_SECONDS;
  const times = timesOfRuns(dice, start, until - from, rate, machine.kind !== "server");
  const runs = runsOn(dice, machine, POPULATION, times);
  return { runner, traits, machine, resolver, firstDay: FIRST_DAY + joins * 7, runs };
}

/** A job of a CI system, or a container of somebody's that is thrown away. */
export function drawJob(dice: Dice, weeks: number, runner: "ci" | "container"): Life {
  const { traits } = drawPerson(dice);
  const at = START + Math.floor(uniform(dice) * weeks * 7 * DAY_SECONDS);
  const length = logUniform(dice, JOB_SECONDS.least, JOB_SECONDS.most);
  return {
    ...{ runner, traits, machine: { kind: "server", saysNotFoundOffline: false } },
    resolver: resolverOf(dice),
    firstDay: Math.floor(at / DAY_SECONDS),
    runs: [{ at, isOnline: true, sleepsAt: at + length }],
  };
}

/** A copy of an installation goes on by itself, on a machine and in a network of its own. */
export function drawCopy(dice: Dice, original: Life, since: number, weeks: number): Life {
  const machine: Machine = { kind: "server", saysNotFoundOffline: false };
  const week = Math.floor((since - START) / (7 * DAY_SECONDS));
  const rate = logNormal(dice, POPULATION.medianRuns, POPULATION.sigma);
  const times = timesOfRuns(dice, START + week * 7 * DAY_SECONDS, weeks - week, rate, false);
  const runs = runsOn(
    dice,
    machine,
    POPULATION,
    times.filter((at) => at > since),
  );
  return { ...original, machine, resolver: resolverOf(dice), runs };
}

/** What the program says of itself to the client on a day. */
export function saidOn(
  project: Project,
  { traits }: Life,
  day: number,
  weeks: number,
): Record<string, string | number | boolean> {
  const week = (day - FIRST_DAY) / 7;
  const version = `2.${10 + Math.floor((week - traits.lag + 60) / 5)}.0`;
  const change = logistic(week / weeks, 0.35 + ((project.number * 7) % 10) / 30);
  switch (project.kind) {
    case "private":
      return {
        version,
        database: among(traits.taste, DATABASES, [0.22 + 0.3 * change, 0.5 - 0.25 * change, 0.15, 0.08]),
      };
    case "rotating":
      return {
        version,
        shell: among(traits.taste, SHELLS, [0.55 - 0.1 * change, 0.3, 0.1]),
        colour: traits.habit < 0.85 - 0.4 * change,
        width: Math.floor(10 ** (4 * traits.size) / 2),
      };
    case "counting":
      return { version, platform: traits.platform };
  }
}

const DATABASES = ["postgres", "sqlite", "mysql", "mssql"];
const SHELLS = ["bash", "zsh", "fish"];

function among(drawn: number, values: readonly string[], shares: readonly number[]): string {
  let rest = drawn;
  for (const [at, share] of shares.entries()) {
    if (rest < share) return values[at] as string;
    rest -= share;
  }
  return OTHER;
}

function logistic(progress: number, middle: number): number {
  return 1 / (1 + Math.exp(-(progress - middle) * 14));
}

function drawPerson(dice: Dice): Pick<Life, "runner" | "traits" | "machine" | "resolver"> {
  const runner: Runner = happens(dice, BY_AGENT) ? "agent" : happens(dice, AT_TERMINAL) ? "terminal" : "script";
  const [taste, habit, size] = [uniform(dice), uniform(dice), uniform(dice)];
  const lag = -6 * Math.log(uniform(dice));
  const traits = { taste, habit, size, lag, platform: dice.pick(PLATFORMS) };
  return { runner, traits, machine: drawMachine(dice, POPULATION), resolver: resolverOf(dice) };
}

function resolverOf(dice: Dice): Resolver {
  const isBlocked = happens(dice, EVENTS.blocked);
  return { ...drawResolver(dice, POPULATION), isBlocked };
}
