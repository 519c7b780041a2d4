import { type DueReport, dueReports, readDue, removeDue } from "../installation/due.ts";
import { installationPlace, projectsOf } from "../installation/folder.ts";
import { removeMessage } from "../spool/folder.ts";
import { LIFE_DAYS } from "../spool/schedule.ts";
import { type SenderRun, todayOf } from "./world.ts";

/** Days ahead that a due report may be of: a clock may run a little fast. */
const AHEAD_DAYS = 1;

/** A report that waits to be sealed. */
export interface NamedDue {
  /** The report's name in the definition. */
  readonly report: string;
  readonly due: DueReport;
}

/**
 * The reports of a project that are to be sealed. Those that cannot be read, or are of a day that is too far away, are
 * removed; a newer program's are left alone.
 */
export async function livingDues(run: SenderRun, project: string): Promise<NamedDue[]> {
  const today = todayOf(run.world);
  const folder = installationPlace(run.state, run.world.binding, project);
  const living: NamedDue[] = [];
  for (const report of dueReports(folder)) {
    const reading = readDue(folder, report);
    if (reading.type === "absent") continue;
    if (reading.type === "unusable") {
      if (!reading.isNewer) removeDue(folder, report);
      continue;
    }
    const { day } = reading.due;
    if (day <= today - LIFE_DAYS || day > today + AHEAD_DAYS)
      await discardDue(run, project, { report, due: reading.due });
    else living.push({ report, due: reading.due });
  }
  return living;
}

/**
 * Removes a due report, and first what a sender that died had sealed of it: none of it was sent, since a frame waits as
 * long as its due report is there.
 */
export async function discardDue(
  { world, state }: SenderRun,
  project: string,
  { report, due }: NamedDue,
): Promise<void> {
  if (!(await removeMessage(state, { project, message: due.id }))) return;
  removeDue(installationPlace(state, world.binding, project), report);
}

/** The messages that may be half spooled, `<project>/<id>`: of each, the due report is still there. */
export function unfinishedMessages({ world, state }: Pick<SenderRun, "world" | "state">): ReadonlySet<string> {
  const ids = projectsOf(state, world.binding).flatMap((project) => {
    const folder = installationPlace(state, world.binding, project);
    return dueReports(folder).flatMap((report) => {
      const reading = readDue(folder, report);
      return reading.type === "read" ? [`${project}/${reading.due.id}`] : [];
    });
  });
  return new Set(ids);
}
