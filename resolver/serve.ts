import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import { COOKIE_SECRET_OCTETS } from "./dns/cookie.ts";
import { type Endpoint, formatEndpoint } from "./endpoint.ts";
import { addCounters, type Front, type FrontCounters, LocalFront } from "./front/front.ts";
import { WorkerPool } from "./front/workerpool.ts";
import { given } from "./given.ts";
import { type Clock, systemClock } from "./log/clock.ts";
import type { FrameLog, LogCounters } from "./log/contract.ts";
import { Maintenance } from "./maintenance.ts";
import { createAdmin } from "./publication/admin.ts";
import { createPublication } from "./publication/app.ts";
import { Metrics } from "./publication/metrics.ts";
import type { OperatorLog } from "./publication/operatorlog.ts";
import { publishZone } from "./publishing.ts";
import { type Change, changeOf } from "./reload.ts";
import type { Settings } from "./settings.ts";
import { openLog } from "./stores.ts";
import { ServerVitals } from "./vitals.ts";

/** What a test may bring instead of the real thing. */
export interface ServeContext {
  /** Unix seconds; the system's clock unless given. Workers always follow the system's. */
  readonly clock?: Clock;
  /** Where the operator is told what happens; nowhere unless given. */
  readonly operatorLog?: OperatorLog;
}

/** A collector that is serving. */
export interface Collector {
  readonly dns: readonly Endpoint[];
  readonly http: Endpoint | null;
  readonly admin: Endpoint | null;
  /** Totals since the start, over all zones. */
  counters(): Promise<FrontCounters & LogCounters>;
  /** Goes on with other settings as far as that is possible while serving. */
  reload(settings: Settings): Promise<Change>;
  /** Stops cleanly: what was acknowledged is stored, what is under way is answered. */
  close(): Promise<void>;
}

/**
 * Starts the collector of one or more zones.
 *
 * @throws ConfigError, ZoneError, StoreError, SignatureError; the system's error when an endpoint cannot be bound.
 */
export async function serve(settings: Settings, context: ServeContext = {}): Promise<Collector> {
  const stack = new Closing();
  try {
    return await start(settings, context, stack);
  } catch (error) {
    await stack.close();
    throw error;
  }
}

/** The line that tells what a collector listens on. */
export function readyLine(
  { zones }: Settings,
  { dns, http, admin }: Pick<Collector, "dns" | "http" | "admin">,
): string {
  const names = zones.map(({ zone }) => zone).join(", ");
  const parts = [
    `ready: zone ${names}`,
    `DNS ${dns.map(formatEndpoint).join(", ")} (UDP and TCP)`,
    ...(http === null ? [] : [`HTTP http://${formatEndpoint(http)}`]),
    ...(admin === null ? [] : [`admin http://${formatEndpoint(admin)}`]),
    ...zones.map((zone) => `minimum batch from ${reportsPerDay(zone)} reports a day on`),
  ];
  return parts.join(", ");
}

/** How many reports a day fill the minimum batch before held frames have to go. */
function reportsPerDay({ minBatch, retention }: Settings["zones"][number]): number {
  return Math.ceil((minBatch * 86_400) / (retention / 2));
}

async function start(settings: Settings, context: ServeContext, closing: Closing): Promise<Collector> {
  const { operatorLog: log = SILENT, clock = systemClock } = context;
  const logs: FrameLog[] = [];
  for (const zone of settings.zones) {
    const warn = (reason: string) => log.warn("damaged", { zone: zone.zone, reason });
    const opened = await openLog(zone, { ...given({ diskBudget: zone.diskBudget, clock: context.clock }), warn });
    closing.later(Stop.logs, () => opened.close());
    for (const file of opened.damagedFiles) log.warn("damaged", { zone: zone.zone, file });
    logs.push(opened);
  }
  const vitals = new ServerVitals(settings.zones, logs, clock);
  const metrics = new Metrics(vitals);
  const front: Front =
    settings.workers > 1
      ? new WorkerPool(settings.workers, (reason) => log.warn("worker", { reason }))
      : new LocalFront(clock);
  const maintenance = new Maintenance({ zones: settings.zones, logs, front, clock, metrics, vitals, log });
  // What ended or expired while no server ran is dealt with before anything is served.
  const courses = await maintenance.begin();
  const dns = await front.start({
    zones: settings.zones,
    rateLimit: settings.rateLimit,
    listen: settings.listen,
    workers: 1,
    secret: randomBytes(COOKIE_SECRET_OCTETS).toString("hex"),
    logs: logs.map((one, index) => {
      const course = courses[index] as (typeof courses)[number];
      return { target: one.target, course, capacity: one.capacity(1) };
    }),
  });
  closing.later(Stop.front, () => front.close(null));
  let current = settings;
  const published = await Promise.all(
    settings.zones.map((zone, index) =>
      publishZone(() => current.zones[index] ?? zone, logs[index] as FrameLog, clock),
    ),
  );
  const http = await listen(settings.http, () => createPublication(published), closing);
  const admin = await listen(settings.admin, () => createAdmin(vitals, metrics), closing);
  maintenance.start();
  closing.later(Stop.maintenance, () => maintenance.stop());
  vitals.state = "serving";
  return {
    dns,
    http,
    admin,
    counters: async () => ({ ...(await front.counters(null)), ...sumOf(logs.map(({ counters }) => counters)) }),
    reload: async (wanted) => {
      const change = changeOf(current, wanted);
      current = change.settings;
      await front.change(current);
      return change;
    },
    close: async () => {
      vitals.state = "stopping";
      maintenance.stopping = true;
      await closing.close();
    },
  };
}

async function listen(
  endpoint: Endpoint | undefined,
  create: () => FastifyInstance,
  closing: Closing,
): Promise<Endpoint | null> {
  if (endpoint === undefined) return null;
  const app = create();
  closing.later(Stop.publication, () => app.close());
  await app.listen({ host: endpoint.address, port: endpoint.port });
  return { address: endpoint.address, port: (app.server.address() as AddressInfo).port };
}

function sumOf(counters: readonly LogCounters[]): LogCounters {
  const sum = { released: 0, unreleased: 0, expired: 0, damagedSlots: 0, damagedFiles: 0 };
  for (const one of counters) addCounters(sum, one);
  return sum;
}

const SILENT: OperatorLog = { info: () => {}, warn: () => {}, error: () => {} };

/**
 * The order of stopping. Reports are taken to the end first; then a sealing under way is broken off, which the next start
 * takes up, so that stopping never waits for it; readers of the log go last.
 */
const Stop = { front: 0, logs: 1, maintenance: 2, publication: 3 } as const;

/** What has to be stopped, in the order above, each once. */
class Closing {
  readonly #steps: { readonly order: number; readonly stop: () => Promise<unknown> }[] = [];
  #running: Promise<void> | null = null;

  later(order: number, stop: () => Promise<unknown>): void {
    this.#steps.push({ order, stop });
  }

  close(): Promise<void> {
    this.#running ??= this.#run();
    return this.#running;
  }

  async #run(): Promise<void> {
    for (const { stop } of this.#steps.toSorted((a, b) => a.order - b.order)) await stop();
  }
}
