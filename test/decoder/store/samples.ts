import { createHash } from "node:crypto";
import type {
  Batch,
  DatedId,
  FrameCounts,
  MessageState,
  RecordStore,
  SegmentFacts,
  StoredFrame,
  StoredMessage,
  StoredPart,
  WeekCounts,
} from "../../../decoder/store/contract.ts";

/** 2026-11-23, a Monday. */
export const DAY = 20_780;

/** The window of the week of {@link DAY}. */
export const WEEK = 2_968;

/** An id that a label stands for. */
export function idOf(label: string): string {
  return createHash("sha256").update(label).digest("hex");
}

/** A segment of an hour. */
export function segmentOf(label: string, { start = DAY * 86_400, ...more }: Partial<SegmentFacts> = {}): SegmentFacts {
  return { sha256: idOf(`segment ${label}`), zone: "r.example.net", start, end: start + 3600, count: 3, ...more };
}

/** A frame that is a message. */
export function frameOf(label: string, more: Partial<StoredFrame> = {}): StoredFrame {
  const id = idOf(label);
  return { id, day: DAY, ephemeral: idOf(`ephemeral ${label}`), fate: "taken", message: id, ...more };
}

/** A record whose one frame is {@link frameOf} the same label. */
export function recordOf(label: string, more: Partial<StoredMessage> = {}): StoredMessage {
  return {
    id: idOf(label),
    day: DAY,
    key: "a1b2c3d4",
    state: "record",
    segment: segmentOf("a").sha256,
    text: '{"v":"1.2.3"}',
    reason: null,
    report: "weekly",
    window: WEEK,
    values: '{"version":"1.2.3"}',
    session: null,
    ...more,
  };
}

/** A message that says nothing: incomplete, malformed, void or forgotten. */
export function emptyOf(label: string, state: MessageState, more: Partial<StoredMessage> = {}): StoredMessage {
  return recordOf(label, { state, text: null, report: null, window: null, values: null, ...more });
}

/** A message that the definition does not allow. */
export function rejectedOf(label: string, reason: string, more: Partial<StoredMessage> = {}): StoredMessage {
  return recordOf(label, { state: "rejected", reason, report: null, window: null, values: null, ...more });
}

/** A part; its frame is named by its message and index. */
export function partOf(message: string, index: number, more: Partial<StoredPart> = {}): StoredPart {
  const frame = idOf(`${message} ${index}`);
  return { message: idOf(message), day: DAY, index, count: 16, frame, chunk: new Uint8Array(54).fill(index), ...more };
}

/** Where something is found by. */
export function dated({ id, day }: DatedId): DatedId {
  return { id, day };
}

/** Counts that are zero where nothing is said. */
export function countsOf(counts: Partial<FrameCounts>): FrameCounts {
  const none = {
    foreign: 0,
    pending: 0,
    "no-key": 0,
    malformed: 0,
    late: 0,
    future: 0,
    unknown: 0,
    duplicate: 0,
    taken: 0,
  };
  return { ...none, ...counts };
}

/** Everything that an iterable gives, without its batches. */
export async function gather<T>(batches: AsyncIterable<T[]>): Promise<T[]> {
  const rows: T[] = [];
  for await (const batch of batches) rows.push(...batch);
  return rows;
}

/** Scans a segment in one go. */
export async function scanInto(
  store: RecordStore,
  segment: SegmentFacts,
  batch: Partial<Batch>,
  { tried = ["a1b2c3d4"], weeks = [] }: { tried?: readonly string[]; weeks?: readonly WeekCounts[] } = {},
): Promise<void> {
  const scan = await store.scan(segment);
  await scan.put({ frames: [], messages: [], parts: [], ...batch });
  await scan.commit(tried, weeks);
}
