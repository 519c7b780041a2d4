import { join } from "node:path";
import { readStateFile, replaceStateFile, type StateFile } from "../state/file.ts";
import type { Place } from "../state/paths.ts";

/** Why a frame was deleted without having been confirmed. */
export type LossReason = (typeof LOSS_REASONS)[number];

/**
 * `expired`: its fourteen days were over. `overflow`: there were more than two hundred. `refused`: the zone refused it
 * twice, or is blocked. `attempts`: six were not confirmed. `damaged`: its file could not be read.
 */
export const LOSS_REASONS = ["expired", "overflow", "refused", "attempts", "damaged"] as const;

/** Frames lost on this host, by reason; of all projects together, so that it tells of none that was deleted. */
export type Losses = Readonly<Record<LossReason, number>>;

const VERSION = 1;
const MAX_OCTETS = 16 * 1024;

/** What nobody has lost yet. */
export const NO_LOSSES: Losses = { expired: 0, overflow: 0, refused: 0, attempts: 0, damaged: 0 };

/** Reads `spool/losses.json`, for `status`. What cannot be read counts as nothing. Makes nothing, and never throws. */
export function readLosses(state: Place): Losses {
  const reading = readStateFile(fileIn(state));
  if (reading.type !== "read") return NO_LOSSES;
  const { value } = reading;
  const read = LOSS_REASONS.map((reason): [LossReason, number] => [reason, countOf(value[reason])]);
  return { ...NO_LOSSES, ...Object.fromEntries(read) };
}

/**
 * Counts losses. The spool's lock must be held. Best effort: a loss that cannot be counted is no reason to keep a frame.
 *
 * @param reasons one for each frame.
 */
export async function countLosses(state: Place, reasons: readonly LossReason[]): Promise<void> {
  if (reasons.length === 0) return;
  const file = fileIn(state);
  const there = readStateFile(file);
  const before = readLosses(state);
  const counts = LOSS_REASONS.map((reason): [LossReason, number] => {
    const more = reasons.filter((lost) => lost === reason).length;
    return [reason, Math.min(before[reason] + more, Number.MAX_SAFE_INTEGER)];
  });
  const rest = there.type === "read" ? there.value : {};
  await replaceStateFile(file, { ...rest, version: VERSION, ...Object.fromEntries(counts) });
}

function fileIn(state: Place): StateFile {
  const path = join(state.path, "spool", "losses.json");
  return { path, within: state.within, version: VERSION, maxOctets: MAX_OCTETS };
}

function countOf(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}
