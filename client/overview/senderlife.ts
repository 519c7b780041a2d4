import { lstatSync } from "node:fs";
import { join } from "node:path";
import { DEAD_MILLISECONDS } from "../state/lock.ts";
import type { Place } from "../state/paths.ts";

/** Whether a sender is at work, by the time of its lock. @param now milliseconds since 1970-01-01 UTC. */
export function isSenderAlive(state: Place, now: number): boolean {
  try {
    return Math.abs(now - lstatSync(join(state.path, "sender.lock")).mtimeMs) <= DEAD_MILLISECONDS;
  } catch {
    return false;
  }
}
