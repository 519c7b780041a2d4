import { type Collection, dayOf, type ReportDefinition } from "@sotto/wire";
import { installationPlace, systemBinding } from "../installation/folder.ts";
import { readSession } from "../installation/session.ts";
import { composeReport, type LeftOut } from "../report/compose.ts";
import { runnerOf } from "../report/runner.ts";
import { livingSession, usedSession } from "../report/session.ts";
import { newProjectState, type ProjectState } from "../report/state.ts";
import { ageOf, type DueWindow, healedFirstDay, isPlausibleDay, windowOf } from "../report/window.ts";
import { reportStateOf } from "../sender/merge.ts";
import { dueToday, stateWithCounts } from "./duecheck.ts";
import { coveredIn } from "./fields.ts";
import type { World } from "./world.ts";

/** What would be sent of one report, were it sealed now. */
export type Preview =
  /** `leftOut` says which fields are not in it. Where noise is drawn, another run may say another thing. */
  | {
      readonly type: "text";
      readonly report: ReportDefinition;
      readonly text: string;
      readonly due: DueWindow;
      readonly leftOut: readonly LeftOut[];
    }
  /** This window was reported, or no window with counts is over yet. */
  | { readonly type: "not-due"; readonly report: ReportDefinition }
  /** No field may be told, or the text would be too long. */
  | { readonly type: "nothing"; readonly report: ReportDefinition };

/**
 * What the reports of a project would hold, by what is kept of it and what a program says. Makes nothing.
 *
 * @param said what the program says, by report.
 * @param covered `<report>.<field>` that may be told.
 */
export function previewReports(
  world: World,
  collection: Collection,
  said: ReadonlyMap<string, unknown>,
  covered: ReadonlySet<string>,
): Preview[] {
  const today = dayOf(world.clock() / 1000);
  if (!isPlausibleDay(today)) return [];
  const { state: root } = world.places;
  const binding = root === null ? null : systemBinding(root);
  const folder = root === null || binding === null ? null : installationPlace(root, binding, collection.project);
  const state = (folder === null ? null : stateWithCounts(folder, collection, today)) ?? newProjectState(today);
  const minute = Math.floor(world.clock() / 60_000);
  const kept = folder === null ? null : livingSession(readSession(folder), minute);
  const facts = {
    runner: runnerOf(world.surroundings()),
    platform: world.platform,
    session: usedSession(kept, minute, world.random).id,
  };
  return collection.reports.map((report) => previewOf(report, state));

  function previewOf(report: ReportDefinition, project: ProjectState): Preview {
    const due = dueToday(report, project, covered, today);
    if (due === null) return { type: "not-due", report };
    const { activity, draws } = reportStateOf(project, report.name);
    const counts = activity.find(({ window }) => window === due.window)?.counts ?? {};
    const first = windowOf(report.window, healedFirstDay(project.firstDay, today));
    const client = { ...facts, age: ageOf(first, due.window) };
    const granted = coveredIn(report, covered);
    const application = said.get(report.name);
    const { outcome } = composeReport(
      { report, due, day: today, granted, application, counts, client, draws },
      world.random,
    );
    if (outcome.type !== "text") return { type: "nothing", report };
    return { type: "text", report, text: outcome.text, due, leftOut: outcome.leftOut };
  }
}
