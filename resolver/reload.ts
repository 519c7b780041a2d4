import { isDeepStrictEqual } from "node:util";
import type { Settings, ZoneSettings } from "./settings.ts";

/** What of a zone can change while it is served: what it says, and what it asks of reports. */
const CHANGEABLE = ["nameServers", "contact", "url", "text", "ack", "nak", "bits", "publishBits", "stop"] as const;

/** Settings after a configuration was read again. */
export interface Change {
  /** As they hold from now on. */
  readonly settings: Settings;
  /** Names of settings that differ and need a restart. */
  readonly needRestart: readonly string[];
}

/** Takes from wanted settings what can change while serving. */
export function changeOf(current: Settings, wanted: Settings): Change {
  const sameZones = isDeepStrictEqual(current.zones.map(nameOf), wanted.zones.map(nameOf));
  const needRestart = (["listen", "http", "admin", "workers"] as const)
    .filter((name) => !isDeepStrictEqual(current[name], wanted[name]))
    .map(String);
  if (!sameZones)
    return { settings: { ...current, rateLimit: wanted.rateLimit }, needRestart: [...needRestart, "zone"] };
  const zones = current.zones.map((zone, index) => {
    const next = wanted.zones[index] ?? zone;
    const changed = merge(zone, next);
    needRestart.push(...differing(changed, next).map((name) => `zone ${zone.zone}: ${name}`));
    return changed;
  });
  return { settings: { ...current, zones, rateLimit: wanted.rateLimit }, needRestart };
}

function nameOf({ zone }: ZoneSettings): string {
  return zone;
}

/** The first zone with what can change from the second. */
function merge(zone: ZoneSettings, next: ZoneSettings): ZoneSettings {
  const kept = Object.entries(zone).filter(([name]) => !(CHANGEABLE as readonly string[]).includes(name));
  const taken = CHANGEABLE.filter((name) => next[name] !== undefined).map((name) => [name, next[name]]);
  return Object.fromEntries([...kept, ...taken]) as unknown as ZoneSettings;
}

function differing(a: ZoneSettings, b: ZoneSettings): string[] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof ZoneSettings>;
  return [...names].filter((name) => !isDeepStrictEqual(a[name], b[name]));
}
