import { DAY_SECONDS, weekOf } from "@sotto/wire";

/** Monday 2027-01-04 00:00 UTC: the first day that is measured, in days since 1970-01-01 UTC. */
export const FIRST_DAY = 20_822;

/** Its week, which is also the number of its window. */
export const FIRST_WEEK = weekOf(FIRST_DAY);

/** The same in Unix seconds. */
export const START = FIRST_DAY * DAY_SECONDS;

/**
 * Weeks behind the last one that is measured in which its reports may still come: those with counters are sealed up to
 * three windows later, and a frame lives for two weeks.
 */
export const WEEKS_AFTER = 6;

/** Weeks before the first: Monday comes earlier in the east than in UTC. */
export const WEEKS_BEFORE = 1;

/** A year, as far as the command line chooses. The same settings give the same figures. */
export interface Settings {
  /** All that there ever are in the year, of all projects together. */
  readonly installations: number;
  /** Weeks that are measured. */
  readonly weeks: number;
  readonly seed: string;
  /** Frames that a segment has at least when it is released. */
  readonly minBatch: number;
  /** Installations of each decoded project of the small zone, of which nothing is left out. */
  readonly sealed: number;
}

/** How many projects share the zone. */
export const PROJECTS = 50;

/** The collector's defaults in seconds: how long anything is kept, and the length of a bucket. */
export const RETENTION = 168 * 3600;
export const BUCKET = 3600;

/** What happens to the zone. As with the population's model nobody measured it: it is assumed, and figures follow it. */
export const EVENTS = {
  /** CI jobs for each installation of the year, each from nothing and away again; and containers that are not CI. */
  ciJobs: 1,
  containers: 0.1,
  /** Share of installations and jobs in networks that answer "not found" for the zone. */
  blocked: 0.03,
  /** Share of machines that are copied with all their state, and into how many more. */
  imaged: 0.005,
  copies: 3,
  /** Share of frames that a resolver asks for again by itself, within two hours. */
  repeated: 0.04,
  /** Share of frames that somebody who collects names sends again, up to so many days later. */
  replayed: 0.01,
  replayDays: 60,
  /** Frames of an attacker that nobody can open, as a share of the reports of the zone. */
  junk: 0.05,
  /** False reports a week on an attacked project, for each of its installations; and how many weeks it lasts. */
  lies: 0.02,
  lieWeeks: 3,
  /** Of them, those that say what the definition does not allow. */
  clumsyLies: 0.1,
} as const;

/** Numbers of the projects that are attacked by false reports. */
export const ATTACKED: readonly number[] = [1, 3];

/** Number of the project whose key is stolen. */
export const ROBBED = 0;

/** Weeks of the waves of false reports, counted from the first that is measured. */
export function liesIn(weeks: number): { readonly from: number; readonly until: number } {
  const from = Math.floor(weeks * 0.65);
  return { from, until: Math.min(weeks, from + EVENTS.lieWeeks) };
}

/** The week in the middle of which a key is found to be stolen, and replaced. */
export function theftIn(weeks: number): number {
  return Math.floor(weeks * 0.45);
}

/** The day on which the new key is published. */
export function replacementDay(weeks: number): number {
  return FIRST_DAY + theftIn(weeks) * 7 + 2;
}
