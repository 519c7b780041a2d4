import { type SealedFrame, seal } from "@sotto/wire";
import { keepEntry } from "../history/history.ts";
import { entryOf } from "../history/proof.ts";
import { historyPlacesOf } from "../history/setting.ts";
import { ownMember } from "../report/record.ts";
import { newEntry } from "../spool/entry.ts";
import { termsOf } from "../spool/policystate.ts";
import { addFrames } from "../spool/spool.ts";
import { zoneStandingOf } from "../spool/zones.ts";
import type { NamedDue } from "./duelist.ts";
import type { ProjectNow } from "./project.ts";
import { nowOf, type SenderRun } from "./world.ts";
import { NO_ZONES, readZones } from "./zonesfile.ts";

/** What is to be sealed for whom. */
export interface Composed {
  readonly text: string;
  /** 32 octets. */
  readonly publicKey: Uint8Array;
}

/**
 * Seals a report for the zone that its project uses now, remembers it in the history, and spools its frames: all of them
 * or none.
 *
 * @returns false when it could not be remembered or spooled. What the user could not look at must not leave.
 */
export async function spoolReport(
  run: SenderRun,
  project: ProjectNow,
  { report, due }: NamedDue,
  { text, publicKey }: Composed,
): Promise<boolean> {
  const { zones } = project.definition;
  const known = readZones(run.state) ?? NO_ZONES;
  const names = zones.map(({ zone }) => zone);
  const { zone } = zoneStandingOf(names, ownMember(known.standings, project.name) ?? null);
  const definition = zones.find((one) => one.zone === zone);
  if (definition === undefined) return false;
  const { bits } = termsOf(definition, ownMember(known.policies, zone) ?? null);
  const sealed = seal(text, publicKey, { day: due.day, bits, random: run.world.random });
  // Whoever said no while the puzzle was solved finds nothing written afterwards.
  if (!(await run.lock.isHeld())) return false;
  const about = { project: project.name, report, day: due.day, zone };
  if (!(await isRemembered(run, { ...about, text, publicKey, sealed }))) return false;
  if (!(await run.lock.isHeld())) return false;
  const message = { ...about, message: due.id, parts: sealed.length };
  const frames = sealed.map(({ frame }, part) => newEntry({ ...message, frame, part }));
  return (await addFrames(run.state, frames, nowOf(run.world))).type === "done";
}

/** Keeps the history's entry, and forgets the secrets. @returns false when the user wants one and it is not kept. */
async function isRemembered(
  { world }: SenderRun,
  sealing: Parameters<typeof entryOf>[0] & { readonly sealed: readonly SealedFrame[] },
): Promise<boolean> {
  const places = historyPlacesOf(world.places);
  const entry = entryOf(sealing);
  for (const { ephemeralSecret } of sealing.sealed) ephemeralSecret.fill(0);
  if (places === null || entry === null) return false;
  const { type } = await keepEntry(places, entry);
  return type === "kept" || type === "off";
}
