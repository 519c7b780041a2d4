import type { Front, FrontCounters } from "./front/front.ts";
import type { Clock } from "./log/clock.ts";
import type { FrameLog, LogCounters } from "./log/contract.ts";
import type { Course } from "./log/timeline.ts";
import type { Metrics } from "./publication/metrics.ts";
import type { OperatorLog } from "./publication/operatorlog.ts";
import type { ZoneSettings } from "./settings.ts";
import type { ServerVitals } from "./vitals.ts";

/** How often ended buckets and expired segments are looked for. */
const ROUND_MILLISECONDS = 500;

/** How often storage is tried when nothing else says that it fails. By the clock, not by a report, whose time it would tell. */
const STORAGE_CHECK_SECONDS = 60;

/** What maintenance works on. Zones, logs and the front's zones have the same order. */
export interface MaintenanceParts {
  readonly zones: readonly ZoneSettings[];
  readonly logs: readonly FrameLog[];
  readonly front: Front;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly vitals: ServerVitals;
  readonly log: OperatorLog;
}

/** Seals, releases and purges on time, one round at a time, and tells the operator what came of it. */
export class Maintenance {
  /** The server is being stopped: what fails from then on fails because of that. */
  stopping = false;
  readonly #parts: MaintenanceParts;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();
  /** The bucket being filled of each zone as of the last round. */
  #open: number[] = [];
  #lastTrouble = "";
  #storageWorks = true;
  #nextStorageCheck = 0;

  constructor(parts: MaintenanceParts) {
    this.#parts = parts;
  }

  /** The first round, before anything fills buckets. */
  async begin(): Promise<Course[]> {
    const { courses, times } = await this.#follow();
    for (const [index, course] of courses.entries()) await this.#maintain(index, course.open, times[index] as number);
    this.#open = courses.map(({ open }) => open.start);
    return courses;
  }

  start(): void {
    this.#timer = setTimeout(() => {
      this.#running = this.#round()
        .then(() => this.#recovered())
        .catch((error: Error) => this.#trouble(error))
        .then(() => {
          this.#timer?.refresh();
        });
    }, ROUND_MILLISECONDS);
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#running;
  }

  async #round(): Promise<void> {
    const { logs, front, clock } = this.#parts;
    const { courses, times } = await this.#follow();
    const open = await front.turn(courses);
    const troubles: unknown[] = [];
    for (const [index, span] of open.entries()) {
      const now = times[index] as number;
      await this.#maintain(index, span, now).catch((error: unknown) => troubles.push(error));
    }
    await front.allow(logs.map((log) => log.capacity(1)));
    await this.#countEnded(courses);
    await this.#checkStorage(clock());
    if (troubles.length > 0) throw troubles[0];
  }

  /** Each log by the clock that it goes by. */
  async #follow(): Promise<{ courses: Course[]; times: number[] }> {
    const { logs } = this.#parts;
    const times = await Promise.all(logs.map((log) => log.time()));
    return { times, courses: await Promise.all(logs.map((log, index) => log.follow(times[index] as number))) };
  }

  async #maintain(index: number, open: Course["open"], now: number): Promise<void> {
    const { logs, zones, metrics } = this.#parts;
    const log = logs[index] as FrameLog;
    const zone = zones[index]?.zone ?? "";
    const before = { ...log.counters };
    const begin = performance.now();
    try {
      await log.maintain(open, now);
    } finally {
      const released = log.counters.released - before.released;
      if (released > 0) metrics.segmentSealed(zone, released, (performance.now() - begin) / 1000);
      this.#tell(zone, before, log.counters);
    }
  }

  /** One line for what a round did to a zone's log. */
  #tell(zone: string, before: LogCounters, after: LogCounters): void {
    const { log } = this.#parts;
    const events = { sealed: "released", purged: "expired", dropped: "unreleased" } as const;
    for (const [event, counter] of Object.entries(events) as [keyof typeof events, keyof LogCounters][]) {
      const frames = after[counter] - before[counter];
      if (frames > 0) log.info(event, { zone, frames });
    }
  }

  /** Figures move when a bucket ends, and at no other time. */
  async #countEnded(courses: readonly Course[]): Promise<void> {
    const { zones, logs, front, metrics } = this.#parts;
    const ended = courses.flatMap(({ open }, index) => (open.start === this.#open[index] ? [] : [index]));
    if (ended.length === 0) return;
    this.#open = courses.map(({ open }) => open.start);
    const counters = await front.counters(null);
    for (const index of ended) {
      const { released, unreleased, expired } = (logs[index] as FrameLog).counters;
      const name = zones[index]?.zone ?? "";
      metrics.bucketEnded(name, { ...answersOf(counters), released, unreleased, expired });
    }
  }

  async #checkStorage(now: number): Promise<void> {
    if (now < this.#nextStorageCheck) return;
    this.#nextStorageCheck = now + STORAGE_CHECK_SECONDS;
    const { vitals, log } = this.#parts;
    const works = await vitals.isStorageWritable();
    if (works !== this.#storageWorks) {
      if (works) log.info("recovered");
      else log.error("storage");
    }
    this.#storageWorks = works;
  }

  #recovered(): void {
    this.#lastTrouble = "";
    this.#parts.vitals.maintenanceFails = false;
  }

  /** Sealing is tried again with its inputs in place; the same trouble is told once. */
  #trouble(error: Error): void {
    if (this.stopping) return;
    this.#parts.vitals.maintenanceFails = true;
    if (error.message !== this.#lastTrouble) this.#parts.log.error("maintenance", {}, error);
    this.#lastTrouble = error.message;
  }
}

/** The server's totals as metrics name them. */
function answersOf({ acks, naks, deferred, limited, dropped, others, errors }: FrontCounters) {
  return { acks, naks, truncated: deferred + limited, dropped, others: { records_and_nodata: others, errors } };
}
