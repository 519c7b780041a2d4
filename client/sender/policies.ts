import { parsePolicy, policyName } from "@sotto/wire";
import { readDefinitionCopy } from "../installation/definitioncopy.ts";
import { ownMember } from "../report/record.ts";
import { healedPace, isSilenced, readPace } from "../spool/pace.ts";
import { isPolicyDue, type PolicyState, withPolicy } from "../spool/policystate.ts";
import { zoneStandingOf } from "../spool/zones.ts";
import { projectNow } from "./project.ts";
import { noteStop, noteStops, stoppingZones, stopsToCheck } from "./stops.ts";
import { nowOf, type SenderRun, unlessLost } from "./world.ts";
import { readZones, writeZones } from "./zonesfile.ts";

/**
 * Asks for a zone's policy record, unless that was done in the last day or the zone is to be left alone. The question is
 * written down before it is asked: a sender that is killed meanwhile has asked it.
 */
export async function freshenPolicy(run: SenderRun, zone: string): Promise<void> {
  const { world, state, lock } = run;
  const now = nowOf(world);
  const zones = readZones(state);
  if (zones === null || isLeftAlone(run, zone)) return;
  const before = ownMember(zones.policies, zone) ?? null;
  if (!isPolicyDue(before, now)) return;
  const keep = async (policy: PolicyState) => {
    const policies = { ...zones.policies, [zone]: policy };
    return (await writeZones(state, { ...zones, policies }, () => lock.isHeld())).type === "replaced";
  };
  if (!(await keep(before === null ? withPolicy(null, null, now) : { ...before, asked: now }))) return;
  const records = await unlessLost(run, world.lookupText(policyName(zone)));
  if (records === null) return;
  const policy = parsePolicy(records);
  if (await keep(withPolicy(before, policy, now))) await noteStops(run, zone, policy !== null);
}

/** Whether a zone is silenced by a refusal, or nobody can know. */
export function isLeftAlone({ world, state }: SenderRun, zone: string): boolean {
  const now = nowOf(world);
  const reading = readPace(state, now);
  return reading.type === "unusable" || isSilenced(healedPace(reading.pace, now), zone, now);
}

/** Looks once a week, for each project that was asked to be silent, whether it still is. */
export async function checkStops(run: SenderRun): Promise<void> {
  for (const project of stopsToCheck(run)) {
    const zones = readZones(run.state);
    if (zones === null) return;
    const stopping = stoppingZones(project, zones);
    const listed = project.definition.zones.map(({ zone }) => zone);
    const present = zoneStandingOf(listed, ownMember(zones.standings, project.name) ?? null).zone;
    for (const zone of stopping.length > 0 ? stopping : [present]) {
      if (!(await run.lock.isHeld())) return;
      if (projectNow(run.world, run.state, project.name)?.decision !== "granted") break;
      await freshenPolicy(run, zone);
    }
    if ((readDefinitionCopy(project.folder)?.stopped ?? null) !== null) await noteStop(run, project);
  }
}
