import type { Candidate } from "../log/candidate.ts";
import type { Clock } from "../log/clock.ts";
import { ASK_OVER_TCP, buildAnswer, type Content, makeContent } from "./answer.ts";
import { HEADER_OCTETS, MAX_LABEL_OCTETS, MAX_UDP_OCTETS, RCODE, TYPE } from "./numbers.ts";
import type { Query } from "./query.ts";
import type { RateLimit } from "./ratelimit.ts";
import type { Zone } from "./zone.ts";

/**
 * How many times a query's octets an answer may have over UDP while nothing proves that it goes to who asked; what would
 * have more says TC. Names with a label as long as a report's are what a resolver asks on its way to a report.
 */
const MAX_AMPLIFICATION = 4.5;
const MAX_REPORT_AMPLIFICATION = 2;

/** Octets before the zone's name from which on a name is taken for a report's or a part of it. */
const REPORT_PART_OCTETS = MAX_LABEL_OCTETS + 1;

/** The largest message over TCP (RFC 1035 section 4.2.2). */
const MAX_TCP_OCTETS = 0xffff;

/** How the query came. */
export type Transport = "udp" | "tcp";

/** What is known of who asks, without knowing who it is. */
export interface Passage {
  /** A valid cookie: answers reach the address that the query names. */
  readonly verified: boolean;
  /** The query asked for nothing but whether its cookie is valid, which it is not (RFC 7873 section 5.4). */
  readonly badCookie: boolean;
  /** Client and server cookie for the answer. */
  readonly cookie: Uint8Array | null;
}

/** A query that shows no cookie. */
export const NO_COOKIE: Passage = { verified: false, badCookie: false, cookie: null };

/** Takes an answer, null when there is none to give, with what came with the query, which is not looked at here. */
export type Reply<To> = (answer: Buffer | null, to: To) => void;

/** Where frames are stored. */
export interface ReportIntake {
  /** @param done called once: whether the frame is on stable storage. */
  submit(candidate: Candidate, done: (stored: boolean) => void): void;
}

/** A zone, where its reports go, and how many it takes without a cookie; no `rate`: any number. */
export interface ServedZone {
  readonly zone: Zone;
  readonly intake: ReportIntake;
  readonly rate?: RateLimit;
}

/** Answers by kind, in total. Nothing of a single one. */
export interface AnswerCounters {
  /** Reports that were stored. */
  acks: number;
  /** Reports that were not, and may come back later. */
  naks: number;
  /** Reports sent to TCP because their zone takes too many without a cookie. */
  deferred: number;
  /** NODATA and the zones' own records. */
  others: number;
  /** Answers with another code than NOERROR. */
  errors: number;
}

/** Names of DNS errors do not change, so neither do answers that hold nothing else. */
const ERRORS = new Map<number, Content>(
  Object.values(RCODE).map((rcode) => [rcode, makeContent({ rcode, authoritative: false })]),
);
const REFUSED = ERRORS.get(RCODE.REFUSED) as Content;

/**
 * Answers queries: the one place where the pure decisions meet storage.
 *
 * Nothing of where a query came from is known here, so nothing of it can be kept.
 */
export class Responder {
  readonly counters: AnswerCounters = { acks: 0, naks: 0, deferred: 0, others: 0, errors: 0 };
  /** Longest names first, so that the first match is the closest. */
  readonly #zones: readonly ServedZone[];
  readonly #clock: Clock;
  readonly #steadyClock: Clock;

  /**
   * @param clock of the wall, for weeks.
   * @param steadyClock in seconds from anywhere, never stepping, for rates.
   */
  constructor(zones: readonly ServedZone[], clock: Clock, steadyClock: Clock) {
    this.#zones = zones.toSorted((a, b) => b.zone.wireName.length - a.zone.wireName.length);
    this.#clock = clock;
    this.#steadyClock = steadyClock;
  }

  /**
   * Answers a query, at once or, for a report, when it is decided whether it was stored.
   *
   * @param reply called once, with `to`.
   */
  respond<To>(query: Query, transport: Transport, passage: Passage, reply: Reply<To>, to: To): void {
    const { refusal } = query;
    if (refusal !== null) {
      reply(this.#error(query, passage.badCookie ? RCODE.BADCOOKIE : refusal, passage), to);
      return;
    }
    for (const served of this.#zones) {
      const zoneAt = served.zone.offsetIn(query);
      if (zoneAt < 0) continue;
      const candidate = served.zone.candidateIn(query, zoneAt, this.#clock());
      if (candidate !== null) {
        this.#take(candidate, served, query, zoneAt, transport, passage, reply, to);
        return;
      }
      this.counters.others++;
      reply(this.#build(query, served.zone.contentFor(query, zoneAt), zoneAt, transport, passage), to);
      return;
    }
    reply(this.#error(query, RCODE.REFUSED, passage), to);
  }

  #take<To>(
    candidate: Candidate,
    { zone, intake, rate }: ServedZone,
    query: Query,
    zoneAt: number,
    transport: Transport,
    passage: Passage,
    reply: Reply<To>,
    to: To,
  ): void {
    // Reports that prove their source count too, but are never turned away.
    if (rate !== undefined && !rate.take(this.#steadyClock()) && transport === "udp" && !passage.verified) {
      this.counters.deferred++;
      reply(this.#build(query, ASK_OVER_TCP, zoneAt, transport, passage), to);
      return;
    }
    intake.submit(candidate, (stored) => {
      this.counters[stored ? "acks" : "naks"]++;
      // A report is recorded whatever its QTYPE, but only an address can say so (protocol.md section 4 rule 5).
      const spoken = query.type === TYPE.A || query.type === TYPE.ANY;
      const content = spoken ? (stored ? zone.ack : zone.nak) : zone.noData;
      reply(this.#build(query, content, zoneAt, transport, passage), to);
    });
  }

  #error(query: Query, rcode: number, { cookie }: Passage): Buffer {
    if (rcode !== RCODE.NOERROR) this.counters.errors++;
    return buildAnswer(query, ERRORS.get(rcode) ?? REFUSED, 0, MAX_UDP_OCTETS, cookie);
  }

  #build(query: Query, content: Content, zoneAt: number, transport: Transport, passage: Passage): Buffer {
    const maxOctets = transport === "tcp" ? MAX_TCP_OCTETS : passage.verified ? MAX_UDP_OCTETS : bound(query, zoneAt);
    return buildAnswer(query, content, zoneAt, maxOctets, passage.cookie);
  }
}

/** The most octets that an answer may have over UDP whose requester has proved nothing. */
function bound({ message }: Query, zoneAt: number): number {
  const partOfReport = zoneAt >= HEADER_OCTETS + REPORT_PART_OCTETS;
  const factor = partOfReport ? MAX_REPORT_AMPLIFICATION : MAX_AMPLIFICATION;
  return Math.min(MAX_UDP_OCTETS, Math.ceil(factor * message.length) - 1);
}
