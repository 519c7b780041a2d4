import { dayOf, type EpochKey, weekOf } from "@sotto/wire";
import { MAX_WINDOWS_BACK } from "../../client/report/window.ts";
import { Dice } from "../../test/e2e/dice.ts";
import { happens } from "../population/chance.ts";
import { AS_DESIGNED, Installation } from "../population/installation.ts";
import { POPULATION } from "../population/model.ts";
import { lieAbout } from "./lies.ts";
import { drawCopy, drawInstallation, drawJob, type Life } from "./life.ts";
import { type Again, isStored, type Packet, sentAgain } from "./packets.ts";
import { Boxes, programOf, type Told, truthsOn } from "./program.ts";
import type { Project, ProjectKeys, ProjectReport } from "./projects.ts";
import { ATTACKED, EVENTS, FIRST_WEEK, replacementDay, type Settings } from "./scenario.ts";
import { ranName, TRUTH, Weekly } from "./truth.ts";

/** Some of a project's installations with their share of what else happens: what one thread does at a time. */
export interface Lot {
  /** No other has it. */
  readonly number: number;
  readonly project: Project;
  readonly keys: ProjectKeys;
  readonly installations: number;
  /** Its share of the false reports, as a number of installations: all of the project's in one lot. */
  readonly liesFor: number;
}

/** What came of a lot before anybody counts it. */
export interface Lived {
  /** What the collector stored, in the order of time. */
  readonly packets: readonly Packet[];
  readonly keys: readonly EpochKey[];
  readonly truth: Weekly;
  readonly again: Again;
  /** Windows in which an installation could be heard, by its number. */
  readonly reachable: ReadonlyMap<number, ReadonlySet<number>>;
  readonly copies: ReadonlySet<number>;
  readonly boxes: Boxes;
  /** Frames that the collector did not store, since their week is too old. */
  readonly refused: number;
  readonly lies: number;
  readonly runs: number;
}

/** Days after the new key was published that an installation has it, for each week that it usually lags behind. */
const UPGRADE_DAYS = 0.5;

/** Lets a lot live through the year. */
export function liveLot(lot: Lot, settings: Settings): Lived {
  return new LotLife(lot, settings).live();
}

class LotLife {
  readonly #lot: Lot;
  readonly #settings: Settings;
  readonly #boxes: Boxes;
  readonly #truth: Weekly;
  readonly #keys: ProjectKeys;
  readonly #packets: Packet[] = [];
  readonly #reachable = new Map<number, ReadonlySet<number>>();
  readonly #copies = new Set<number>();
  readonly #again: Again = { repeated: 0, replayed: 0 };
  #owners = 0;
  #runs = 0;

  constructor(lot: Lot, settings: Settings) {
    this.#lot = lot;
    this.#settings = settings;
    this.#boxes = new Boxes(lot.number);
    this.#truth = new Weekly(settings.weeks);
    this.#keys = lot.keys;
  }

  live(): Lived {
    const { project, installations, liesFor } = this.#lot;
    for (let number = 0; number < installations; number++) this.#livePerson(this.#dice(`installation ${number}`));
    // Who starts from nothing has no finished week to tell of.
    const share = project.kind === "counting" ? 0 : installations;
    for (let job = 0; job < EVENTS.ciJobs * share; job++) this.#liveJob(this.#dice(`ci ${job}`), "ci");
    for (let job = 0; job < EVENTS.containers * share; job++)
      this.#liveJob(this.#dice(`container ${job}`), "container");
    const isAttacked = ATTACKED.includes(project.number) && liesFor > 0;
    const lies = isAttacked
      ? lieAbout(this.#dice("lies"), project, liesFor, this.#settings, this.#keys.after, this.#boxes)
      : [];
    const dice = this.#dice("network");
    const sent = [...this.#packets, ...lies].flatMap((packet) => [packet, ...sentAgain(dice, packet, this.#again)]);
    const stored = sent.filter(isStored).sort((a, b) => a.at - b.at);
    return {
      ...{ packets: stored, keys: this.#keys.after, truth: this.#truth, again: this.#again, boxes: this.#boxes },
      ...{ reachable: this.#reachable, copies: this.#copies, refused: sent.length - stored.length },
      ...{ lies: lies.length, runs: this.#runs },
    };
  }

  #dice(what: string): Dice {
    const { seed } = this.#settings;
    return new Dice(`${seed}/${this.#lot.number}/${what}`);
  }

  #livePerson(dice: Dice): void {
    const life = drawInstallation(dice, this.#settings.weeks);
    const owner = this.#owners++;
    const client = this.#start(life, owner, dice);
    const isImaged = life.runs.length > 0 && happens(dice, EVENTS.imaged);
    const image = isImaged ? dice.below(life.runs.length) : Number.POSITIVE_INFINITY;
    const copies: { life: Life; owner: number; client: Installation<ProjectReport, Told> }[] = [];
    for (const [at, run] of life.runs.entries()) {
      client.run(run);
      for (let copy = 0; at === image && copy < EVENTS.copies; copy++) {
        const copied = drawCopy(dice, life, run.at, this.#settings.weeks);
        const number = this.#owners++;
        this.#copies.add(number);
        const program = programOf({ ...this.#telling(number, copied), owner: number });
        const surroundings = { machine: copied.machine, resolver: copied.resolver, model: POPULATION };
        const clone = client.clone(program, surroundings, new Dice(`${dice.below(2 ** 32)}`));
        copies.push({ life: copied, owner: number, client: clone });
      }
    }
    this.#end(life, owner, client);
    for (const copy of copies) {
      for (const run of copy.life.runs) copy.client.run(run);
      this.#end(copy.life, copy.owner, copy.client);
    }
  }

  #liveJob(dice: Dice, runner: "ci" | "container"): void {
    const life = drawJob(dice, this.#settings.weeks, runner);
    const client = this.#start(life, this.#owners++, dice);
    for (const run of life.runs) client.run(run);
    client.finish();
    this.#runs++;
    const week = this.#weekOf(life.runs[0]?.at ?? 0);
    this.#truth.add(runner === "ci" ? TRUTH.ciRan : TRUTH.containers, week);
    const [first] = client.arrivals;
    if (first === undefined) return;
    if (runner === "ci") this.#truth.add(TRUTH.ciHeard, week);
    this.#send(client);
  }

  #telling(owner: number, life: Life) {
    const { before, after } = this.#keys;
    // Who upgrades late seals for the stolen key, and the project reads that, too.
    const upgraded = replacementDay(this.#settings.weeks) + UPGRADE_DAYS * life.traits.lag;
    const keysOn = (day: number) => (day >= upgraded ? after : before);
    return { project: this.#lot.project, weeks: this.#settings.weeks, keysOn, boxes: this.#boxes, owner, life };
  }

  #start(life: Life, owner: number, dice: Dice): Installation<ProjectReport, Told> {
    const surroundings = { machine: life.machine, resolver: life.resolver, model: POPULATION };
    return new Installation(programOf(this.#telling(owner, life)), AS_DESIGNED, surroundings, dice);
  }

  #end(life: Life, owner: number, client: Installation<ProjectReport, Told>): void {
    client.finish();
    this.#runs += life.runs.length;
    this.#send(client);
    if (life.runner !== "terminal" && life.runner !== "script") return;
    const { project } = this.#lot;
    const all = new Map<number, number>();
    const online = new Set<number>();
    for (const { at, isOnline } of life.runs) {
      const week = this.#weekOf(at);
      if (!all.has(week)) all.set(week, dayOf(at));
      if (isOnline && !life.resolver.isBlocked) online.add(week);
    }
    const isAgain = (week: number) =>
      Array.from({ length: MAX_WINDOWS_BACK }, (_, back) => week + 1 + back).some((later) => online.has(later));
    const reachable = [...online].filter((week) => project.kind !== "counting" || isAgain(week));
    this.#reachable.set(owner, new Set(reachable));
    for (const [week, day] of all) {
      this.#truth.add(TRUTH.ran, week);
      for (const [field, value] of truthsOn(project, life, day, this.#settings.weeks)) {
        this.#truth.add(ranName(field, value), week);
      }
    }
    for (const week of reachable) {
      this.#truth.add(TRUTH.reachable, week);
      if (this.#copies.has(owner)) this.#truth.add(TRUTH.copiesReachable, week);
    }
  }

  #send(client: Installation<ProjectReport, Told>): void {
    for (const { frame, at } of client.arrivals) {
      const told = this.#boxes.in(frame);
      if (told?.isDrawn === true) this.#packets.push({ frame, told, at });
    }
  }

  /** From 0. */
  #weekOf(at: number): number {
    return weekOf(dayOf(at)) - FIRST_WEEK;
  }
}
