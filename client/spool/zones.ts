import type { Verdict } from "../delivery.ts";
import type { SpoolEntry } from "./entry.ts";

/** The next zone is taken after so many failed frames (protocol.md section 3). */
export const FAILED_FRAMES = 3;

/** A frame has failed with its second attempt: a laptop that was offline for one flush says nothing of a zone. */
const FAILED_ATTEMPTS = 2;

/** How a project fares with the zone it uses. */
export interface ZoneStanding {
  /** The zone that frames without an attempt go to. */
  readonly zone: string;
  /** Hashes of the frames that failed there since it last confirmed one; fewer than three. */
  readonly failed: readonly string[];
}

/**
 * The zone to use, healed: one that the definition does not list any more gives way to its first.
 *
 * @param zones of the definition, 1 to 4, in its order.
 * @param standing what is on record; null at first.
 */
export function zoneStandingOf(zones: readonly string[], standing: ZoneStanding | null): ZoneStanding {
  const [first = ""] = zones;
  return standing !== null && zones.includes(standing.zone) ? standing : { zone: first, failed: [] };
}

/**
 * The standing after an answer. Three different frames that were not confirmed twice or more, with no confirmation in
 * between, make the next zone of the definition the present one; after the last comes the first.
 *
 * A refusal changes nothing: another zone would evade who blocked this one.
 *
 * @param entry the frame of this attempt, as `begun` returned it.
 */
export function withVerdict(
  zones: readonly string[],
  standing: ZoneStanding,
  entry: Pick<SpoolEntry, "hash" | "zone" | "attempts">,
  verdict: Verdict,
): ZoneStanding {
  if (entry.zone !== standing.zone || verdict.type === "refused") return standing;
  if (verdict.type === "acked") return { ...standing, failed: [] };
  if (entry.attempts < FAILED_ATTEMPTS || standing.failed.includes(entry.hash)) return standing;
  const failed = [...standing.failed, entry.hash];
  if (failed.length < FAILED_FRAMES) return { ...standing, failed };
  const next = zones[(zones.indexOf(standing.zone) + 1) % zones.length] ?? standing.zone;
  return { zone: next, failed: [] };
}

/** A frame in the zone that its project uses now. One that was tried stays where it was: its name must not change. */
export function inPresentZone(entry: SpoolEntry, standing: ZoneStanding): SpoolEntry {
  return entry.attempts === 0 ? { ...entry, zone: standing.zone } : entry;
}
