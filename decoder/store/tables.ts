import {
  FRAME_FATES,
  type FrameFate,
  type KnownFrame,
  MESSAGE_STATES,
  type ScannedSegment,
  type SegmentLosses,
  type StoredMessage,
  type StoredPart,
  type WeekCounts,
} from "./contract.ts";
import { type Cell, type Column, plainTable, type Table } from "./table.ts";

/** Frames that opened. */
export const FRAMES = plainTable<KnownFrame>("frames", {
  id: ["id", "BLOB"],
  day: ["day", "INTEGER"],
  ephemeral: ["ephemeral", "BLOB"],
  fate: ["fate", "VARCHAR"],
  message: ["message", "BLOB", "NULL"],
  segment: ["segment", "BLOB"],
  pass: ["pass", "INTEGER"],
});

/** Messages in every state. */
export const MESSAGES = plainTable<StoredMessage>("messages", {
  id: ["id", "BLOB"],
  day: ["day", "INTEGER"],
  key: ["key", "VARCHAR"],
  state: ["state", "VARCHAR"],
  segment: ["segment", "BLOB"],
  text: ["text", "VARCHAR", "NULL"],
  reason: ["reason", "VARCHAR", "NULL"],
  report: ["report", "VARCHAR", "NULL"],
  window: ["window_number", "INTEGER", "NULL"],
  values: ["field_values", "VARCHAR", "NULL"],
  session: ["session", "VARCHAR", "NULL"],
});

/** Parts of messages that do not fit one frame. */
export const PARTS: Table<StoredPart> = {
  name: "parts",
  columns: [
    ["message", "BLOB"],
    ["day", "INTEGER"],
    ["part", "INTEGER"],
    ["parts", "INTEGER"],
    ["frame", "BLOB"],
    ["chunk", "BLOB"],
  ],
  write: ({ message, day, index, count, frame, chunk }) => {
    return [message, day, index, count, frame, Buffer.from(chunk).toString("hex")];
  },
  read: (cells) => {
    const [message, day, index, count, frame, chunk] = cells as [string, number, number, number, string, string];
    return { message, day, index, count, frame, chunk: new Uint8Array(Buffer.from(chunk, "hex")) };
  },
};

/** Segments whose scan is committed. */
export const SEGMENTS: Table<ScannedSegment> = {
  name: "segments",
  columns: [
    ["sha256", "BLOB"],
    ["start_time", "BIGINT"],
    ["end_time", "BIGINT"],
    ["zone", "VARCHAR"],
    ["frames", "INTEGER"],
    ["tried", "VARCHAR"],
    ["pass", "INTEGER"],
  ],
  write: ({ sha256, start, end, zone, count, tried, pass }) => {
    return [sha256, start, end, zone, count, [...new Set(tried)].sort().join(" "), pass];
  },
  read: (cells) => {
    const [sha256, start, end, zone, count, tried, pass] = cells as [
      string,
      number,
      number,
      string,
      number,
      string,
      number,
    ];
    return { sha256, start, end, zone, count, tried: tried === "" ? [] : tried.split(" "), pass };
  },
};

/** What became of the frames of a week of a segment: a column for each fate, in the order of {@link FRAME_FATES}. */
export const WEEKS: Table<WeekCounts & { readonly segment: string }> = {
  name: "weeks",
  columns: [
    ["segment", "BLOB"],
    ["week", "INTEGER", "NULL"],
    ...FRAME_FATES.map((fate): Column => [fateColumn(fate), "INTEGER"]),
  ],
  write: ({ segment, week, counts }) => [segment, week, ...FRAME_FATES.map((fate) => counts[fate])],
  read: ([segment, week, ...counts]) => {
    return { segment: segment as string, week: week as number | null, counts: readCounts(FRAME_FATES, counts) };
  },
};

/** The name of a fate's column; `foreign` alone is a word of SQL. */
export function fateColumn(fate: FrameFate): string {
  return `${fate.replace("-", "_")}_frames`;
}

/** Reads a segment's row with its counts of frames and of messages behind it. */
export function readLosses(row: readonly Cell[]): SegmentLosses {
  const { sha256, start, end, zone, count } = SEGMENTS.read(row);
  const framesAt = SEGMENTS.columns.length;
  const messagesAt = framesAt + FRAME_FATES.length;
  return {
    ...{ sha256, start, end, zone, count },
    frames: readCounts(FRAME_FATES, row.slice(framesAt, messagesAt)),
    messages: readCounts(MESSAGE_STATES, row.slice(messagesAt)),
  };
}

/** Rows by their ids. */
export function byId<T extends { readonly id: string }>(rows: readonly T[]): Map<string, T> {
  return new Map(rows.map((row) => [row.id, row]));
}

/** Parts by message, index and frame. */
export function partsInOrder(parts: readonly StoredPart[]): StoredPart[] {
  return parts.toSorted((a, b) => order(a.message, b.message) || a.index - b.index || order(a.frame, b.frame));
}

/** Digits in the order of their octets. */
function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Reads a count for each of some names. */
function readCounts<Name extends string>(names: readonly Name[], cells: readonly Cell[]): Record<Name, number> {
  return Object.fromEntries(names.map((name, at) => [name, cells[at]])) as Record<Name, number>;
}
