import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { LogSize, Vitals } from "./vitals.ts";

/** What a zone has done since the process started. Totals only. */
export interface Totals {
  /** Reports stored and acknowledged. */
  readonly acks: number;
  /** Well-formed reports that could not be stored. */
  readonly naks: number;
  /** UDP questions sent on to TCP by the rate limit or the cookie rule. */
  readonly truncated: number;
  /** Further answers by kind, such as `formerr`, `refused`, `wrong_puzzle`. */
  readonly others: Readonly<Record<string, number>>;
  /** Frames sealed into segments. */
  readonly released: number;
  /** Frames deleted because their batch stayed too small. */
  readonly unreleased: number;
  /** Frames deleted at the end of the retention. */
  readonly expired: number;
  /** Frames that the disk budget left no room for. */
  readonly dropped: number;
}

/** A name of a kind of answer. Anything longer, or with a dot, colon or digit, might be somebody's address. */
const KIND = /^[a-z][a-z_]{0,31}$/;

/** Upper bounds of frames in a segment, from the smallest batch to an hour at full load. */
const FRAME_BOUNDS = [100, 300, 1e3, 3e3, 1e4, 3e4, 1e5, 3e5, 1e6, 3e6, 1e7, 3e7];

/** Upper bounds of the time that sealing takes, in seconds. */
const SEALING_BOUNDS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300];

/** Steps of the process's own figures: one report must not move them, and an operator needs no more. */
const CPU_STEP_SECONDS = 10;
const MEMORY_STEP_OCTETS = 16 * 1024 * 1024;

const MICROSECONDS = 1e6;

/**
 * Figures for Prometheus. What counts reports moves only when a bucket ends: a counter that is read every second is
 * an exact clock. So it is not asked for but told, by {@link Metrics.bucketEnded}, and nothing live is within reach.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #reports: Counter<"zone" | "outcome">;
  readonly #answers: Counter<"zone" | "kind">;
  readonly #frames: Counter<"zone" | "fate">;
  readonly #segmentFrames: Histogram<"zone">;
  readonly #sealing: Histogram<"zone">;

  constructor(vitals: Pick<Vitals, "logs">) {
    const registers = [this.#registry];
    this.#reports = new Counter({
      name: "sotto_reports_total",
      help: "Reports until the last ended bucket, by what became of them.",
      labelNames: ["zone", "outcome"],
      registers,
    });
    this.#answers = new Counter({
      name: "sotto_answers_total",
      help: "Other answers until the last ended bucket, by kind.",
      labelNames: ["zone", "kind"],
      registers,
    });
    this.#frames = new Counter({
      name: "sotto_frames_total",
      help: "Stored frames until the last ended bucket, by what became of them.",
      labelNames: ["zone", "fate"],
      registers,
    });
    this.#segmentFrames = new Histogram({
      name: "sotto_segment_frames",
      help: "Frames in a segment.",
      labelNames: ["zone"],
      buckets: FRAME_BOUNDS,
      registers,
    });
    this.#sealing = new Histogram({
      name: "sotto_sealing_seconds",
      help: "Time that sealing a bucket took.",
      labelNames: ["zone"],
      buckets: SEALING_BOUNDS,
      registers,
    });
    addLogSizes(registers, vitals);
    addProcess(registers);
  }

  /** Media type of {@link Metrics.text}. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** To be called when a bucket ends, and at no other time, with or without reports in it. */
  bucketEnded(zone: string, totals: Totals): void {
    const { acks, naks, truncated, released, unreleased, expired, dropped } = totals;
    for (const [outcome, value] of Object.entries({ ack: acks, nak: naks, truncated })) {
      set(this.#reports, { zone, outcome }, value);
    }
    for (const [fate, value] of Object.entries({ released, unreleased, expired, dropped })) {
      set(this.#frames, { zone, fate }, value);
    }
    for (const [kind, value] of Object.entries(totals.others)) {
      set(this.#answers, { zone, kind: KIND.test(kind) ? kind : "other" }, value);
    }
  }

  /** To be called when a segment was written. */
  segmentSealed(zone: string, frames: number, seconds: number): void {
    this.#segmentFrames.observe({ zone }, frames);
    this.#sealing.observe({ zone }, seconds);
  }

  /** Everything, as Prometheus reads it. */
  async text(): Promise<string> {
    return await this.#registry.metrics();
  }
}

function set<Label extends string>(counter: Counter<Label>, labels: Record<Label, string>, value: number): void {
  counter.remove(labels);
  counter.inc(labels, value);
}

function addLogSizes(registers: Registry[], vitals: Pick<Vitals, "logs">): void {
  const figures: readonly [string, string, (log: LogSize) => number][] = [
    ["sotto_segments", "Segments that can be fetched.", (log) => log.segments],
    ["sotto_segment_bytes", "Size of the segments that can be fetched.", (log) => log.segmentOctets],
    ["sotto_held_frames", "Frames that wait for their minimum batch.", (log) => log.heldFrames],
    ["sotto_disk_budget_bytes", "What the zone's log may take on disk.", (log) => log.diskBudget],
  ];
  for (const [name, help, figure] of figures) {
    new Gauge({
      name,
      help,
      labelNames: ["zone"],
      registers,
      collect() {
        this.reset();
        for (const log of vitals.logs()) this.set({ zone: log.zone }, figure(log));
      },
    });
  }
}

/** In place of prom-client's own figures, which count open sockets and every microsecond. */
function addProcess(registers: Registry[]): void {
  new Gauge({
    name: "process_cpu_seconds",
    help: `Processor time used, in steps of ${CPU_STEP_SECONDS} s.`,
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.set(downTo(CPU_STEP_SECONDS, (user + system) / MICROSECONDS));
    },
  });
  new Gauge({
    name: "process_resident_memory_bytes",
    help: `Memory in use, in steps of ${MEMORY_STEP_OCTETS} bytes.`,
    registers,
    collect() {
      this.set(downTo(MEMORY_STEP_OCTETS, process.memoryUsage.rss()));
    },
  });
}

function downTo(step: number, value: number): number {
  return Math.floor(value / step) * step;
}
