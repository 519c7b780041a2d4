import type { SottoError } from "@sotto/wire";
import { planScan, type WeekKeyIds } from "../scanning/plan.ts";
import type { Segment } from "../source/segment.ts";
import type { RecordStore, ScannedSegment } from "../store/contract.ts";
import { jobOf, type SegmentJob } from "./job.ts";
import type { SegmentQueue } from "./queue.ts";

/** A segment, and the place where it was listed as the person named it. */
export interface ListedSegment {
  readonly segment: Segment;
  readonly place: string;
}

/** What putting segments into a queue works with. */
export interface EnqueueContext {
  readonly store: Pick<RecordStore, "segments">;
  readonly queue: Pick<SegmentQueue, "add" | "entries">;
  /** What their weeks are to be tried with; null when what was scanned at all need not be scanned again. */
  readonly keys: WeekKeyIds | null;
  /** A segment cannot be read. */
  trouble(name: string, error: SottoError): void;
}

/** What became of the segments that were listed; each is in exactly one number, but for those that cannot be read. */
export interface Enqueued {
  readonly added: number;
  /** Were in the queue before. */
  readonly queued: number;
  /** Are scanned, with all keys. */
  readonly scanned: number;
  /** Were given up, and wait for a person. */
  readonly dead: number;
}

/**
 * Puts into a queue what is new of segments, each once however many places have it.
 *
 * @param listed in the order in which they are to be taken.
 */
export async function enqueue(
  listed: readonly ListedSegment[],
  { store, queue, keys, trouble }: EnqueueContext,
): Promise<Enqueued> {
  const known = new Map((await store.segments()).map((segment) => [segment.sha256, segment]));
  const entries = await queue.entries();
  const dead = new Set(entries.filter(({ standing }) => standing === "dead").map(({ sha256 }) => sha256));
  const jobs = new Map<string, SegmentJob>();
  let scanned = 0;
  const met = new Set<string>();
  for (const { segment, place } of listed) {
    const sha256 = await sumOf(segment, trouble);
    if (sha256 === null || met.has(sha256)) continue;
    met.add(sha256);
    if (isDone(segment, known.get(sha256), keys)) scanned++;
    else if (!dead.has(sha256)) jobs.set(sha256, jobOf(segment, sha256, place));
  }
  const added = await queue.add([...jobs.values()]);
  return { added, queued: jobs.size - added, scanned, dead: met.size - scanned - jobs.size };
}

function isDone(segment: Segment, known: ScannedSegment | undefined, keys: EnqueueContext["keys"]): boolean {
  return known !== undefined && (keys === null || planScan(segment, known, keys) === null);
}

/** A folder's list has no sums: its files are read. */
async function sumOf(segment: Segment, trouble: EnqueueContext["trouble"]): Promise<string | null> {
  if (segment.sha256 !== null) return segment.sha256;
  try {
    const checked = await segment.open();
    await checked.close();
    return checked.facts.sha256;
  } catch (error) {
    trouble(segment.name, error as SottoError);
    return null;
  }
}
