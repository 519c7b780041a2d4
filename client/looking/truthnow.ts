import { type Collection, isExpired, type ReportDefinition } from "@sotto/wire";
import { fieldId } from "../consent/fieldhash.ts";
import type { Reasoned } from "../deciding/reason.ts";
import { readDefinitionCopy } from "../installation/definitioncopy.ts";
import { readDue } from "../installation/due.ts";
import { installationPlace, systemBinding } from "../installation/folder.ts";
import { firstDayOf } from "../overview/quantities.ts";
import { windowOf } from "../report/window.ts";
import { coverageOf } from "../telemetry/coverage.ts";
import { fieldIdsOf } from "../telemetry/fields.ts";
import { previewReports } from "../telemetry/preview.ts";
import type { Program } from "../telemetry/running.ts";
import type { World } from "../telemetry/world.ts";
import { type ReportPreview, truthOf, withoutNoise } from "./truth.ts";

const DAY_MILLISECONDS = 86_400_000;

/**
 * What a project's reports would tell by what is kept, without noise. Of a report that is not due, what it would tell
 * at the beginning of the next window, if nothing more came.
 *
 * @param today days since 1970-01-01 UTC.
 */
export function truthNow(world: World, program: Program, reasoned: Reasoned, today: number): ReportPreview[] {
  const { collection } = program;
  const covered = coveredNow(world, program, reasoned);
  const said = saidNow(world, collection);
  return collection.reports.map((report) => {
    const one = withoutNoise({ ...collection, reports: [report] });
    const present = previewReports(world, one, said, covered).at(0) ?? { type: "nothing" as const, report };
    const isLater = present.type === "not-due";
    const from = isLater ? firstDayOf(report.window, windowOf(report.window, today) + 1) : null;
    const then = { ...world, clock: () => (from ?? 0) * DAY_MILLISECONDS };
    const preview = isLater ? (previewReports(then, one, new Map(), covered).at(0) ?? present) : present;
    const withheld = withheldIn(report, covered, from ?? today);
    return truthOf({ report, preview, from, isSaid: said.has(report.name) && !isLater, withheld });
  });
}

/** Where nothing is told, all that a yes would be a yes to. */
function coveredNow(world: World, { collection, raw }: Program, reasoned: Reasoned): ReadonlySet<string> {
  const { state } = reasoned.decision;
  if (state !== "granted" && state !== "debug") return new Set(fieldIdsOf(collection));
  const folder = folderOf(world, collection.project);
  return coverageOf(collection, raw, reasoned, folder === null ? null : readDefinitionCopy(folder));
}

/** What the program said in the run that made a report due. */
function saidNow(world: World, { project, reports }: Collection): ReadonlyMap<string, unknown> {
  const folder = folderOf(world, project);
  if (folder === null) return new Map();
  return new Map(
    reports.flatMap(({ name }): [string, unknown][] => {
      const reading = readDue(folder, name);
      return reading.type === "read" ? [[name, reading.due.values]] : [];
    }),
  );
}

function withheldIn(report: ReportDefinition, covered: ReadonlySet<string>, today: number) {
  return new Map(
    report.fields.flatMap((field): [string, "expired" | "not-granted"][] => {
      if (isExpired(field, today)) return [[field.name, "expired"]];
      return covered.has(fieldId(report, field)) ? [] : [[field.name, "not-granted"]];
    }),
  );
}

function folderOf({ places: { state } }: World, project: string) {
  const binding = state === null ? null : systemBinding(state);
  return state === null || binding === null ? null : installationPlace(state, binding, project);
}
