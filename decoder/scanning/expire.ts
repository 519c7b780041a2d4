import { DAY_SECONDS, dayOf } from "@sotto/wire";
import type { RecordStore } from "../store/contract.ts";

/** Incomplete messages, and boxes that no record is left of, are kept this long (protocol.md section 7). */
export const LEFTOVER_DAYS = 28;

/**
 * Deletes what has had its time, by the clock of the log: its newest segment's end.
 *
 * @param keepDays how long records are kept; null keeps them.
 * @param retired as for {@link RecordStore.expire}.
 * @returns how many messages were deleted.
 */
export async function expireStore(
  store: RecordStore,
  { keepDays, retired }: { keepDays: number | null; retired: ReadonlySet<string> },
): Promise<number> {
  const newest = Math.max(...(await store.segments()).map(({ end }) => end));
  if (!Number.isFinite(newest)) return 0;
  const { messages } = await store.expire({
    recordsBefore: keepDays === null ? null : dayOf(newest - 1) - keepDays + 1,
    segmentsBefore: newest - LEFTOVER_DAYS * DAY_SECONDS,
    retired,
  });
  return messages;
}
