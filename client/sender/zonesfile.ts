import { join } from "node:path";
import { isProject, isZone } from "@sotto/wire";
import { jsonOfPolicyState, type PolicyState, readPolicyState } from "../spool/policystate.ts";
import { FAILED_FRAMES, type ZoneStanding } from "../spool/zones.ts";
import {
  isObject,
  type Json,
  type JsonObject,
  type Replacement,
  readStateFile,
  replaceStateFile,
  type StateFile,
} from "../state/file.ts";
import type { Place } from "../state/paths.ts";

const VERSION = 1;
const MAX_OCTETS = 256 * 1024;

const HASH = /^[0-9a-f]{64}$/;

/** What is known of zones. */
export interface Zones {
  /** What their policy records say, by the zone. */
  readonly policies: Readonly<Record<string, PolicyState>>;
  /** How projects fare with theirs, by the project. */
  readonly standings: Readonly<Record<string, ZoneStanding>>;
}

/** Of no zone is anything known. */
export const NO_ZONES: Zones = { policies: {}, standings: {} };

/**
 * Reads `zones.json`. What is damaged in it counts as not known. Makes nothing, and never throws.
 *
 * @returns null when a newer program wrote it, or it may not be read: nothing may be sent then.
 */
export function readZones(state: Place): Zones | null {
  const reading = readStateFile(fileIn(state));
  if (reading.type === "newer" || reading.type === "unreadable") return null;
  if (reading.type !== "read") return NO_ZONES;
  const { policies, standings } = reading.value;
  return { policies: known(policies, isZone, readPolicyState), standings: known(standings, isProject, readStanding) };
}

/**
 * Writes `zones.json`. Members that are not known stay. Never throws.
 *
 * @param isStillOurs whether the sender's lock is still held.
 */
export async function writeZones(
  state: Place,
  { policies, standings }: Zones,
  isStillOurs?: () => Promise<boolean>,
): Promise<Replacement> {
  const file = fileIn(state);
  const there = readStateFile(file);
  const before = there.type === "read" ? there.value : {};
  const content = {
    ...before,
    version: VERSION,
    policies: Object.fromEntries(Object.entries(policies).map(([zone, one]) => [zone, jsonOfPolicyState(one)])),
    standings: Object.fromEntries(
      Object.entries(standings).map(([project, { zone, failed }]) => [project, { zone, failed }]),
    ),
  };
  return await replaceStateFile(file, content, isStillOurs);
}

function fileIn(state: Place): StateFile {
  return { path: join(state.path, "zones.json"), within: state.within, version: VERSION, maxOctets: MAX_OCTETS };
}

function known<T>(
  value: Json | undefined,
  isName: (name: string) => boolean,
  read: (value: Json) => T | null,
): Readonly<Record<string, T>> {
  if (!isObject(value)) return {};
  const entries = Object.entries(value).flatMap(([name, member]): [string, T][] => {
    const one = isName(name) ? read(member) : null;
    return one === null ? [] : [[name, one]];
  });
  return Object.fromEntries(entries);
}

function readStanding(value: Json): ZoneStanding | null {
  if (!isObject(value)) return null;
  const { zone, failed } = value as JsonObject;
  if (typeof zone !== "string" || !isZone(zone) || !Array.isArray(failed)) return null;
  const hashes = (failed as readonly Json[]).filter((hash) => typeof hash === "string" && HASH.test(hash));
  return hashes.length === failed.length && hashes.length < FAILED_FRAMES
    ? { zone, failed: hashes as readonly string[] }
    : null;
}
