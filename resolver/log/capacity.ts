import { FRAME_OCTETS } from "@sotto/wire";
import type { Keeping } from "./bucket.ts";
import { SLOT_OCTETS } from "./slot.ts";

/** Octets that a log may take on disk unless its operator says otherwise: ninety million frames. */
export const DEFAULT_DISK_BUDGET_OCTETS = 10 * 1024 ** 3;

/**
 * Frames that a bucket may hold at least where no budget was set: 118 MB. The cap shrinks with the bucket, and those of
 * seconds, as one tries things out with, would hardly take anything.
 */
const UNSET_BUDGET_FRAMES = 1_000_000;

/** How much fuller than the mean a bucket may be: a flood mutes an hour, not a week (protocol.md section 4 rule 8). */
const BURST = 4;

/** A frame in a journal is there three times for a moment: in the journal, in a sorted run, in the segment. */
const COPIES_WHILE_SEALING = 3;

/** How many frames one intake may store; plain data, an owner process sends it to its workers. */
export interface Capacity {
  /** In each bucket. */
  readonly bucket: number;
  /** From now on, whatever the bucket: what the disk budget leaves. */
  readonly disk: number;
  /** Frames that earlier runs of the server stored in a bucket that may still be open: they count. */
  readonly earlier: { readonly start: number; readonly frames: number } | null;
}

/**
 * Frames that a bucket may hold.
 *
 * @param diskBudget as an operator set it.
 */
export function framesOfBucket(diskBudget: number | undefined, { bucket, retention }: Keeping): number {
  const octets = (BURST * (diskBudget ?? DEFAULT_DISK_BUDGET_OCTETS) * bucket) / retention;
  return Math.max(Math.floor(octets / FRAME_OCTETS), diskBudget === undefined ? UNSET_BUDGET_FRAMES : 0);
}

/** Frames that still find room in a log of these sizes, so that sealing finds room too. */
export function framesOfDisk(diskBudget: number, sealedOctets: number, journalOctets: number): number {
  const left = diskBudget - sealedOctets - COPIES_WHILE_SEALING * journalOctets;
  return Math.max(0, Math.floor(left / (COPIES_WHILE_SEALING * SLOT_OCTETS)));
}

/** One worker's share. */
export function shareOf({ bucket, disk, earlier }: Capacity, workers: number): Capacity {
  return {
    bucket: Math.floor(bucket / workers),
    disk: Math.floor(disk / workers),
    earlier: earlier === null ? null : { ...earlier, frames: Math.ceil(earlier.frames / workers) },
  };
}
