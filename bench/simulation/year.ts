import { addTo } from "./counting.ts";
import type { Lot } from "./lot.ts";
import { keysOf, type Project, projectsOf } from "./projects.ts";
import { EVENTS, type Settings } from "./scenario.ts";
import { bucketCount, type Share, type Totals } from "./shard.ts";
import { Weekly } from "./truth.ts";

/** Installations that one thread lets live at a time. */
const LOT = 8000;

/** What came of a project in the year. */
export interface ProjectYear {
  readonly project: Project;
  /** Records that say the same, by window. */
  readonly rows: ReadonlyMap<number, ReadonlyMap<string, number>>;
  readonly frames: ReadonlyMap<number, readonly number[]>;
  readonly messages: ReadonlyMap<number, readonly number[]>;
  readonly truth: Weekly;
}

/** What came of all. */
export interface Year {
  readonly settings: Settings;
  readonly projects: readonly ProjectYear[];
  readonly totals: Totals;
  /** Frames that the collector stored, by bucket. */
  readonly buckets: Uint32Array;
  /** Of them, those that nobody can open: an attacker's. */
  readonly junk: number;
}

/** Divides the year's installations. */
export function lotsOf({ installations, weeks }: Settings): Lot[] {
  const lots: Lot[] = [];
  for (const project of projectsOf(installations)) {
    const keys = keysOf(project, weeks);
    for (let from = 0; from < project.installations; from += LOT) {
      const count = Math.min(LOT, project.installations - from);
      lots.push({
        number: lots.length,
        project,
        keys,
        installations: count,
        liesFor: from === 0 ? project.installations : 0,
      });
    }
  }
  return lots;
}

/** Adds up what lots came to, in whatever order they come. */
export class YearSum {
  readonly #settings: Settings;
  readonly #projects: ReturnType<typeof emptyYear>[];
  readonly #buckets: Uint32Array;
  readonly #totals: Totals = {
    ...{ runs: 0, installations: 0, sent: 0, repeated: 0, replayed: 0, refused: 0 },
    ...{ lies: 0, liesRecorded: 0, twice: 0 },
  };

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#projects = projectsOf(settings.installations).map((project) => emptyYear(project, settings.weeks));
    this.#buckets = new Uint32Array(bucketCount(settings.weeks));
  }

  add({ project, rows, frames, messages, truth, buckets, totals }: Share): void {
    const year = this.#projects[project];
    if (year === undefined) throw new RangeError(`there is no project ${project}`);
    for (const [key, count] of rows) {
      const blank = key.indexOf(" ");
      const window = Number(key.slice(0, blank));
      const values = key.slice(blank + 1);
      const known = year.rows.get(window) ?? new Map<string, number>();
      year.rows.set(window, known);
      known.set(values, (known.get(values) ?? 0) + count);
    }
    for (const [day, counts] of frames) addTo(year.frames, day, counts);
    for (const [day, counts] of messages) addTo(year.messages, day, counts);
    year.truth.addAll(truth);
    for (const [at, count] of buckets.entries()) this.#buckets[at] = (this.#buckets[at] ?? 0) + count;
    for (const name of Object.keys(totals) as (keyof Totals)[]) this.#totals[name] += totals[name];
  }

  /** All of it, with an attacker's junk, which comes at the pace of the reports. */
  year(): Year {
    const buckets = this.#buckets.map((count) => count + Math.round(count * EVENTS.junk));
    const total = (counts: Uint32Array) => counts.reduce((sum, count) => sum + count, 0);
    const junk = total(buckets) - total(this.#buckets);
    return { settings: this.#settings, projects: this.#projects, totals: this.#totals, buckets, junk };
  }
}

function emptyYear(project: Project, weeks: number) {
  return {
    project,
    rows: new Map<number, Map<string, number>>(),
    frames: new Map<number, number[]>(),
    messages: new Map<number, number[]>(),
    truth: new Weekly(weeks),
  };
}
