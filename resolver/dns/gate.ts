import type { Clock } from "../log/clock.ts";
import { ASK_OVER_TCP_UNSEEN, buildAnswer } from "./answer.ts";
import type { ServerCookies } from "./cookie.ts";
import { MAX_UDP_OCTETS, RCODE } from "./numbers.ts";
import { type Query, readQuery } from "./query.ts";
import type { SourceRateLimit } from "./ratelimit.ts";
import { NO_COOKIE, type Passage, type Reply, type Responder, type Transport } from "./responder.ts";
import { readAddress, type SourcePrefix } from "./source.ts";

/** The limit per source, and what knows sources apart. */
export interface SourceLimit {
  readonly prefix: SourcePrefix;
  readonly limit: SourceRateLimit;
}

export interface GateOptions {
  readonly cookies: ServerCookies;
  /** None: any source may ask as much as it likes. */
  readonly sources?: SourceLimit;
  /** The wall clock in Unix seconds, for cookies. */
  readonly clock: Clock;
  /** In seconds from anywhere, never stepping, for rates. */
  readonly steadyClock: Clock;
}

/** What answers messages: a gate, or whatever stands before one. */
export type Answerer = Pick<Gate, "respond">;

/** What the gate counts, in total. */
export interface GateCounters {
  /** Queries over UDP that were sent to TCP because their source asks too much. */
  limited: number;
}

/**
 * Stands between the sockets and the {@link Responder}: the one place that looks at an address, for cookies and for the
 * limit per source, and hands on what it found and not who it was.
 */
export class Gate {
  readonly counters: GateCounters = { limited: 0 };
  readonly #responder: Responder;
  readonly #cookies: ServerCookies;
  readonly #sources: SourceLimit | undefined;
  readonly #clock: Clock;
  readonly #steadyClock: Clock;
  /** The address at hand, overwritten by the next. */
  readonly #address = new Uint8Array(16);

  constructor(responder: Responder, { cookies, sources, clock, steadyClock }: GateOptions) {
    this.#responder = responder;
    this.#cookies = cookies;
    this.#sources = sources;
    this.#clock = clock;
    this.#steadyClock = steadyClock;
  }

  /**
   * Answers a message.
   *
   * @param address of the sender, as the system writes it.
   * @param reply called once with the answer, or null when there is none to give, and with `to`.
   */
  respond<To>(message: Uint8Array, transport: Transport, address: string, reply: Reply<To>, to: To): void {
    const query = readQuery(message);
    if (query === null) {
      reply(null, to);
      return;
    }
    const showsCookie = query.edns !== null && query.edns.cookieAt > 0;
    const limits = this.#sources !== undefined && transport === "udp";
    const addressOctets = showsCookie || limits ? readAddress(address, this.#address) : 0;
    const passage = showsCookie ? this.#passage(query, addressOctets) : NO_COOKIE;
    // An error has no records to hold back, and is answered in any case.
    if (limits && !passage.verified && query.refusal === null && !this.#admits(addressOctets)) {
      this.counters.limited++;
      reply(buildAnswer(query, ASK_OVER_TCP_UNSEEN, 0, MAX_UDP_OCTETS, passage.cookie), to);
      return;
    }
    this.#responder.respond(query, transport, passage, reply, to);
  }

  #passage({ message, edns, refusal }: Query, addressOctets: number): Passage {
    const { cookieAt = 0, cookieOctets = 0 } = edns ?? {};
    const now = this.#clock();
    const standing = this.#cookies.standing(message, cookieAt, cookieOctets, this.#address, addressOctets, now);
    const cookie = this.#cookies.answer(message, cookieAt, standing, this.#address, addressOctets, now);
    return { verified: standing === "valid", badCookie: refusal === RCODE.NOERROR && standing === "invalid", cookie };
  }

  #admits(addressOctets: number): boolean {
    const { prefix, limit } = this.#sources as SourceLimit;
    prefix.take(this.#address, addressOctets);
    return limit.take(prefix.low, prefix.high, this.#steadyClock());
  }
}
