import { statSync } from "node:fs";
import { join } from "node:path";
import { type Collection, dayOf, weekOf } from "@sotto/wire";
import { fieldHashes } from "../consent/fieldhash.ts";
import type { Decided } from "../consent/now.ts";
import { appendCounts } from "../installation/counts.ts";
import { type DefinitionCopy, readDefinitionCopy, writeDefinitionCopy } from "../installation/definitioncopy.ts";
import { makeDue } from "../installation/due.ts";
import { installationPlace, systemBinding } from "../installation/folder.ts";
import { isNextDue, readNext, START_GAP_MINUTES, writeNext } from "../installation/next.ts";
import { readSession, writeSession } from "../installation/session.ts";
import { type Heard, heardValues, needsProgram } from "../report/heard.ts";
import { runnerOf } from "../report/runner.ts";
import { usedSession } from "../report/session.ts";
import { isPlausibleDay } from "../report/window.ts";
import type { JsonObject } from "../state/file.ts";
import type { Place } from "../state/paths.ts";
import { makeFolderSync } from "../state/sync.ts";
import { coverageOf, coveredIn, isSame } from "./coverage.ts";
import { dueToday, stateWithCounts, tellsAnything } from "./duecheck.ts";
import { Tally } from "./tally.ts";
import type { World } from "./world.ts";

/** What a run has to hand over. */
export interface RunResults {
  readonly collection: Collection;
  /** The content of `sotto.json`. */
  readonly raw: JsonObject;
  readonly tally: Tally;
  /** What the program said, by report. */
  readonly said: ReadonlyMap<string, unknown>;
}

/**
 * Whether a sender has something to do: `now` when this run made a report due; `soon` when somebody started one and it has
 * failed, or the zone is to be looked at again, which is not tried more often than every ten minutes.
 */
export type Need = "now" | "soon" | "none";

/** A due report that nobody sealed for so long is a reason to start a sender: the one that was started has failed. */
const FORGOTTEN_MILLISECONDS = 10 * 60_000;

/**
 * Writes down what a run counted and said, for a project that is granted: one line of counts, and the reports that are due.
 * A usual run reads five small files and appends to one. Never waits.
 *
 * @throws the file system's error when the state folder cannot be made; otherwise what cannot be written is lost.
 */
export function settle(world: World, results: RunResults, decided: Decided): Need {
  const { collection, raw, tally } = results;
  const { state } = world.places;
  const now = world.clock();
  const today = dayOf(now / 1000);
  if (state === null || !isPlausibleDay(today)) return "none";
  makeFolderSync(state);
  const binding = systemBinding(state);
  if (binding === null) return "none";
  const folder = installationPlace(state, binding, collection.project);
  const copy = readDefinitionCopy(folder);
  if (copy !== null && copy.stopped !== null) {
    tally.take();
    // Somebody has to look whether the zone still asks for silence: once a week is enough.
    return copy.stopped === weekOf(today) ? "none" : "soon";
  }
  const covered = coverageOf(collection, raw, decided, copy);
  keepDefinition(folder, collection, raw, copy);
  const counters = Tally.countersOf(collection);
  for (const [day, counts] of tally.take()) appendCounts(folder, day, counts, counters);
  const session = useSession(world, collection, covered, folder, Math.floor(now / 60_000));
  return makeDueReports(world, results, { folder, covered, today, session });
}

/**
 * Starts a sender if one is wanted or the time has come that the last one named, and nobody did so in the last ten minutes.
 *
 * @returns whether one was started.
 */
export function startIfNeeded(world: World, need: Need): boolean {
  const { state } = world.places;
  if (state === null) return false;
  const now = Math.floor(world.clock() / 60_000);
  const next = readNext(state);
  if (need !== "now" && !isNextDue(next, now) && !(need === "soon" && next === null)) return false;
  if (isSenderAlive(state, world.clock()) || !writeNext(state, now + START_GAP_MINUTES)) return false;
  world.startSender(world.workingFolder);
  return true;
}

interface Ground {
  readonly folder: Place;
  readonly covered: ReadonlySet<string>;
  readonly today: number;
  /** The session's number; null where there is none. */
  readonly session: string | null;
}

function makeDueReports(world: World, { collection, said }: RunResults, ground: Ground): Need {
  const { folder, covered, today, session } = ground;
  const wanted = collection.reports.filter(
    (report) => (said.has(report.name) || !needsProgram(report)) && tellsAnything(report, covered, today),
  );
  if (wanted.length === 0) return "none";
  const state = stateWithCounts(folder, collection, today);
  if (state === null) return "none";
  let need: Need = "none";
  for (const report of wanted.filter((candidate) => dueToday(candidate, state, covered, today) !== null)) {
    const path = join(folder.path, `due-${report.name}.json`);
    const age = ageOfFile(path, world.clock());
    if (age !== null) {
      if (need === "none" && Math.abs(age) > FORGOTTEN_MILLISECONDS) need = "soon";
      continue;
    }
    const values: Heard = heardValues(report, said.get(report.name), coveredIn(report, covered));
    const made = makeDue(folder, report.name, {
      id: Buffer.from(world.random(8)).toString("hex"),
      day: today,
      runner: runnerOf(world.surroundings()),
      platform: world.platform,
      session: report.fields.some(({ kind }) => kind === "session") ? session : null,
      values,
    });
    if (made === "made") need = "now";
  }
  return need;
}

/** Written when the program is new or its definition changed. */
function keepDefinition(folder: Place, collection: Collection, raw: JsonObject, copy: DefinitionCopy | null): void {
  if (copy !== null && isSame(copy.definition, raw)) return;
  const fields = fieldHashes(collection);
  writeDefinitionCopy(folder, { definition: raw, fields, stopped: copy?.stopped ?? null });
}

function useSession(
  world: World,
  { reports }: Collection,
  covered: ReadonlySet<string>,
  folder: Place,
  minute: number,
): string | null {
  const isKept = reports.some((report) =>
    report.fields.some((field) => field.kind === "session" && covered.has(`${report.name}.${field.name}`)),
  );
  if (!isKept) return null;
  const session = usedSession(readSession(folder), minute, world.random);
  writeSession(folder, session);
  return session.id;
}

/** A sender that lives seals what is due before it ends. */
function isSenderAlive(state: Place, now: number): boolean {
  const age = ageOfFile(join(state.path, "sender.lock"), now);
  return age !== null && Math.abs(age) <= 6 * 60_000;
}

/** Milliseconds since a file was changed; null when it is not there. */
function ageOfFile(path: string, now: number): number | null {
  try {
    return now - statSync(path).mtimeMs;
  } catch {
    return null;
  }
}
