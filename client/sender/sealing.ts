import { dueReports, removeDue } from "../installation/due.ts";
import { projectsOf } from "../installation/folder.ts";
import { listSpool, removeMessage } from "../spool/folder.ts";
import { discardDue, livingDues, type NamedDue } from "./duelist.ts";
import { keepLedger, type Ledger, openLedger, withReport } from "./ledger.ts";
import { reportStateOf, withoutOldActivity } from "./merge.ts";
import { collectedFields, grantedFields, projectNow } from "./project.ts";
import { planReport, reportedState } from "./reportplan.ts";
import { spoolReport } from "./spooling.ts";
import { isProjectStopped } from "./stops.ts";
import { type SenderRun, todayOf } from "./world.ts";
import { readZones } from "./zonesfile.ts";

/**
 * Seals what is due, of all projects that are granted and not asked to be silent. A crash between any two steps neither
 * loses a report nor makes two of it (docs/client-state.md, "Sealing").
 *
 * @returns false as soon as the sender's lock is gone.
 */
export async function sealAll(run: SenderRun): Promise<boolean> {
  for (const project of projectsOf(run.state, run.world.binding)) {
    if (!(await run.lock.isHeld()) || !(await sealProject(run, project))) return false;
  }
  return true;
}

async function sealProject(run: SenderRun, name: string): Promise<boolean> {
  const dues = await livingDues(run, name);
  const project = mayReport(run, name);
  if (project === "denied") for (const due of dues) await discardDue(run, name, due);
  if (project === "denied" || project === "waits") return true;
  let ledger = openLedger(
    project,
    dues.map(({ due }) => due.day),
    todayOf(run.world),
  );
  if (ledger === null) return true;
  for (const due of dues) {
    // Solving the puzzle of the one before may have taken a while.
    if (!(await run.lock.isHeld())) return false;
    const now = mayReport(run, name);
    if (typeof now === "string") return true;
    ledger = await sealDue(run, { ...ledger, project: now }, due);
  }
  const waiting = new Set(dueReports(project.folder));
  const state = withoutOldActivity(ledger.state, project.definition.reports, waiting, todayOf(run.world));
  await keepLedger(run, { ...ledger, state });
  return await run.lock.isHeld();
}

/** A project that may seal now; or whether what is due is to be removed, or waits. */
function mayReport({ world, state }: SenderRun, name: string) {
  const project = projectNow(world, state, name);
  if (project?.decision === "denied") return "denied";
  const zones = readZones(state);
  if (project === null || project.decision !== "granted" || zones === null) return "waits";
  return isProjectStopped(project, zones) ? "waits" : project;
}

/** Seals one due report. @returns the ledger after it. */
async function sealDue(run: SenderRun, ledger: Ledger, named: NamedDue): Promise<Ledger> {
  const { project, state } = ledger;
  const { due } = named;
  const report = project.definition.reports.find(({ name }) => name === named.report);
  if (report === undefined) {
    await discardDue(run, project.name, named);
    return ledger;
  }
  const input = {
    definition: project.definition,
    report,
    due,
    state: reportStateOf(state, report.name),
    firstDay: state.firstDay,
    granted: grantedFields(project, report),
    collected: collectedFields(project, report, due.day),
  };
  const settled = async (after: ReturnType<typeof reportedState>) => {
    const kept = await keepLedger(run, withReport(ledger, report.name, after));
    // Without it, the due report has to stay: by its id the frames are known.
    if (kept !== null) removeDue(project.folder, report.name);
    return kept ?? ledger;
  };
  const message = { project: project.name, message: due.id };
  const frames = listSpool(run.state).entries.filter(
    (entry) => entry.project === message.project && entry.message === message.message,
  );
  const isWhole = frames.length > 0 && frames.length === frames[0]?.parts;
  if (isWhole) return await settled(reportedState(input));
  if (frames.length > 0 && !(await removeMessage(run.state, message))) return ledger;
  const plan = planReport(input, run.world.random);
  switch (plan.type) {
    case "none":
      removeDue(project.folder, report.name);
      return ledger;
    case "keyless":
      // It waits for a definition with a key, but not longer than its day: it would keep later ones from being made.
      if (due.day < todayOf(run.world)) removeDue(project.folder, report.name);
      return ledger;
    case "passed":
      return await settled(plan.state);
    case "sealed":
      if (!(await spoolReport(run, project, named, plan))) return ledger;
      run.count("sealed");
      return await settled(plan.state);
  }
}
