import { type Collection, dayOf, weekOf } from "@sotto/wire";
import { fieldHashes } from "../consent/fieldhash.ts";
import type { Decided } from "../consent/now.ts";
import { appendCounts } from "../installation/append.ts";
import { type DefinitionCopy, readDefinitionCopy, writeDefinitionCopy } from "../installation/definitioncopy.ts";
import { installationPlace, systemBinding } from "../installation/folder.ts";
import { isNextDue, readNext, START_GAP_MINUTES, writeNext } from "../installation/next.ts";
import { useSession } from "../installation/session.ts";
import { needsProgram } from "../report/heard.ts";
import { isPlausibleDay } from "../report/window.ts";
import { ageOfFile } from "../state/age.ts";
import type { JsonObject } from "../state/file.ts";
import { type Place, pathIn } from "../state/paths.ts";
import { makeFolderSync } from "../state/sync.ts";
import { coverageOf, isSame } from "./coverage.ts";
import { tellsAnything } from "./duecheck.ts";
import { makeDueReports, type Need } from "./making.ts";
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
 * Writes down what a run counted and said, for a project that is granted: one line of counts, and the reports that are due.
 * Never waits.
 *
 * @throws the file system's error when the state folder cannot be made; otherwise what cannot be written is lost.
 */
export function settle(world: World, results: RunResults, decided: Decided): Need {
  const { collection, raw, tally, said } = results;
  const { state } = world.places;
  const now = world.clock();
  const today = dayOf(now / 1000);
  if (state === null || !isPlausibleDay(today)) return "none";
  const binding = systemBinding(state) ?? bindingOfNew(state);
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
  const counters = () => Tally.countersOf(collection);
  for (const [day, counts] of tally.take()) appendCounts(folder, day, counts, counters);
  const session = sessionOf(world, collection, covered, folder, Math.floor(now / 60_000));
  const wanted = collection.reports.filter(
    (report) => (said.has(report.name) || !needsProgram(report)) && tellsAnything(report, covered, today),
  );
  if (wanted.length === 0) return "none";
  return makeDueReports(world, { collection, wanted, said, folder, covered, today, session });
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

function bindingOfNew(state: Place): string | null {
  makeFolderSync(state);
  return systemBinding(state);
}

/** Written when the program is new or its definition changed. */
function keepDefinition(folder: Place, collection: Collection, raw: JsonObject, copy: DefinitionCopy | null): void {
  if (copy !== null && isSame(copy.definition, raw)) return;
  const fields = fieldHashes(collection);
  writeDefinitionCopy(folder, { definition: raw, fields, stopped: copy?.stopped ?? null });
}

function sessionOf(
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
  return useSession(folder, minute, world.random).id;
}

/** A sender that lives seals what is due before it ends. */
function isSenderAlive(state: Place, now: number): boolean {
  const age = ageOfFile(pathIn(state.path, "sender.lock"), now);
  return age !== null && Math.abs(age) <= 6 * 60_000;
}
