import { FRAME_OCTETS } from "@sotto/wire";
import type { Batch, Match } from "../batch/batch.ts";
import { selfTest } from "../batch/selftest.ts";
import { WrongEngineError } from "../errors.ts";
import type { Engine, Hit, ReferenceEngine } from "./engine.ts";
import { Sampling } from "./sampling.ts";
import { frameAt } from "./slab.ts";

/** Of so many misses a reference tries one again, on the average. tweetnacl is far slower. */
const ONE_MISS_IN: Readonly<Record<ReferenceEngine["name"], number>> = { "sodium-native": 1000, tweetnacl: 20_000 };

/** 53 bits from the system's source: nobody who sends frames knows which of them are tried again. */
function systemRandom(): number {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
}

/**
 * An engine of a batch, which is our own code, and of one that is taken at its word. What the batch says to fit counts
 * only once the reference has opened it, so that no report is made up; of what it says not to fit, the reference tries a
 * random sample, and known answers are asked for now and then, so that none is lost for long unseen.
 *
 * @param random gives numbers from 0 up to, but not 1.
 * @throws WrongEngineError when the batch fails its known answers; so does `open`, and when the two disagree.
 */
export function verifiedEngine(batch: Batch, reference: ReferenceEngine, random = systemRandom): Engine {
  selfTest(batch);
  const sampling = new Sampling(ONE_MISS_IN[reference.name], random);
  const isDue = doublingSteps();
  return {
    name: batch.name,
    path: batch.path,
    open(frames, keys) {
      // A runtime compiles what is called often again, and better: known answers are asked for at ever longer intervals.
      if (isDue()) selfTest(batch);
      const first = firstMatches(batch.match(frames, keys));
      const tryAgain = (index: number) => reference.open(frameAt(frames, index), keys)[0];
      const hits = first.map(({ index, key }): Hit => {
        const hit = tryAgain(index);
        if (hit?.key !== key) throw disagreement(batch, reference);
        return { ...hit, index };
      });
      for (const miss of sampling.take(frames.length / FRAME_OCTETS - first.length)) {
        if (tryAgain(indexOfMiss(miss, first)) !== undefined) throw disagreement(batch, reference);
      }
      return hits;
    },
  };
}

/** True the first time that it is called, the second, the fourth, the eighth and so on. */
function doublingSteps(): () => boolean {
  let calls = 0;
  let due = 1;
  return () => {
    if (++calls < due) return false;
    due *= 2;
    return true;
  };
}

/** Of several keys that fit a frame the first counts. */
function firstMatches(matches: readonly Match[]): readonly Match[] {
  return matches.filter(({ index }, at) => index !== matches[at - 1]?.index);
}

/** Which frame the miss of that number is. */
function indexOfMiss(miss: number, matches: readonly Match[]): number {
  let index = miss;
  for (const match of matches) {
    if (match.index > index) break;
    index++;
  }
  return index;
}

function disagreement({ name, path }: Batch, reference: Engine): WrongEngineError {
  return new WrongEngineError(
    `the engine ${name} (${path}) and ${reference.name} disagree about a frame: nothing of its segment was recorded. ` +
      "Scan with --engine sodium-native, and report it",
  );
}
