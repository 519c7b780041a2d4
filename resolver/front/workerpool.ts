import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Span } from "@sotto/wire";
import type { Endpoint } from "../endpoint.ts";
import { type Capacity, shareOf } from "../log/capacity.ts";
import type { Course } from "../log/timeline.ts";
import { callRemote, type Offer, type Remote } from "./calls.ts";
import {
  addCounters,
  FRONT_CALLS,
  type Front,
  type FrontCounters,
  type FrontSettings,
  type FrontStart,
} from "./front.ts";

/** A worker that ends without being told to is replaced after this, so that one that cannot start does not spin. */
const RESTART_MILLISECONDS = 1000;

interface Worker {
  readonly process: ChildProcess;
  readonly front: Remote<Front & Offer>;
}

/**
 * Several processes that answer DNS on the same endpoints; the system deals queries out among them (SO_REUSEPORT), and
 * each stores in journals of its own. One that dies is replaced; its journals count as closed, as those of any process
 * that is gone.
 */
export class WorkerPool implements Front {
  readonly #size: number;
  readonly #warn: (line: string) => void;
  readonly #workers = new Set<Worker>();
  #start: FrontStart | null = null;
  #closing = false;
  /** What workers that are gone had counted when they were last asked. */
  #lastCounters = new Map<Worker, FrontCounters>();
  readonly #gone: FrontCounters = emptyCounters();

  constructor(size: number, warn: (line: string) => void) {
    this.#size = size;
    this.#warn = warn;
  }

  async start(start: FrontStart): Promise<Endpoint[]> {
    // The first one chooses the port where it is 0; the others have to share it.
    const shared = { ...start, workers: this.#size, logs: this.#shared(start.logs) };
    const listen = await this.#startWorker(shared);
    this.#start = { ...shared, listen };
    await Promise.all(Array.from({ length: this.#size - 1 }, () => this.#startWorker(this.#start as FrontStart)));
    return listen;
  }

  async turn(courses: readonly Course[]): Promise<Span[]> {
    this.#remember((log, index) => ({ ...log, course: courses[index] ?? log.course }));
    const open = await this.#all((front) => front.turn(courses));
    return courses.map(({ open: newest }, index) => {
      const spans = open.map((answer) => answer[index]).filter((span) => span !== undefined);
      return spans.reduce((earliest, span) => (span.start < earliest.start ? span : earliest), spans[0] ?? newest);
    });
  }

  async allow(capacities: readonly Capacity[]): Promise<void> {
    const shares = capacities.map((capacity) => shareOf(capacity, this.#size));
    this.#remember((log, index) => ({ ...log, capacity: shares[index] ?? log.capacity }));
    await this.#all((front) => front.allow(shares));
  }

  async change(settings: FrontSettings): Promise<void> {
    if (this.#start !== null) this.#start = { ...this.#start, ...settings };
    await this.#all((front) => front.change(settings));
  }

  async counters(): Promise<FrontCounters> {
    for (const worker of this.#workers) {
      await worker.front.counters(null).then(
        (counters) => this.#lastCounters.set(worker, counters),
        () => {},
      );
    }
    const sum = { ...this.#gone };
    for (const counters of this.#lastCounters.values()) addCounters(sum, counters);
    return sum;
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#all((front) => front.close(null));
    for (const { process } of this.#workers) process.disconnect();
    await Promise.all([...this.#workers].map(({ process }) => process.exitCode ?? once(process, "exit")));
  }

  async #startWorker(start: FrontStart): Promise<Endpoint[]> {
    const child = forkWorker();
    const worker: Worker = { process: child, front: callRemote<Front & Offer>(child, FRONT_CALLS) };
    this.#workers.add(worker);
    child.on("exit", () => this.#lost(worker));
    return await worker.front.start(start);
  }

  #lost(worker: Worker): void {
    this.#workers.delete(worker);
    addCounters(this.#gone, this.#lastCounters.get(worker) ?? {});
    this.#lastCounters.delete(worker);
    if (this.#closing) return;
    this.#warn("it is replaced");
    sleep(RESTART_MILLISECONDS)
      .then(() => (this.#closing || this.#start === null ? [] : this.#startWorker(this.#start)))
      .catch((error: Error) => this.#warn(`it could not be replaced: ${error.message}`));
  }

  /** Asks every worker that lives; one that dies meanwhile has no answer, and its journals are closed. */
  async #all<T>(ask: (front: Remote<Front & Offer>) => Promise<T>): Promise<T[]> {
    const answers = await Promise.allSettled([...this.#workers].map(({ front }) => ask(front)));
    return answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
  }

  /** What a worker that is started later has to know. */
  #remember(update: (log: FrontStart["logs"][number], index: number) => FrontStart["logs"][number]): void {
    if (this.#start !== null) this.#start = { ...this.#start, logs: this.#start.logs.map(update) };
  }

  #shared(logs: FrontStart["logs"]): FrontStart["logs"] {
    return logs.map((log) => ({ ...log, capacity: shareOf(log.capacity, this.#size) }));
  }
}

/** The worker runs as this process does: the sources in a checkout, dist when packed. */
function forkWorker(): ChildProcess {
  const fromSource = import.meta.url.endsWith(".ts");
  const path = fileURLToPath(new URL(fromSource ? "./worker.ts" : "./worker.js", import.meta.url));
  return fork(path, { execArgv: fromSource ? ["--conditions=sotto-source"] : [], stdio: "inherit" });
}

function emptyCounters(): FrontCounters {
  return { acks: 0, naks: 0, deferred: 0, others: 0, errors: 0, limited: 0, stored: 0, failed: 0, dropped: 0 };
}
