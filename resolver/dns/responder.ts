import type { Clock, Intake } from "../log/intake.ts";
import { buildAnswer, type Content, emptyContent, noData, records, type Transport } from "./answer.ts";
import { RCODE, TYPE } from "./numbers.ts";
import { type Query, readQuery, refusalOf } from "./query.ts";
import type { Zone } from "./zone.ts";

/**
 * Answers messages: the one place where the pure decisions meet storage.
 *
 * Nothing of where a message came from is known here, so nothing of it can be kept.
 */
export class Responder {
  readonly #zone: Zone;
  readonly #intake: Intake;
  readonly #clock: Clock;

  constructor(zone: Zone, intake: Intake, clock: Clock) {
    this.#zone = zone;
    this.#intake = intake;
    this.#clock = clock;
  }

  /**
   * Answers a message, at once or, for a report, when it is decided whether it was stored.
   *
   * @param reply called once with the answer, or with null when there is none to give.
   */
  respond(message: Uint8Array, transport: Transport, reply: (answer: Buffer | null) => void): void {
    const query = readQuery(message);
    if (!("nameLength" in query)) {
      reply(query.rcode === null ? null : buildAnswer(query, emptyContent(query.rcode), transport));
      return;
    }
    const zoneAt = this.#zone.offsetIn(query);
    const refusal = refusalOf(query) ?? (zoneAt < 0 ? RCODE.REFUSED : null);
    if (refusal !== null) {
      reply(buildAnswer(query, emptyContent(refusal), transport));
      return;
    }
    const decision = this.#zone.decide(query, zoneAt, this.#clock());
    if (decision.type === "report") {
      this.#intake.submit(decision.candidate, (stored) => {
        reply(buildAnswer(query, this.#outcome(query, zoneAt, stored), transport));
      });
      return;
    }
    const content = decision.type === "nodata" ? noData(this.#zone.soa, zoneAt) : records(decision, zoneAt);
    reply(buildAnswer(query, content, transport));
  }

  /** A report is recorded whatever its QTYPE, but only an address can say so (protocol.md section 4 rule 5). */
  #outcome(query: Query, zoneAt: number, stored: boolean): Content {
    if (query.type !== TYPE.A && query.type !== TYPE.ANY) return noData(this.#zone.soa, zoneAt);
    return records({ answers: [stored ? this.#zone.ack : this.#zone.nak], additional: [] }, zoneAt);
  }
}
