import { FRAME_OCTETS, FRAME_VERSION, readHead, resolveWeek } from "@sotto/wire";
import type { Engine } from "../engine/engine.ts";
import { frameAt } from "../engine/slab.ts";
import type { ScanKeys, TriedKey } from "../scankeys.ts";
import type { OpenedChunk, OpenedFrame } from "./openedchunk.ts";
import { Tally } from "./tally.ts";

/**
 * Tries on each frame the keys of the week in its head. A segment's frames ascend, so those of one week lie together:
 * each run of them goes to the engine as one slab.
 *
 * @param frames whole frames in any order; one that is not sorted has more runs.
 * @param segmentEnd Unix seconds, by which the six bits of a week are read.
 */
export function openChunk(frames: Uint8Array, segmentEnd: number, engine: Engine, keys: ScanKeys): OpenedChunk {
  const tally = new Tally();
  const opened: OpenedFrame[] = [];
  for (const run of runsOf(frames)) {
    const { version, week: headWeek } = readHead(run);
    if (version !== FRAME_VERSION) {
      tally.week(null).foreign += run.length / FRAME_OCTETS;
      continue;
    }
    const week = resolveWeek(headWeek, segmentEnd);
    const weekKeys = keys.ofWeek(week);
    const { tried } = weekKeys;
    const keyPairs = tried.map(({ keyPair }) => keyPair);
    const hits = keyPairs.length === 0 ? [] : engine.open(run, keyPairs);
    for (const { index, key, block } of hits) {
      opened.push({ frame: new Uint8Array(frameAt(run, index)), block, key: (tried[key] as TriedKey).id, week });
    }
    tally.add(week, weekKeys, { opened: hits.length, unopened: run.length / FRAME_OCTETS - hits.length });
  }
  return { weeks: tally.weeks(), frames: opened, waiting: tally.waiting() };
}

/** Frames next to each other that have the same first octet: version and week. */
function* runsOf(frames: Uint8Array): Generator<Uint8Array> {
  let begin = 0;
  for (let at = FRAME_OCTETS; at <= frames.length; at += FRAME_OCTETS) {
    if (at < frames.length && frames[at] === frames[begin]) continue;
    yield frames.subarray(begin, at);
    begin = at;
  }
}
