import { PEOPLE } from "../../decoder/answers/tally.ts";
import { bucketOf } from "../../resolver/log/bucket.ts";
import { countSegments, type Found, type Segment } from "./counting.ts";
import { type Lived, type Lot, liveLot } from "./lot.ts";
import type { Packet } from "./packets.ts";
import { BUCKET, FIRST_WEEK, type Settings, START, WEEKS_AFTER, WEEKS_BEFORE } from "./scenario.ts";
import { countedName, TRUTH } from "./truth.ts";

/** What came of a lot, in numbers: what a thread hands back. */
export interface Share {
  readonly project: number;
  readonly rows: ReadonlyMap<string, number>;
  readonly frames: ReadonlyMap<number, number[]>;
  readonly messages: ReadonlyMap<number, number[]>;
  readonly truth: ReadonlyMap<string, number[]>;
  /** Frames that the collector stored, by bucket from {@link firstBucket}. */
  readonly buckets: Uint32Array;
  readonly totals: Totals;
}

/** Numbers of a lot over the year. */
export interface Totals {
  runs: number;
  installations: number;
  sent: number;
  repeated: number;
  replayed: number;
  refused: number;
  lies: number;
  liesRecorded: number;
  /** Installations that were counted more than once in a window. */
  twice: number;
}

/** The first bucket of the simulated time. */
export function firstBucket(): number {
  return Math.floor(START / BUCKET) - WEEKS_BEFORE * 168;
}

/** How many there are. */
export function bucketCount(weeks: number): number {
  // Replays come for weeks more; what the collector stores of them is at most two weeks old.
  return (WEEKS_BEFORE + weeks + WEEKS_AFTER + 4) * 168;
}

/** Lets a lot live, and has it counted. Each bucket is a segment: a busy zone's are large enough by themselves. */
export async function runLot(lot: Lot, settings: Settings): Promise<Share> {
  const lived = liveLot(lot, settings);
  const found = await countSegments(lot.project, lived.keys, hourly(lived.packets), lived.boxes);
  return shareOf(lot, lived, found, settings);
}

/** Puts a lot's numbers together. */
export function shareOf(lot: Lot, lived: Lived, found: Found, settings: Settings): Share {
  const twice = countTruths(lived, found);
  const buckets = new Uint32Array(bucketCount(settings.weeks));
  for (const { at } of lived.packets) {
    const bucket = Math.floor(at / BUCKET) - firstBucket();
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  const { runs, refused, lies, again } = lived;
  const totals = {
    ...{ runs, refused, lies, twice, ...again },
    installations: lot.installations,
    sent: lived.packets.length,
    liesRecorded: found.lies.length,
  };
  const { rows, frames, messages } = found;
  return { project: lot.project.number, rows, frames, messages, truth: lived.truth.counts, buckets, totals };
}

/** Counts what is true of the records. @returns how many of them are of somebody who was counted already. */
function countTruths({ truth, reachable, copies }: Lived, { truths, lies }: Found): number {
  for (const window of lies) truth.add(TRUTH.lies, window - FIRST_WEEK);
  let twice = 0;
  const seen = new Set<string>();
  for (const { owner, window, life, values } of truths) {
    const week = window - FIRST_WEEK;
    const name = `${owner} ${window}`;
    if (seen.has(name)) twice++;
    seen.add(name);
    if (life.runner === "ci") truth.add(TRUTH.ciCounted, week);
    if (life.runner === "container") truth.add(TRUTH.containersCounted, week);
    if (!PEOPLE.includes(life.runner)) continue;
    truth.add(TRUTH.counted, week);
    for (const [field, value] of values) truth.add(countedName(field, value), week);
    if (reachable.get(owner)?.has(week) !== true) continue;
    truth.add(TRUTH.heard, week);
    if (copies.has(owner)) truth.add(TRUTH.copiesHeard, week);
  }
  return twice;
}

/** Packets by the bucket in which they arrived; of a frame that comes twice in one, one. */
function hourly(packets: readonly Packet[]): Segment[] {
  const segments: Segment[] = [];
  let bucket: Packet[] = [];
  for (const [at, packet] of packets.entries()) {
    bucket.push(packet);
    const next = packets[at + 1];
    const span = bucketOf(packet.at, BUCKET);
    if (next !== undefined && next.at < span.end) continue;
    segments.push({ span, packets: withoutRepeats(bucket) });
    bucket = [];
  }
  return segments;
}

/** Each frame once, as a sealed segment has it. */
export function withoutRepeats(packets: readonly Packet[]): Packet[] {
  if (packets.length < 2) return [...packets];
  return [...new Map(packets.map((packet) => [Buffer.from(packet.frame).toString("latin1"), packet])).values()];
}
