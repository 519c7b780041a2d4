import type { ZoneDefinition } from "@sotto/wire";
import { ownMember } from "../report/record.ts";
import type { SpoolEntry } from "../spool/entry.ts";
import { inPresentZone, type ZoneStanding, zoneStandingOf } from "../spool/zones.ts";
import { unfinishedMessages } from "./duelist.ts";
import { type ProjectNow, projectNow } from "./project.ts";
import { isProjectStopped } from "./stops.ts";
import type { SenderRun } from "./world.ts";
import type { Zones } from "./zonesfile.ts";

/** A frame that may be sent, with what its project is at that moment. */
export interface Sendable {
  /** In the zone that its project uses now, if it was not tried yet. */
  readonly entry: SpoolEntry;
  readonly project: ProjectNow;
  /** As the definition has the frame's zone. */
  readonly zone: ZoneDefinition;
  readonly standing: ZoneStanding;
}

/**
 * Of frames, those that may be sent: the project is granted, decided anew, and not asked to be silent; the definition
 * still has the zone; and the report was sealed to the end, so that no second frame of it can come to be.
 */
export function sendableOf(
  run: Pick<SenderRun, "world" | "state">,
  entries: readonly SpoolEntry[],
  zones: Zones,
): Sendable[] {
  const unfinished = unfinishedMessages(run);
  const projects = new Map<string, ProjectNow | null>();
  for (const { project } of entries) {
    if (!projects.has(project)) projects.set(project, projectNow(run.world, run.state, project));
  }
  return entries.flatMap((waiting) => {
    const project = projects.get(waiting.project) ?? null;
    if (project?.decision !== "granted" || isProjectStopped(project, zones)) return [];
    if (unfinished.has(`${waiting.project}/${waiting.message}`)) return [];
    const names = project.definition.zones.map(({ zone }) => zone);
    const standing = zoneStandingOf(names, ownMember(zones.standings, project.name) ?? null);
    const entry = inPresentZone(waiting, standing);
    const zone = project.definition.zones.find((one) => one.zone === entry.zone);
    return zone === undefined ? [] : [{ entry, project, zone, standing }];
  });
}
