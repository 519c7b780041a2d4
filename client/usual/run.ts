import { dayOf } from "@sotto/wire";
import { isPlausibleDay } from "../report/window.ts";
import type { JsonObject } from "../state/file.ts";
import { SILENT, type Telemetry } from "../telemetry/telemetry.ts";
import { addTo, newCounting } from "./counting.ts";
import type { UsualDefinition } from "./definition.ts";
import { isAgreed, keptSums, usualInstallation } from "./installation.ts";
import { unusual } from "./reading.ts";
import { settleUsually } from "./settling.ts";
import type { OpenWhole, UsualRun, UsualWorld } from "./usualrun.ts";
import { verdictOf } from "./verdict.ts";

/** What a program runs for days has counted is written this often, so that a crash loses little. Milliseconds. */
const WRITE_EVERY = 60_000;

/**
 * Opens the telemetry of a usual run: somebody agreed to a definition that an earlier run has kept, and nothing is due; or
 * nobody did, and there is nobody to ask. It does what {@link RunningTelemetry} does, by a quarter of the code, since to
 * compile that is most of what a run costs. At the first thing that it does not know it leaves all the rest to the whole
 * client. Functions that are called are at the top of their files, and few take others: those would be compiled apart. Loops
 * go through members by `in`, which is half as long as `of`; who has added to `Object.prototype` has no usual run.
 *
 * @throws where the run is no usual one from the beginning.
 */
export function openUsual(world: UsualWorld, raw: JsonObject, openWhole: OpenWhole): Telemetry {
  const { project, consent = "ask" } = raw;
  if (typeof project !== "string" || (consent !== "ask" && consent !== "notice")) throw unusual();
  const asked = { project, consent } as const;
  const verdict = verdictOf(world, asked);
  if (verdict === "silent") return SILENT;
  const run: UsualRun = {
    world,
    raw,
    asked,
    verdict,
    day: 0,
    counting: newCounting(),
    said: new Map(),
    timer: null,
    openWhole,
    heir: null,
  };
  if (!isListening) process.once("exit", finishAll);
  isListening = true;
  RUNNING.add(run);
  return {
    count: (counter, value, times = 1) => count(run, counter, value, times),
    report: (report, values) => hear(run, report, values),
    ask: async () => await ask(run),
    flush: async () => await heirOf(run).flush(),
    close: async () => finish(run),
  };
}

/** Those that were not closed yet. One listener for all: Node warns on the terminal of the eleventh. */
const RUNNING = new Set<UsualRun>();

let isListening = false;

function finishAll(): void {
  for (const run of RUNNING) finish(run);
}

function count(run: UsualRun, counter: string, value: unknown, times: number): void {
  if (run.heir !== null) {
    run.heir.count(counter, value as string, times);
    return;
  }
  try {
    const day = dayOf(run.world.clock() / 1000);
    if (!isPlausibleDay(day)) return;
    // Over midnight: a line is of one day.
    if (day !== run.day && run.day !== 0) throw unusual();
    run.day = day;
    addTo(run.counting, run.raw as UsualDefinition, counter, value, times);
    writeLater(run);
  } catch {
    heirOf(run).count(counter, value as string, times);
  }
}

function hear(run: UsualRun, report: string, values: Readonly<Record<string, unknown>> = {}): void {
  if (run.heir !== null) {
    run.heir.report(report, values);
    return;
  }
  try {
    // A copy: what is said counts as it is now.
    run.said.set(report, { ...values });
    writeLater(run);
  } catch {
    // Values that cannot be copied say nothing.
  }
}

async function ask(run: UsualRun): Promise<void> {
  if (run.heir === null) {
    try {
      if (!run.world.mayBeOnTerminal() || isAllTold(run)) return;
    } catch {
      // The copy that says so is not there yet.
    }
    if (!run.world.isOnTerminal()) return;
  }
  await heirOf(run).ask();
}

/** Whether the user was told of each field as it is now. @throws where that is not kept. */
const isAllTold = ({ world, raw, asked, verdict }: UsualRun): boolean => {
  if (verdict === "all") return true;
  const sums = keptSums(usualInstallation(world.places.state, asked.project), raw);
  for (const id in sums) if (!isAgreed(id, sums, verdict)) return false;
  return true;
};

function finish(run: UsualRun): void {
  RUNNING.delete(run);
  if (run.heir === null) write(run);
  // It never throws, and waits for nothing.
  void run.heir?.close();
}

function writeLater(run: UsualRun): void {
  run.timer ??= setTimeout(write, WRITE_EVERY, run).unref();
}

function write(run: UsualRun): void {
  if (run.timer !== null) clearTimeout(run.timer);
  run.timer = null;
  try {
    if (settleUsually(run)) {
      run.counting = newCounting();
      run.day = 0;
    } else run.heir = SILENT;
  } catch {
    heirOf(run);
  }
}

/** Hands the run over, with what it counted and heard. An arrow function, as the next: see build/eager.ts. */
const heirOf = (run: UsualRun): Telemetry => {
  if (run.heir !== null) return run.heir;
  RUNNING.delete(run);
  if (run.timer !== null) clearTimeout(run.timer);
  try {
    run.heir = run.openWhole({ day: run.day, counts: run.counting, said: run.said });
  } catch {
    run.heir = SILENT;
  }
  return run.heir;
};
