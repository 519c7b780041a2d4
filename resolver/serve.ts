import type { AddressInfo } from "node:net";
import { MAX_BITS } from "@sotto/wire";
import type { FastifyInstance } from "fastify";
import { Responder } from "./dns/responder.ts";
import { TcpServer } from "./dns/tcp.ts";
import { UdpServer } from "./dns/udp.ts";
import { Zone, type ZoneConfig } from "./dns/zone.ts";
import { type Endpoint, formatEndpoint } from "./endpoint.ts";
import { ConfigError } from "./errors.ts";
import { type Keeping, MAX_RETENTION_SECONDS } from "./log/bucket.ts";
import { type Clock, Intake, type IntakeCounters } from "./log/intake.ts";
import { Log, type LogCounters } from "./log/log.ts";
import { createPublication } from "./publication/app.ts";

/** How often ended buckets and expired segments are looked for. */
const MAINTENANCE_MILLISECONDS = 500;

/** Everything a collector is started with. Times are in seconds. */
export interface ServeOptions extends Keeping {
  readonly zone: string;
  readonly listen: Endpoint;
  readonly http: Endpoint;
  readonly data: string;
  readonly ack: readonly string[];
  readonly nak: string;
  readonly bits: number;
  /** The system's clock unless a test brings its own. */
  readonly clock?: Clock;
  /** Is told of what goes wrong while serving, one line each without any address. */
  readonly warn?: (line: string) => void;
}

/** A collector that is serving. */
export interface Collector {
  readonly dns: Endpoint;
  readonly http: Endpoint;
  readonly counters: IntakeCounters & LogCounters;
  /** Stops cleanly: what was acknowledged is stored, what is under way is answered. */
  close(): Promise<void>;
}

/**
 * Starts the collector of one zone.
 *
 * @throws ConfigError, ZoneError, StoreError; the system's error when an endpoint cannot be bound.
 */
export async function serve(options: ServeOptions): Promise<Collector> {
  checkOptions(options);
  const clock = options.clock ?? (() => Date.now() / 1000);
  const warn = options.warn ?? (() => {});
  const zone = new Zone(zoneConfigOf(options));
  const log = await Log.open(options.data, zone.name, options);
  for (const path of log.damagedFiles) warn(`damaged, left aside: ${path}`);
  const intake = new Intake(log.journalFolder, options.bucket, clock, await log.earliestBucket());
  const maintenance = new Maintenance(intake, log, clock, warn);
  await maintenance.run();

  const published = { zone: zone.name, list: () => log.published(clock()), pathOf: (id: string) => log.pathOf(id) };
  const publication = createPublication(published);
  await publication.listen({ host: options.http.address, port: options.http.port });
  const responder = new Responder(zone, intake, clock);
  const udp = await UdpServer.listen(options.listen, responder);
  const tcp = await TcpServer.listen({ ...options.listen, port: udp.port }, responder);
  maintenance.start();
  return {
    dns: { ...options.listen, port: udp.port },
    http: boundEndpoint(publication, options.http),
    get counters() {
      return { ...intake.counters, ...log.counters };
    },
    close: async () => {
      udp.pause();
      tcp.pause();
      await maintenance.stop();
      await intake.close();
      await Promise.all([udp.close(), tcp.close(), publication.close()]);
    },
  };
}

/** The line that tells what a collector listens on. */
export function readyLine(
  { zone }: Pick<ServeOptions, "zone">,
  { dns, http }: Pick<Collector, "dns" | "http">,
): string {
  return `ready: zone ${zone}, DNS ${formatEndpoint(dns)} (UDP and TCP), HTTP http://${formatEndpoint(http)}`;
}

/** Seals, releases and purges on time, one run at a time. */
class Maintenance {
  readonly #intake: Intake;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #warn: (line: string) => void;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();
  #lastTrouble = "";

  constructor(intake: Intake, log: Log, clock: Clock, warn: (line: string) => void) {
    this.#intake = intake;
    this.#log = log;
    this.#clock = clock;
    this.#warn = warn;
  }

  async run(): Promise<void> {
    const current = await this.#intake.closeEnded();
    await this.#log.maintain(current, this.#clock());
  }

  start(): void {
    this.#timer = setTimeout(() => {
      this.#running = this.run()
        .then(() => {
          this.#lastTrouble = "";
        })
        .catch((error: Error) => this.#trouble(error))
        .then(() => {
          this.#timer?.refresh();
        });
    }, MAINTENANCE_MILLISECONDS);
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#running;
  }

  /** Sealing is tried again at the next turn with its inputs in place; the same trouble is told once. */
  #trouble(error: Error): void {
    if (error.message !== this.#lastTrouble) this.#warn(`sealing failed, will be tried again: ${error.message}`);
    this.#lastTrouble = error.message;
  }
}

function boundEndpoint(app: FastifyInstance, asked: Endpoint): Endpoint {
  const address = app.server.address() as AddressInfo;
  return { address: asked.address, port: address.port };
}

function zoneConfigOf({ zone, listen, ack, nak, bits, retention }: ServeOptions): ZoneConfig {
  const unspecified = listen.address === "0.0.0.0" || listen.address === "::";
  const host = `ns1.${zone.replace(/\.$/, "")}`;
  const nameServers = [{ host, addresses: unspecified ? [] : [listen.address] }];
  return { zone, nameServers, ack, nak, bits, retentionHours: Math.ceil(retention / 3600) };
}

function checkOptions({ bucket, minBatch, retention, publishAfter, bits, ack, nak }: ServeOptions): void {
  const refuse = (why: string) => new ConfigError("SOTTO_CONFIG", why);
  if (ack.length === 0) throw refuse("an ack address is needed: --ack 198.18.0.7");
  if (ack.includes(nak)) throw refuse("the nak address cannot also be an ack address");
  if (!Number.isInteger(bits) || bits < 0 || bits > MAX_BITS) throw refuse(`--bits is 0 to ${MAX_BITS}`);
  if (!Number.isInteger(minBatch) || minBatch < 1) throw refuse("--min-batch is 1 or more");
  if (retention > MAX_RETENTION_SECONDS) throw refuse("--retention is at most 168h");
  if (bucket < 1 || bucket > retention / 2) throw refuse("--bucket is at least 1s and at most half the retention");
  if (publishAfter + bucket > retention) throw refuse("--publish-after leaves no time to fetch a segment");
}
