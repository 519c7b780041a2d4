import { dayOf, WEEK_SECONDS, weekOf, weekStart } from "@sotto/wire";
import { judge } from "../../client/delivery.ts";
import { isNextDue, START_GAP_MINUTES } from "../../client/installation/next.ts";
import { reportableActivity, withActivity, withCount } from "../../client/report/activity.ts";
import { NEW_REPORT_STATE, type ReportState } from "../../client/report/state.ts";
import { dueWindow, windowOf } from "../../client/report/window.ts";
import { newEntry, type SpoolEntry } from "../../client/spool/entry.ts";
import type { LossReason } from "../../client/spool/losses.ts";
import {
  FLUSH_GAP_MINUTES,
  FLUSH_MINUTES,
  isSilenced,
  NEW_PACE,
  type Pace,
  planFlush,
  withRefusal,
} from "../../client/spool/pace.ts";
import { begun, fateOf, healedEntry, LIFE_DAYS, minuteOf, SILENCE_MINUTES } from "../../client/spool/schedule.ts";
import { settle } from "../../client/spool/verdict.ts";
import type { Dice } from "../../test/e2e/dice.ts";
import type { Machine, Run } from "./machine.ts";
import type { Model } from "./model.ts";
import type { SimulatedReport } from "./reports.ts";
import { ACK, lookUp, lookUpOffline, type Resolver } from "./resolver.ts";
import type { NewlySealed, Program } from "./sealing.ts";

const ZONE = "r.example.net";

/** Seconds that a sender waits at most before it sends, and that it lives. */
const MAX_DELAY = 60;
const LIFETIME = 300;

/** How the client behaves. */
export interface Behaviour {
  /** False: a broken client that never writes down what it reported. */
  readonly remembersReported: boolean;
  /** `random-moment`: not before a moment drawn from what is left of the week, the design that was rejected. */
  readonly sends: "at-once" | "random-moment";
}

/** The client as docs/client-state.md describes it. */
export const AS_DESIGNED: Behaviour = { remembersReported: true, sends: "at-once" };

/** Where an installation lives. */
export interface Surroundings {
  readonly machine: Machine;
  readonly resolver: Resolver;
  readonly model: Model;
}

/** A frame that reached the collector. */
export interface Arrival {
  readonly frame: Uint8Array;
  /** Unix seconds. */
  readonly at: number;
}

/** Why an attempt came to nothing. */
export type Trouble = "never tried" | "offline" | "lost on the way" | "asleep";

/** A frame's way as its client saw it. */
export interface Way {
  /** Of the last attempt. */
  trouble: Trouble;
  end: "waits" | "delivered" | LossReason;
}

/** What is kept for a report, with the day of `due-<report>.json`, if there is one. */
interface Kept {
  state: ReportState;
  due: number | null;
}

interface Sender {
  /** When it has waited. */
  readonly flushes: number;
  /** When it is ended, by its lifetime or by the laptop's sleep. */
  readonly dies: number;
  readonly isOnline: boolean;
  /** When it has sent, or would have, had it not died before; known once it began to. */
  ends?: number;
}

/**
 * A client in virtual time. What it decides is decided by the client's own functions; only what the program around them
 * does with files, processes and the network is written here anew, after docs/client-state.md.
 *
 * One program and one zone, whose policy record says nothing else than the definition.
 */
export class Installation<Report extends SimulatedReport, Content extends object> {
  /** Frames by hash, in the order in which they were sealed. */
  readonly sealed = new Map<string, Content & Way>();
  readonly arrivals: Arrival[] = [];
  readonly #behaviour: Behaviour;
  readonly #surroundings: Surroundings;
  readonly #dice: Dice;
  readonly #program: Program<Report, Content>;
  readonly #kept: Map<Report, Kept>;
  /** In the rejected design, until when a frame is held back. */
  readonly #heldUntil = new Map<string, number>();
  #spool: readonly SpoolEntry[] = [];
  #pace: Pace = NEW_PACE;
  #sender: Sender | null = null;
  /** The minute in `next.json`. */
  #next: number | null = null;

  constructor(program: Program<Report, Content>, behaviour: Behaviour, surroundings: Surroundings, dice: Dice) {
    this.#program = program;
    this.#behaviour = behaviour;
    this.#surroundings = surroundings;
    this.#dice = dice;
    this.#kept = new Map(program.reports.map((report) => [report, { state: NEW_REPORT_STATE, due: null }]));
  }

  /** A copy of all that is on the disk, which goes on by itself elsewhere: of a machine's image, or of a home. */
  clone(program: Program<Report, Content>, surroundings: Surroundings, dice: Dice): Installation<Report, Content> {
    const clone = new Installation(program, this.#behaviour, surroundings, dice);
    for (const [report, kept] of this.#kept) clone.#kept.set(report, { ...kept });
    for (const entry of this.#spool) {
      const sealed = this.sealed.get(entry.hash);
      if (sealed !== undefined) clone.sealed.set(entry.hash, { ...sealed });
    }
    clone.#spool = this.#spool;
    clone.#pace = this.#pace;
    clone.#next = this.#next;
    return clone;
  }

  /** The program runs. Runs come in the order of time. */
  run(run: Run): void {
    this.#pass(run.at);
    const makesDue = this.#countAndAsk(dayOf(run.at));
    if (makesDue || isNextDue(this.#next, minuteOf(run.at))) this.#start(run);
  }

  /** The end of the simulated time: nobody runs the program any more, and what waits for it grows too old. */
  finish(): void {
    this.#pass(Number.POSITIVE_INFINITY);
    for (const { hash } of this.#spool) this.#note(hash, { end: "expired" });
    this.#spool = [];
  }

  /** What a run does by itself: it counts, and says which reports are to be sealed. @returns whether any. */
  #countAndAsk(day: number): boolean {
    let makesDue = false;
    for (const [{ unit, counters }, kept] of this.#kept) {
      const { state } = kept;
      if (kept.due === null && dueWindow(unit, state.reported, activeOf(counters, state), day) !== null) {
        kept.due = day;
        makesDue = true;
      }
      if (counters.length === 0) continue;
      const window = windowOf(unit, day);
      const counts = counters.reduce((sum, field) => withCount(sum, field, undefined, 1), {});
      const activity = withActivity(state.activity, counters, { window, counts });
      kept.state = { ...state, activity: reportableActivity(activity, window, state.reported) };
    }
    return makesDue;
  }

  #start({ at, isOnline, sleepsAt }: Run): void {
    this.#next = minuteOf(at) + START_GAP_MINUTES;
    // It finds the lock taken, and ends.
    if (this.#sender !== null) return;
    this.#seal(at);
    const flushes = at + this.#dice.between(0, MAX_DELAY);
    this.#sender = { flushes, dies: Math.min(sleepsAt, at + LIFETIME), isOnline };
  }

  /** Seals what is due, as of the day on which it became due. */
  #seal(at: number): void {
    for (const [report, kept] of this.#kept) {
      const day = kept.due;
      kept.due = null;
      if (day === null || dayOf(at) - day > LIFE_DAYS) continue;
      const { frames, state } = this.#program.seal(report, kept.state, day, this.#dice);
      for (const sealed of frames) this.#add(report.name, sealed, at);
      if (!this.#behaviour.remembersReported) continue;
      const { unit } = report;
      kept.state = { ...state, activity: reportableActivity(state.activity, windowOf(unit, day), state.reported) };
    }
  }

  #add(report: string, { content, ...sealed }: NewlySealed<Content>, at: number): void {
    const entry = newEntry({ ...sealed, project: "simulated", report, zone: ZONE });
    this.sealed.set(entry.hash, { ...content, trouble: "never tried", end: "waits" });
    this.#spool = [...this.#spool, entry];
    if (this.#behaviour.sends === "random-moment") {
      const rest = weekStart(weekOf(sealed.day)) + WEEK_SECONDS - at;
      this.#heldUntil.set(entry.hash, at + this.#dice.below(Math.max(1, rest)));
    }
  }

  /** Lets the sender that was started do what it does until a moment. */
  #pass(now: number): void {
    const sender = this.#sender;
    if (sender === null || sender.flushes > now) return;
    sender.ends ??= this.#flush(sender);
    if (Math.min(sender.ends, sender.dies) > now) return;
    this.#sender = null;
    // A sender that died leaves what became due meanwhile, and the ten minutes that were written when it was started.
    if (sender.ends >= sender.dies) return;
    this.#seal(sender.ends);
    this.#next = this.#nextMinute(minuteOf(sender.ends));
  }

  /** @returns when it has sent, or would have, had it not died before. */
  #flush({ flushes, dies, isOnline }: Sender): number {
    const { machine, resolver, model } = this.#surroundings;
    const random = (length: number) => this.#dice.octets(length);
    let at = flushes;
    const minute = () => minuteOf(Math.min(at, dies));
    this.#sweep(minute());
    const free = this.#spool.filter(({ hash }) => (this.#heldUntil.get(hash) ?? 0) <= at);
    const plan = planFlush(free, this.#pace, minute(), random);
    this.#pace = plan.pace;
    for (const { entry: planned, pause } of plan.sends) {
      at += pause / 1000;
      if (isSilenced(this.#pace, planned.zone, minute())) continue;
      const entry = begun(planned, minute(), random);
      this.#keep(entry);
      // One that dies in a pause has not made the next attempt. That it counts here makes the figures rather too low.
      if (at >= dies) {
        this.#note(entry.hash, { trouble: "asleep" });
        break;
      }
      const looked = isOnline ? lookUp(this.#dice, resolver, model) : lookUpOffline(machine);
      if (looked.hasArrived) this.arrivals.push({ frame: entry.frame, at });
      at += looked.seconds;
      if (at >= dies) {
        this.#note(entry.hash, { trouble: "asleep" });
        break;
      }
      const verdict = judge(looked.answer, [ACK]);
      if (verdict.type !== "acked") this.#note(entry.hash, { trouble: isOnline ? "lost on the way" : "offline" });
      if (verdict.type === "refused") this.#pace = withRefusal(this.#pace, entry.zone, minute());
      const settlement = settle(entry, verdict);
      if (settlement.type === "waits") this.#keep(settlement.entry);
      else this.#drop(entry.hash, settlement.type === "delivered" ? "delivered" : settlement.reason);
    }
    return at;
  }

  #sweep(minute: number): void {
    for (const { hash, ...entry } of this.#spool) {
      const fate = fateOf({ hash, ...entry }, minute);
      if (fate === "expired") this.#drop(hash, "expired");
      if (fate === "spent") this.#drop(hash, "attempts");
    }
    this.#spool = this.#spool.map((entry) => healedEntry(entry, minute));
  }

  /** When a sender may find something to do again; null when nothing waits. */
  #nextMinute(now: number): number | null {
    if (this.#spool.length === 0) return null;
    const flush = this.#pace.flushes.at(-1)?.minute;
    const paced = flush === undefined ? now : flush + FLUSH_MINUTES + FLUSH_GAP_MINUTES + 1;
    const minutes = this.#spool.map(({ hash, zone, last, wait }) => {
      const refusal = this.#pace.refusals[zone];
      const silent = refusal === undefined ? now : refusal + SILENCE_MINUTES + 1;
      return Math.max(paced, silent, last === null ? now : last + wait, minuteOf(this.#heldUntil.get(hash) ?? 0));
    });
    return Math.min(...minutes);
  }

  #keep(entry: SpoolEntry): void {
    this.#spool = this.#spool.map((other) => (other.hash === entry.hash ? entry : other));
  }

  #drop(hash: string, end: "delivered" | LossReason): void {
    this.#spool = this.#spool.filter((entry) => entry.hash !== hash);
    this.#note(hash, { end });
  }

  #note(hash: string, changes: Partial<Way>): void {
    const known = this.sealed.get(hash);
    if (known !== undefined) Object.assign(known, changes);
  }
}

function activeOf(counters: SimulatedReport["counters"], { activity }: ReportState): readonly number[] | null {
  return counters.length === 0 ? null : activity.map(({ window }) => window);
}
