import { setTimeout as sleep } from "node:timers/promises";
import { encodeName } from "@sotto/wire";
import { Blaster } from "../test/e2e/blaster.ts";
import { Dice } from "../test/e2e/dice.ts";
import { deservesAnswer, Mutator } from "../test/e2e/mutation.ts";
import { encodeParts, wireName } from "../test/e2e/questions.ts";
import type { Ledger } from "./ledger.ts";

const UDP_MAX_OCTETS = 65_507;
const TYPE_A = 1;

/** Messages unanswered at once: enough that a commit covers many, few enough for the kernel's buffers. */
const WINDOW = 256;

/** After this an answer counts as lost. */
const PATIENCE_MILLISECONDS = 5000;

/** The mutated packets may take longer than was asked for by this factor before the soak gives up. */
const MAX_OVERTIME = 2;

/** What is sent, and for how long. */
export interface LoadPlan {
  readonly seconds: number;
  /** Mutated packets in all, spread over the time. */
  readonly packets: number;
  /** Reports a second at most. */
  readonly rate: number;
  readonly zone: string;
  /** The address that means "stored". */
  readonly ack: string;
  readonly seed: string;
}

/** Totals so far. */
export interface LoadCounters {
  reports: number;
  naks: number;
  mutated: number;
  answered: number;
  lost: number;
  strays: number;
}

const REPORT = "report";
const MUTATED = "mutated";

/** Sends unique well-formed reports as fast as they are answered, with mutated packets between them. */
export class SoakLoad {
  readonly counters: LoadCounters = { reports: 0, naks: 0, mutated: 0, answered: 0, lost: 0, strays: 0 };
  readonly #plan: LoadPlan;
  readonly #ledger: Ledger;
  readonly #mutator: Mutator;
  readonly #ackOctets: Buffer;

  constructor(plan: LoadPlan, ledger: Ledger) {
    this.#plan = plan;
    this.#ledger = ledger;
    this.#mutator = new Mutator(new Dice(plan.seed), plan.zone, UDP_MAX_OCTETS);
    this.#ackOctets = Buffer.from(plan.ack.split(".").map(Number));
  }

  /**
   * Runs to the end of its plan and waits for the last answers.
   *
   * @param goOn asked before each message; false ends the load early.
   */
  async run(port: number, goOn: () => boolean): Promise<void> {
    const { counters } = this;
    const blaster = await Blaster.open<number | null>(
      port,
      {
        answered: ({ tag }, answer) => {
          counters.answered++;
          if (tag !== null) this.#note(tag, answer);
        },
        lost: () => counters.lost++,
        stray: () => counters.strays++,
      },
      { window: WINDOW, patience: PATIENCE_MILLISECONDS },
    );
    const begin = performance.now();
    let last = MUTATED;
    while (goOn()) {
      const due = this.#due((performance.now() - begin) / 1000, last);
      if (due === "over") break;
      if (due === "nothing") {
        await sleep(1);
        continue;
      }
      last = due;
      await blaster.send(due === REPORT ? this.#report() : this.#mutatedPacket());
    }
    await blaster.settle();
    blaster.close();
  }

  /** What to send now: reports and mutated packets in turn where both are due, so that neither starves the other. */
  #due(elapsed: number, last: string): typeof REPORT | typeof MUTATED | "nothing" | "over" {
    const { seconds, packets, rate } = this.#plan;
    const { reports, mutated } = this.counters;
    const over = elapsed >= seconds;
    if (over && (mutated >= packets || elapsed >= seconds * MAX_OVERTIME)) return "over";
    const reportDue = !over && reports < rate * elapsed;
    const mutatedDue = mutated < packets * Math.min(1, elapsed / seconds);
    if (mutatedDue && !(reportDue && last === MUTATED)) return MUTATED;
    return reportDue ? REPORT : "nothing";
  }

  #report() {
    const index = this.counters.reports++;
    const name = wireName(encodeName(this.#ledger.frame(index), this.#plan.zone));
    const octets = encodeParts({ flags: 0, counts: [1, 0, 0, 0], name, type: TYPE_A, class: 1, records: [] });
    return { octets, answerable: true, tag: index };
  }

  #mutatedPacket() {
    this.counters.mutated++;
    const { octets } = this.#mutator.next();
    return { octets, answerable: deservesAnswer(octets), tag: null };
  }

  /** The query had no EDNS, so an answer that holds an address ends in it. */
  #note(index: number, answer: Buffer): void {
    const isAck = answer.readUInt16BE(6) === 1 && answer.subarray(-4).equals(this.#ackOctets);
    if (isAck) this.#ledger.acknowledge(index);
    else this.counters.naks++;
  }
}
