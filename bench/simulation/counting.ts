import { dayOf, type EpochKey, readHead, resolveWeek, type Span } from "@sotto/wire";
import { ReportCheck } from "../../decoder/checking/reportcheck.ts";
import { WeekTally } from "../../decoder/ledger/counts.ts";
import { Ledger } from "../../decoder/ledger/ledger.ts";
import type { OpenedFrame } from "../../decoder/opening/openedchunk.ts";
import { ScanKeys } from "../../decoder/scankeys.ts";
import { FRAME_FATES, type FrameCounts, MESSAGE_STATES } from "../../decoder/store/contract.ts";
import { MemoryScan } from "./memoryscan.ts";
import type { Packet } from "./packets.ts";
import type { Boxes, Truth } from "./program.ts";
import type { Project } from "./projects.ts";

/** What a segment holds, each frame once. */
export interface Segment {
  readonly span: Span;
  readonly packets: readonly Packet[];
}

/** What a project's decoder found, its secrets apart. */
export interface Found {
  /** How many records say the same of the same window: by {@link rowKey}. */
  readonly rows: Map<string, number>;
  /** Frames by the day of their segment, then in the order of the decoder's fates. */
  readonly frames: Map<number, number[]>;
  /** Messages by the day of their segment, then in the order of their states. */
  readonly messages: Map<number, number[]>;
  /** What is true of each record, once for each. */
  readonly truths: readonly Truth[];
  /** The windows of records of which nothing is true. */
  readonly lies: readonly number[];
}

/** Names a row of a tally. */
export function rowKey(window: number, values: string): string {
  return `${window} ${values}`;
}

/**
 * Reads segments as a project's decoder does, by its own code but for the cryptography: a key opens a frame when the frame
 * is for it. Which keys are tried on it is the decoder's choice, by the week in its head.
 *
 * @param segments in the order of time.
 * @param keys of the project.
 * @param boxes in which all frames were made.
 */
export async function countSegments(
  project: Project,
  keys: readonly EpochKey[],
  segments: readonly Segment[],
  boxes: Boxes,
): Promise<Found> {
  const scanKeys = new ScanKeys({ epochs: keys.map((key) => ({ ...key, secretKey: key.publicKey })) });
  const check = new ReportCheck([project.report.definition]);
  let current = "";
  const scan = new MemoryScan(() => current);
  const frames = new Map<number, number[]>();
  const days = new Map<string, number>();
  // By their numbers segments are in the order of time.
  const later = (a: string, b: string) => (a > b ? a : b);
  for (const [number, { span, packets }] of segments.entries()) {
    current = String(number).padStart(8, "0");
    const day = dayOf(span.start);
    days.set(current, day);
    const tally = new WeekTally();
    const facts = { ...span, sha256: current, zone: "r.example.net", count: packets.length };
    const opened = openedOf(packets, scanKeys, span.end, tally);
    await new Ledger({ segment: facts, scan, check, learn: async () => {}, later, tally }).take(opened);
    addTo(frames, day, countsOf(tally.total()));
  }
  return { ...readingOf(scan, boxes, days), frames };
}

function openedOf(packets: readonly Packet[], keys: ScanKeys, segmentEnd: number, tally: WeekTally): OpenedFrame[] {
  return packets.flatMap(({ frame, told }): OpenedFrame[] => {
    const week = resolveWeek(readHead(frame).week, segmentEnd);
    const { tried } = keys.ofWeek(week);
    const { publicKey } = told;
    const key = publicKey === null ? undefined : tried.find(({ keyPair }) => keyPair.publicKey === publicKey);
    if (key === undefined) {
      tally.add(week, tried.length === 0 ? "no-key" : "foreign");
      return [];
    }
    return [{ frame, block: told.block, key: key.id, week }];
  });
}

function readingOf(scan: MemoryScan, boxes: Boxes, days: ReadonlyMap<string, number>): Omit<Found, "frames"> {
  const rows = new Map<string, number>();
  const messages = new Map<number, number[]>();
  for (const { state, segment, window, values } of scan.kept.values()) {
    const one = MESSAGE_STATES.map((known) => (known === state ? 1 : 0));
    addTo(messages, days.get(segment) ?? 0, one);
    if (state !== "record" || window === null || values === null) continue;
    const key = rowKey(window, values);
    rows.set(key, (rows.get(key) ?? 0) + 1);
  }
  const truths = new Map<string, Truth>();
  const lies: number[] = [];
  for (const { ephemeral, message } of scan.stored.values()) {
    const told = boxes.of(ephemeral);
    const kept = message === null ? undefined : scan.kept.get(message);
    if (message === null || told === undefined || kept?.state !== "record") continue;
    if (told.truth === null) lies.push(kept.window ?? 0);
    else truths.set(message, told.truth);
  }
  return { rows, messages, truths: [...truths.values()], lies };
}

function countsOf(counts: FrameCounts): number[] {
  return FRAME_FATES.map((fate) => counts[fate]);
}

/** Adds numbers to those of a day. */
export function addTo(days: Map<number, number[]>, day: number, numbers: readonly number[]): void {
  const known = days.get(day);
  if (known === undefined) days.set(day, [...numbers]);
  else for (const [at, number] of numbers.entries()) known[at] = (known[at] ?? 0) + number;
}
