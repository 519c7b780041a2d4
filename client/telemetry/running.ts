import { type Collection, dayOf } from "@sotto/wire";
import { type Asked, type Decided, decideNow } from "../consent/now.ts";
import { type DefinitionCopy, readDefinitionCopy } from "../installation/definitioncopy.ts";
import { installationOf } from "../installation/folder.ts";
import { isPlausibleDay } from "../report/window.ts";
import type { JsonObject } from "../state/file.ts";
import { coverageOf } from "./coverage.ts";
import { debugLines } from "./debug.ts";
import { fieldIdsOf } from "./fields.ts";
import { settle, startIfNeeded } from "./settle.ts";
import { Tally } from "./tally.ts";
import type { Begun, Telemetry } from "./telemetry.ts";
import { type Telling, tellingDue } from "./telling.ts";
import type { World } from "./world.ts";

/** What a program runs for days has counted is written this often, so that a crash loses little. Milliseconds. */
const WRITE_EVERY = 60_000;

/** A process in which this much went wrong does not try again. */
const MAX_FAILURES = 2;

/** What {@link openTelemetry} needs to know of the definition. */
export interface Program {
  /** Looked at when there is something to count, to say or to ask, and not before. */
  readonly collection: Collection;
  /** Whom the user's decision is about, where the collection is not known yet. */
  readonly asked?: Asked;
  /** The installation's copy of the definition, where it was read already; null when there is none. */
  readonly copy?: DefinitionCopy | null;
  /** The content of `sotto.json`. */
  readonly raw: JsonObject;
}

/**
 * Begins. Writes nothing.
 *
 * @param decided what `decideNow` said, where whoever opens has asked it already.
 * @param begun what was counted and heard before, if anything.
 */
export function openTelemetry(program: Program, world: World, decided?: Decided, begun?: Begun): Telemetry {
  const asked = program.asked ?? program.collection;
  return new RunningTelemetry(program, world, asked, decided ?? decideNow(world, asked), begun ?? null);
}

/** Those that were not closed yet. One listener for all: Node warns on the terminal of the eleventh. */
const RUNNING = new Set<RunningTelemetry>();

let isListening = false;

function atExit(telemetry: RunningTelemetry): void {
  if (!isListening) process.once("exit", finishAll);
  isListening = true;
  RUNNING.add(telemetry);
}

function finishAll(): void {
  for (const telemetry of RUNNING) telemetry.finish();
}

class RunningTelemetry implements Telemetry {
  readonly #program: Program;
  readonly #world: World;
  readonly #asked: Asked;
  readonly #said: Map<string, unknown>;
  #begun: Begun | null;
  #decided: Decided;
  #covered: ReadonlySet<string> | null = null;
  #isNoticeShown = false;
  #tally: Tally | null = null;
  #failures = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(program: Program, world: World, asked: Asked, decided: Decided, begun: Begun | null) {
    this.#program = program;
    this.#world = world;
    this.#asked = asked;
    this.#decided = decided;
    this.#begun = begun;
    this.#said = new Map(begun?.said);
    atExit(this);
    // It may have waited for long.
    if (begun !== null && (begun.day !== 0 || begun.said.size > 0)) this.#writeLater(0);
  }

  count(counter: string, value?: string, times = 1): void {
    this.#guarded(() => {
      const day = dayOf(this.#world.clock() / 1000);
      if (!this.#mayCount() || !isPlausibleDay(day)) return;
      this.#tallied().add(counter, value, times, day, this.#coverage());
      this.#writeLater();
    });
  }

  report(report: string, values: Readonly<Record<string, unknown>> = {}): void {
    this.#guarded(() => {
      if (!this.#mayCount()) return;
      // A copy: what is said counts as it is now.
      this.#said.set(report, { ...values });
      this.#writeLater();
    });
  }

  async ask(): Promise<void> {
    await this.#guardedAsync(async () => {
      const due = this.#isNoticeShown ? null : this.#tellingDue();
      if (due !== null) await this.#tell(due);
    });
  }

  async flush(): Promise<void> {
    await this.#guardedAsync(async () => {
      this.#write(false);
      if (this.#decided.decision.state === "granted") await this.#world.send(this.#world);
    });
  }

  async close(): Promise<void> {
    this.finish();
  }

  /** What `close` does, for the end of the process, which waits for nothing. */
  finish(): void {
    RUNNING.delete(this);
    this.#guarded(() => this.#write(true));
  }

  #tellingDue(): Telling | null {
    const { decision, standing } = this.#decided;
    if (standing === null) return null;
    const { consent: mode } = this.#asked;
    const hasUntold = () => this.#told().size < fieldIdsOf(this.#program.collection).length;
    return tellingDue({ decision, mode, standing, hasUntold, isCi: this.#world.isCi });
  }

  async #tell(due: Telling): Promise<void> {
    const { terminal } = this.#world;
    if (terminal === null) return;
    // Hardly a run has something to show, and what that takes (locks, cryptography) is slow to load.
    const { ask } = await import("./asking.ts");
    if (!(await ask(this.#world, terminal, this.#program.collection, due, this.#told()))) return;
    this.#isNoticeShown = due === "notice";
    this.#decideAgain();
  }

  /** A project that was told nothing yet is told everything. */
  #told(): ReadonlySet<string> {
    return this.#decided.decision.covers === "told" ? this.#coverage() : new Set();
  }

  #write(mayStart: boolean): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (!this.#mayCount()) return;
    // The user may have decided since the program began.
    this.#decideAgain();
    const { decision } = this.#decided;
    if (decision.state === "debug") {
      const counted = this.#tallied().take();
      const lines = debugLines(this.#world, this.#program.collection, counted, this.#said, this.#coverage());
      for (const line of lines) this.#world.complain(line);
      return;
    }
    if (decision.state !== "granted") {
      this.#tally?.take();
      this.#begun = null;
      return;
    }
    const { collection, raw } = this.#program;
    const results = { collection, raw, tally: this.#tallied(), said: this.#said };
    const need = settle(this.#world, results, this.#decided);
    if (mayStart) startIfNeeded(this.#world, need);
  }

  #decideAgain(): void {
    this.#decided = decideNow(this.#world, this.#asked, this.#isNoticeShown);
    this.#covered = null;
  }

  #mayCount(): boolean {
    const { state } = this.#decided.decision;
    return state === "granted" || state === "debug";
  }

  #coverage(): ReadonlySet<string> {
    if (this.#covered === null) {
      const { collection, raw } = this.#program;
      this.#covered = coverageOf(collection, raw, this.#decided, this.#copy());
    }
    return this.#covered;
  }

  #copy(): DefinitionCopy | null {
    const { copy, collection } = this.#program;
    if (copy !== undefined) return copy;
    const folder = installationOf(this.#world.places.state, collection.project);
    return folder === null ? null : readDefinitionCopy(folder);
  }

  #tallied(): Tally {
    this.#tally ??= new Tally(this.#program.collection);
    if (this.#begun !== null) {
      const { day, counts } = this.#begun;
      this.#begun = null;
      this.#tally.addAll(counts, day, this.#coverage());
    }
    return this.#tally;
  }

  #writeLater(milliseconds = WRITE_EVERY): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#guarded(() => this.#write(true));
    }, milliseconds).unref();
  }

  #guarded(work: () => void): void {
    if (this.#failures >= MAX_FAILURES) return;
    try {
      work();
    } catch {
      this.#failures++;
    }
  }

  async #guardedAsync(work: () => Promise<void>): Promise<void> {
    if (this.#failures >= MAX_FAILURES) return;
    try {
      await work();
    } catch {
      this.#failures++;
    }
  }
}
