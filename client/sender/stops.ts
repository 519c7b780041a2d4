import { weekOf } from "@sotto/wire";
import { readDefinitionCopy, writeDefinitionCopy } from "../installation/definitioncopy.ts";
import { projectsOf } from "../installation/folder.ts";
import { ownMember } from "../report/record.ts";
import { isStopped } from "../spool/policystate.ts";
import { type ProjectNow, projectNow } from "./project.ts";
import { type SenderRun, todayOf } from "./world.ts";
import { NO_ZONES, readZones, type Zones } from "./zonesfile.ts";

/** Whether a zone asks the project to be silent, or did when it was last seen to. */
export function isProjectStopped(project: ProjectNow, zones: Zones): boolean {
  return project.copy.stopped !== null || stoppingZones(project, zones).length > 0;
}

/** The zones of the project's definition that ask it to be silent. */
export function stoppingZones({ name, definition }: ProjectNow, { policies }: Zones): string[] {
  return definition.zones.map(({ zone }) => zone).filter((zone) => isStopped(ownMember(policies, zone) ?? null, name));
}

/** Projects that were asked to be silent and were not seen to this week. */
export function stopsToCheck({ world, state }: SenderRun): ProjectNow[] {
  const week = weekOf(todayOf(world));
  return projectsOf(state, world.binding).flatMap((name) => {
    const project = projectNow(world, state, name);
    if (project === null || project.decision !== "granted") return [];
    const { stopped } = project.copy;
    return stopped === null || stopped === week ? [] : [project];
  });
}

/**
 * Notes in each project's `definition.json` what its zones say of it, so that its programs count nothing meanwhile.
 *
 * @param zone whose policy record was asked for.
 * @param isAnswered whether there was one: silence ends no stop.
 */
export async function noteStops(run: SenderRun, zone: string, isAnswered: boolean): Promise<void> {
  const { world, state } = run;
  const zones = readZones(state) ?? NO_ZONES;
  for (const name of projectsOf(state, world.binding)) {
    const project = projectNow(world, state, name);
    if (project?.decision !== "granted" || !project.definition.zones.some((one) => one.zone === zone)) continue;
    const isListed = stoppingZones(project, zones).length > 0;
    if (isListed) await noteStop(run, project);
    else if (isAnswered && project.copy.stopped !== null) await writeStop(run, project, null);
  }
}

/** Notes that a stopped project was seen to this week. */
export async function noteStop(run: SenderRun, project: ProjectNow): Promise<void> {
  await writeStop(run, project, weekOf(todayOf(run.world)));
}

async function writeStop({ lock }: SenderRun, { folder }: ProjectNow, stopped: number | null): Promise<void> {
  // Asked at the last moment: what `disable` removed must not come back.
  if (!(await lock.isHeld())) return;
  const copy = readDefinitionCopy(folder);
  if (copy !== null && copy.stopped !== stopped) writeDefinitionCopy(folder, { ...copy, stopped });
}
