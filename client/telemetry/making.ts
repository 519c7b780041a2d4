import { join } from "node:path";
import type { Collection, ReportDefinition } from "@sotto/wire";
import { makeDue } from "../installation/due.ts";
import { type Heard, heardValues } from "../report/heard.ts";
import { runnerOf } from "../report/runner.ts";
import { ageOfFile } from "../state/age.ts";
import type { Place } from "../state/paths.ts";
import { dueToday, stateWithCounts } from "./duecheck.ts";
import { coveredIn } from "./fields.ts";
import type { World } from "./world.ts";

/**
 * Whether a sender has something to do: `now` when this run made a report due; `soon` when somebody started one and it has
 * failed, or the zone is to be looked at again, which is not tried more often than every ten minutes.
 */
export type Need = "now" | "soon" | "none";

/** What making reports due depends on, besides the world. */
export interface Ground {
  readonly collection: Collection;
  /** The reports that this run has something to tell for. */
  readonly wanted: readonly ReportDefinition[];
  /** What the program said, by report. */
  readonly said: ReadonlyMap<string, unknown>;
  /** Of the installation. */
  readonly folder: Place;
  /** `<report>.<field>` that may be told. */
  readonly covered: ReadonlySet<string>;
  /** Days since 1970-01-01 UTC. */
  readonly today: number;
  /** The session's number; null where there is none. */
  readonly session: string | null;
}

/** A due report that nobody sealed for so long is a reason to start a sender: the one that was started has failed. */
const FORGOTTEN_MILLISECONDS = 10 * 60_000;

/** Makes those reports due that are, and says whether a sender is wanted for them. Never throws. */
export function makeDueReports(world: World, ground: Ground): Need {
  const { collection, wanted, said, folder, covered, today, session } = ground;
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
