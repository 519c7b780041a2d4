import { dayOf } from "@sotto/wire";
import { MAX_WINDOWS_BACK, windowOf } from "../../client/report/window.ts";
import { countArrivals } from "./collector.ts";
import type { Installation, Surroundings } from "./installation.ts";
import type { Run } from "./machine.ts";
import type { Content } from "./program.ts";
import type { PopulationReport, ReportName } from "./reports.ts";
import { Share } from "./share.ts";

/**
 * What is asked of a week in which an installation ran and was online: at least one run lay in a session with a network.
 * That a laptop fell asleep a second later does not excuse it, nor does that the first run of the week was offline.
 */
export const QUESTIONS = [
  /** Is it counted by the report without counters? */
  "present",
  /** By the one with counters, which a later week's run must send? */
  "counters",
  /** The same, asked only of those that ran and were online again in one of the weeks in which it can still tell of it. */
  "counters-again",
] as const;
export type Question = (typeof QUESTIONS)[number];

/** Why a report with counters is missing for which no client can do anything: nothing ran that could have sent it. */
export const NO_LATER_RUN = `no run in the next ${MAX_WINDOWS_BACK} weeks`;

/** An installation whose time is over. */
export interface Lived extends Surroundings {
  /** Runs a week that it was drawn with. */
  readonly rate: number;
  readonly runs: readonly Run[];
  readonly client: Installation<PopulationReport, Content>;
}

/** The groups whose shares are told apart. An installation is in the first, and in one of each of the other three kinds. */
export const GROUPS = [
  "all",
  "always on",
  "laptop, offline is an error",
  "laptop, offline is not found",
  "resolver loses nothing",
  "resolver loses queries",
  "less than 1 run a week",
  "1 to 4 runs a week",
  "4 runs a week or more",
] as const;
export type Group = (typeof GROUPS)[number];

/** What came of many installations. */
export class Measure {
  /** Installations in a week that were counted more than once by the same report, in any week, online or not. */
  twice = 0;
  runs = 0;
  lookups = 0;
  /** Frames that arrived again, since the client had not heard that they were stored. */
  repeats = 0;
  readonly #shares = new Map<string, Share>();
  readonly #missing = new Map<string, number>();
  readonly #weeks: { readonly first: number; readonly last: number };

  /** @param first the first week that is measured, @param last the last one. */
  constructor(first: number, last: number) {
    this.#weeks = { first, last };
  }

  /** The share of a group. */
  share(question: Question, group: Group = "all"): Share {
    const key = `${question}/${group}`;
    const share = this.#shares.get(key) ?? new Share();
    this.#shares.set(key, share);
    return share;
  }

  /** Why some are missing, the most frequent reason first. */
  missing(report: ReportName): (readonly [reason: string, count: number])[] {
    const own = [...this.#missing].filter(([key]) => key.startsWith(`${report}/`));
    return own.map(([key, count]) => [key.slice(report.length + 1), count] as const).toSorted((a, b) => b[1] - a[1]);
  }

  /** Adds an installation. */
  add(lived: Lived): void {
    const { client, runs } = lived;
    const counted = countArrivals(client.arrivals, (hash) => client.sealed.get(hash));
    this.runs += runs.length;
    this.repeats += client.arrivals.length - counted.length;
    const seen = new Map<string, { isLate: boolean; times: number }>();
    for (const { report, window, isLate } of counted) {
      const times = (seen.get(`${report}/${window}`)?.times ?? 0) + 1;
      seen.set(`${report}/${window}`, { isLate, times });
      if (times === 2) this.twice++;
    }
    const online = new Set(runs.filter(({ isOnline }) => isOnline).map(({ at }) => windowOf("week", dayOf(at))));
    for (const week of online) {
      if (week < this.#weeks.first || week > this.#weeks.last) continue;
      const present = seen.get(`present/${week}`) ?? null;
      const counters = seen.get(`counters/${week}`) ?? null;
      const isAgain = Array.from({ length: MAX_WINDOWS_BACK }, (_, at) => week + 1 + at).some((w) => online.has(w));
      for (const group of groupsOf(lived)) {
        this.share("present", group).add(week, present);
        this.share("counters", group).add(week, counters);
        if (isAgain) this.share("counters-again", group).add(week, counters);
      }
      if (present === null) this.#miss("present", reasonOf(lived, "present", week));
      if (counters === null) this.#miss("counters", reasonOf(lived, "counters", week));
    }
  }

  #miss(report: ReportName, reason: string): void {
    this.#missing.set(`${report}/${reason}`, (this.#missing.get(`${report}/${reason}`) ?? 0) + 1);
  }
}

function groupsOf({ machine, resolver, rate }: Lived): readonly Group[] {
  const offline: Group = machine.saysNotFoundOffline ? "laptop, offline is not found" : "laptop, offline is an error";
  const seldom: Group = rate < 1 ? "less than 1 run a week" : "1 to 4 runs a week";
  return [
    "all",
    machine.kind === "laptop" ? offline : "always on",
    resolver.loss > 0 ? "resolver loses queries" : "resolver loses nothing",
    rate < 4 ? seldom : "4 runs a week or more",
  ];
}

function reasonOf({ client, runs }: Lived, report: ReportName, week: number): string {
  const sealed = [...client.sealed.values()].find((frame) => {
    return frame.report === report && windowOf("week", frame.day) - frame.back === week;
  });
  if (sealed !== undefined) return `${sealed.trouble}, then ${sealed.end}`;
  const isRunLater = runs.some(({ at }) => {
    const back = windowOf("week", dayOf(at)) - week;
    return back >= 1 && back <= MAX_WINDOWS_BACK;
  });
  return report === "counters" && !isRunLater ? NO_LATER_RUN : "never sealed";
}
