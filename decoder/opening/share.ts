import type { ScanKeys } from "../scankeys.ts";
import type { OpenedChunk } from "./openedchunk.ts";
import { Tally } from "./tally.ts";

/**
 * What one of several projects makes of a chunk that was opened with the keys of all of them: to it, frames of the others
 * are as foreign as everyone's. Only a frame made to fit keys of two projects differs from a scan with its keys alone: it
 * is the first one's.
 *
 * @param keys the project's own.
 * @param weeks those it wants; null for all frames, also of other versions.
 */
export function shareOf(chunk: OpenedChunk, keys: ScanKeys, weeks: ReadonlySet<number> | null): OpenedChunk {
  const isWanted = (week: number | null) => weeks === null || (week !== null && weeks.has(week));
  const frames = chunk.frames.filter(
    ({ week, key }) => isWanted(week) && keys.ofWeek(week).tried.some(({ id }) => id === key),
  );
  const tally = new Tally();
  for (const { week, opened, foreign, pending, noKey } of chunk.weeks) {
    if (!isWanted(week)) continue;
    const all = opened + foreign + pending + noKey;
    const own = frames.filter((frame) => frame.week === week).length;
    if (week === null) tally.week(null).foreign += all;
    else tally.add(week, keys.ofWeek(week), { opened: own, unopened: all - own });
  }
  return { weeks: tally.weeks(), frames, waiting: tally.waiting() };
}
