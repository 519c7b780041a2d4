import type { Span } from "@sotto/wire";
import { ServerCookies } from "../dns/cookie.ts";
import { type Answerer, Gate, type GateCounters } from "../dns/gate.ts";
import { listenDns } from "../dns/listen.ts";
import { INTAKE_RATE, type Rate, RateLimit, SOURCE_RATE, SourceRateLimit } from "../dns/ratelimit.ts";
import { type AnswerCounters, Responder } from "../dns/responder.ts";
import { SourcePrefix } from "../dns/source.ts";
import type { TcpServer } from "../dns/tcp.ts";
import { TCP_LIMITS } from "../dns/tcplimits.ts";
import type { UdpServer } from "../dns/udp.ts";
import { Zone } from "../dns/zone.ts";
import type { Endpoint } from "../endpoint.ts";
import type { Capacity } from "../log/capacity.ts";
import type { Clock } from "../log/clock.ts";
import type { SinkTarget } from "../log/contract.ts";
import { Intake, type IntakeCounters } from "../log/intake.ts";
import type { Course } from "../log/timeline.ts";
import type { ZoneSettings } from "../settings.ts";
import { openSink } from "../stores.ts";

/** What can change while a front runs. */
export interface FrontSettings {
  readonly zones: readonly ZoneSettings[];
  /** Whether the limit per source and the cookie rule hold. */
  readonly rateLimit: boolean;
}

/** Everything that a front begins with; plain data, so that it can be sent to a worker. */
export interface FrontStart extends FrontSettings {
  readonly listen: readonly Endpoint[];
  /** Processes that listen on the same endpoints; each keeps an even share of what a zone may take. */
  readonly workers: number;
  /** Of each zone: where it stores, where it stands, how much it may store. */
  readonly logs: readonly { readonly target: SinkTarget; readonly course: Course; readonly capacity: Capacity }[];
  /** 16 octets in hexadecimal, made at start and gone with the server; its processes share it. */
  readonly secret: string;
}

/** Totals of a front since it began. */
export type FrontCounters = AnswerCounters & GateCounters & IntakeCounters;

/** What answers DNS and stores reports, in this process or in another. */
export interface Front {
  /** @returns the endpoints as they were bound. */
  start(start: FrontStart): Promise<Endpoint[]>;
  /**
   * Leaves the buckets that are over.
   *
   * @param courses of each zone.
   * @returns the bucket being filled of each zone.
   */
  turn(courses: readonly Course[]): Promise<Span[]>;
  /** @param capacities of each zone. */
  allow(capacities: readonly Capacity[]): Promise<void>;
  /** Goes on with other settings; the zones and their order are the same. */
  change(settings: FrontSettings): Promise<void>;
  counters(_: null): Promise<FrontCounters>;
  /** Stops cleanly: what was acknowledged is stored, what is under way is answered. */
  close(_: null): Promise<void>;
}

/** The functions of a {@link Front}, for calling one in another process. */
export const FRONT_CALLS = ["start", "turn", "allow", "change", "counters", "close"] as const;

/** A front in this process. */
export class LocalFront implements Front {
  readonly #clock: Clock;
  #intakes: Intake[] = [];
  #servers: (UdpServer | TcpServer)[] = [];
  #workers = 1;
  #cookies = new ServerCookies(new Uint8Array(16));
  #prefix = new SourcePrefix(new Uint8Array(16));
  #gate: Gate | null = null;
  #responder: Responder | null = null;
  /** What fronts with earlier settings counted. */
  #before: AnswerCounters & GateCounters = { acks: 0, naks: 0, deferred: 0, others: 0, errors: 0, limited: 0 };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async start({ listen, workers, logs, secret, ...settings }: FrontStart): Promise<Endpoint[]> {
    const octets = Buffer.from(secret, "hex");
    this.#workers = workers;
    this.#cookies = new ServerCookies(octets);
    this.#prefix = new SourcePrefix(octets);
    const intakes = settings.zones.map(async ({ bucket }, index) => {
      const { target, course, capacity } = logs[index] as FrontStart["logs"][number];
      const clock = target.kind === "folder" ? this.#clock : null;
      return new Intake({ sink: await openSink(target), bucketLength: bucket, clock, course, capacity });
    });
    this.#intakes = await Promise.all(intakes);
    await this.change(settings);
    const gate: Answerer = { respond: (...query) => (this.#gate as Gate).respond(...query) };
    const bound: Endpoint[] = [];
    for (const endpoint of listen) {
      const sharing = { reusePort: workers > 1 };
      const { port, servers } = await listenDns(endpoint, gate, this.#prefix, TCP_LIMITS, sharing);
      this.#servers.push(...servers);
      bound.push({ ...endpoint, port });
    }
    return bound;
  }

  async turn(courses: readonly Course[]): Promise<Span[]> {
    return await Promise.all(this.#intakes.map((intake, index) => intake.closeEnded(courses[index])));
  }

  async allow(capacities: readonly Capacity[]): Promise<void> {
    for (const [index, capacity] of capacities.entries()) {
      const intake = this.#intakes[index];
      if (intake !== undefined) intake.capacity = capacity;
    }
  }

  async change({ zones, rateLimit }: FrontSettings): Promise<void> {
    const served = zones.map((settings, index) => {
      const rate = rateLimit ? { rate: new RateLimit(this.#shareOf(INTAKE_RATE)) } : {};
      return { zone: new Zone(settings), intake: this.#intakes[index] as Intake, ...rate };
    });
    this.#before = this.#counted();
    this.#responder = new Responder(served, this.#clock, steadySeconds);
    const sources = rateLimit ? { sources: { prefix: this.#prefix, limit: new SourceRateLimit(SOURCE_RATE) } } : {};
    this.#gate = new Gate(this.#responder, {
      cookies: this.#cookies,
      clock: this.#clock,
      steadyClock: steadySeconds,
      ...sources,
    });
  }

  async counters(): Promise<FrontCounters> {
    const stored = { stored: 0, failed: 0, dropped: 0 };
    for (const { counters } of this.#intakes) addCounters(stored, counters);
    return { ...this.#counted(), ...stored };
  }

  async close(): Promise<void> {
    for (const server of this.#servers) server.pause();
    await Promise.all(this.#intakes.map((intake) => intake.close()));
    await Promise.all(this.#servers.map((server) => server.close()));
  }

  /** A source is not shared out: one socket feeds one worker, and may ask at its whole rate. */
  #shareOf({ perSecond, burst }: Rate): Rate {
    return { perSecond: perSecond / this.#workers, burst: burst / this.#workers };
  }

  #counted(): AnswerCounters & GateCounters {
    const sum = { ...this.#before };
    if (this.#responder !== null) addCounters(sum, this.#responder.counters);
    if (this.#gate !== null) addCounters(sum, this.#gate.counters);
    return sum;
  }
}

/** Adds counters of the same names. */
export function addCounters<T extends { [name in keyof T]: number }>(
  sum: T,
  more: { readonly [name in keyof T]?: number },
): void {
  for (const [name, count] of Object.entries(more) as [keyof T, number][])
    sum[name] = (sum[name] + count) as T[keyof T];
}

/** Seconds from anywhere, never stepping. */
function steadySeconds(): number {
  return performance.now() / 1000;
}
