import { join } from "node:path";
import { dueReports } from "../installation/due.ts";
import { installationPlace, projectsOf } from "../installation/folder.ts";
import { START_GAP_MINUTES, writeNext } from "../installation/next.ts";
import { isPlausibleDay } from "../report/window.ts";
import { frameNames, listSpool } from "../spool/folder.ts";
import { healedPace, readPace } from "../spool/pace.ts";
import { drawBetween } from "../spool/schedule.ts";
import { takeLock } from "../state/lock.ts";
import type { Place } from "../state/paths.ts";
import { unfinishedMessages } from "./duelist.ts";
import { flush } from "./flush.ts";
import { nextMinute } from "./nextminute.ts";
import { checkStops } from "./policies.ts";
import { sealAll } from "./sealing.ts";
import { sendableOf } from "./sendable.ts";
import { upkeep } from "./upkeep.ts";
import { nowOf, pause, type SenderRun, type SenderWorld, type Tally, todayOf } from "./world.ts";
import { NO_ZONES, readZones } from "./zonesfile.ts";

/** A sender waits up to so long, so that nobody can tell from a report's time when a program was run. */
const MOST_WAIT_MILLISECONDS = 60_000;

/** What a sender did, and how it ended. */
export type SenderOutcome =
  /** Another sender is at work. */
  | { readonly type: "busy" }
  /** The state folder is not there, or nothing can be written to it. */
  | { readonly type: "unwritable" }
  /** Somebody removed its lock, as `disable` does, or took it over. */
  | ({ readonly type: "lost" } & Tally)
  /** `waiting`: frames that are in the spool at the end. */
  | ({ readonly type: "done"; readonly waiting: number } & Tally);

/**
 * Runs the sender: seals what is due, sends what the pace allows, removes what is old, and writes down when there is
 * something to do again. One at a time for a user and host. Makes nothing outside the state folder, and nothing where
 * that is not there.
 */
export async function runSender(world: SenderWorld): Promise<SenderOutcome> {
  const { state } = world.places;
  if (state === null) return { type: "unwritable" };
  const taking = await takeLock(join(state.path, "sender.lock"), { clock: world.clock });
  if (taking.type !== "taken") return { type: taking.type === "busy" ? "busy" : "unwritable" };
  const tally = { sealed: 0, acked: 0, refused: 0, unconfirmed: 0 };
  const run: SenderRun = { world, state, lock: taking.lock, count: (what) => tally[what]++ };
  let seen: ReadonlySet<string> | null = null;
  try {
    // By a clock that is certainly wrong nothing is reported, and no state changed.
    if (isPlausibleDay(todayOf(world))) {
      // Whoever starts a sender leaves word before, so that a later run goes on where one is killed; here nobody did.
      if (world.isInForeground) writeNext(state, nowOf(world) + START_GAP_MINUTES);
      if (!(await work(run))) return { type: "lost", ...tally };
      seen = unfinishedMessages(run);
      writeNext(state, nextMinute(leftOver(run), nowOf(world)));
    }
    return { type: "done", ...tally, waiting: frameNames(state).length };
  } finally {
    await taking.lock.release();
    if (seen !== null) noteLateDues(run, seen);
  }
}

async function work(run: SenderRun): Promise<boolean> {
  const { world, state, lock } = run;
  if (!(await sealAll(run))) return false;
  await checkStops(run);
  const hasFrames = frameNames(state).length > 0;
  const isHurried = world.isCi || world.isInForeground || !hasFrames;
  const wait = isHurried ? 0 : drawBetween(0, MOST_WAIT_MILLISECONDS, world.random);
  if (!(await pause(run, wait)) || !(await flush(run))) return false;
  if (!(await sealAll(run))) return false;
  await upkeep(run);
  return await lock.isHeld();
}

/** What became due while this sender ended had its own sender find the lock taken: the next run has to start another. */
function noteLateDues(run: SenderRun, seen: ReadonlySet<string>): void {
  const isLate = [...unfinishedMessages(run)].some((message) => !seen.has(message));
  if (isLate) writeNext(run.state, nowOf(run.world));
}

function leftOver({ world, state }: SenderRun) {
  const now = nowOf(world);
  const { entries, others } = listSpool(state);
  const zones = readZones(state);
  const sendable = sendableOf({ world, state }, entries, zones ?? NO_ZONES).map(({ entry }) => entry);
  const reading = readPace(state, now);
  const pace = reading.type === "read" && zones !== null ? healedPace(reading.pace, now) : null;
  const hasOthers = sendable.length < entries.length + others.length || hasDues(world, state);
  return { sendable, hasOthers, pace };
}

function hasDues({ binding }: SenderWorld, state: Place): boolean {
  return projectsOf(state, binding).some((name) => dueReports(installationPlace(state, binding, name)).length > 0);
}
