import type { Span } from "@sotto/wire";

/**
 * What became of a frame by itself. A frame that was taken belongs to a message, whose state says the rest.
 *
 * - `foreign`: it opened with no key of its week, or is of another version
 * - `pending`: it did not, and a key of its week is not at hand
 * - `no-key`: its week has no key, or none any more
 * - `malformed`: it opened and breaks the format, by itself or as the text that it holds
 * - `late`, `future`: it opened, and its segment is too far from its day (protocol.md section 7)
 * - `unknown`: it opened, and its block is of a kind that this version does not know
 * - `duplicate`: its box, or its part of a message, was there already
 * - `taken`: it is a message, or a part of one
 */
export const FRAME_FATES = [
  "foreign",
  "pending",
  "no-key",
  "malformed",
  "late",
  "future",
  "unknown",
  "duplicate",
  "taken",
] as const;

/** What became of a frame by itself. */
export type FrameFate = (typeof FRAME_FATES)[number];

/** Numbers of frames; every frame is in exactly one. */
export type FrameCounts = Readonly<Record<FrameFate, number>>;

/**
 * Where a message stands.
 *
 * - `incomplete`: parts are missing
 * - `record`: it is counted
 * - `rejected`: its text follows the rules of texts, and the report definition does not allow it
 * - `malformed`: its parts do not make a text
 * - `void`: two different parts came for one place, so nobody can say which is true
 * - `forgotten`: who sent it proved it, and had it deleted
 */
export const MESSAGE_STATES = ["incomplete", "record", "rejected", "malformed", "void", "forgotten"] as const;

/** Where a message stands. */
export type MessageState = (typeof MESSAGE_STATES)[number];

/** A segment as a store knows it: one file, wherever it was read from. */
export interface SegmentFacts extends Span {
  /** SHA-256 of the whole file, hexadecimal. */
  readonly sha256: string;
  readonly zone: string;
  /** Number of frames. */
  readonly count: number;
}

/** A segment whose scan is committed. */
export interface ScannedSegment extends SegmentFacts {
  /** Ids of the keys that its frames were tried with, ascending, so that a new key has it scanned again. */
  readonly tried: readonly string[];
  /** How often it was scanned: 1 at first, one more for each time that a key had come. */
  readonly pass: number;
}

/** What became of a segment's frames, by the absolute week in their heads; null for frames of another version. */
export interface WeekCounts {
  readonly week: number | null;
  readonly counts: FrameCounts;
}

/** A frame that opened and may be counted: enough to know its box again, and to check a receipt for it. */
export interface StoredFrame {
  /** SHA-256 of its box, hexadecimal. */
  readonly id: string;
  /** Days since 1970-01-01 UTC. Copies of a box have the same. */
  readonly day: number;
  /** The box's ephemeral public key, 32 octets in hexadecimal. */
  readonly ephemeral: string;
  /** A `duplicate` here is a part that another box had brought before. */
  readonly fate: "malformed" | "unknown" | "duplicate" | "taken";
  /** The message that it belongs to; null where it belongs to none. */
  readonly message: string | null;
}

/** A frame that a store had before. */
export interface KnownFrame extends StoredFrame {
  /** SHA-256 of the segment that it was first found in, and in which pass over it that was. */
  readonly segment: string;
  readonly pass: number;
}

/** A report of the project, or what may become one. */
export interface StoredMessage {
  /** Of a message in one frame the frame's id, else SHA-256 over what its parts have in common; hexadecimal. */
  readonly id: string;
  /** Days since 1970-01-01 UTC on which it was sealed. */
  readonly day: number;
  /** Id of the key that it was sealed for. */
  readonly key: string;
  readonly state: MessageState;
  /** SHA-256 of the last segment, in time, of those that its frames were first found in. */
  readonly segment: string;
  /**
   * Its text as it was sealed: of what is rejected, and of records that no definition was there for. Of other records
   * only what the definition allows is kept.
   */
  readonly text: string | null;
  /** Why it is rejected; null in other states. */
  readonly reason: string | null;
  /** The name of its report; null unless a record that a definition was there for. */
  readonly report: string | null;
  /** Number of the window that it tells of; null as `report`. */
  readonly window: number | null;
  /** What it says, as {@link formatValues} writes it; null as `report`. */
  readonly values: string | null;
  /** Its session, which is kept apart from its values; null where it has none. */
  readonly session: string | null;
}

/** A part of a message that does not fit one frame. */
export interface StoredPart {
  /** Its message's id. */
  readonly message: string;
  readonly day: number;
  readonly index: number;
  /** 2 to 16. */
  readonly count: number;
  /** Id of its frame. */
  readonly frame: string;
  /** Up to 54 octets. */
  readonly chunk: Uint8Array;
}

/**
 * What a scan adds. Frames and messages take the place of those with the same id, parts of those with the same frame;
 * within a batch each is there once.
 */
export interface Batch {
  readonly frames: readonly StoredFrame[];
  readonly messages: readonly StoredMessage[];
  readonly parts: readonly StoredPart[];
}

/** Identifies something by its day, which narrows where it is looked for, and its id. */
export interface DatedId {
  readonly day: number;
  readonly id: string;
}

/**
 * The scan of one segment. Nothing of it is there for anybody else, or after a crash, before {@link commit}; what was
 * put is found by its own reads.
 */
export interface SegmentScan {
  /** How often it is scanned with this; settled with the first read or put where other processes may write. */
  readonly pass: number;
  /** Of these frames, those that are stored. */
  knownFrames(frames: readonly DatedId[]): Promise<Map<string, KnownFrame>>;
  /** Of these messages, those that are stored. */
  messages(ids: readonly DatedId[]): Promise<Map<string, StoredMessage>>;
  /** The parts of these messages, by message, index and frame. */
  parts(ids: readonly DatedId[]): Promise<StoredPart[]>;
  put(batch: Batch): Promise<void>;
  /**
   * Makes everything lasting, all at once, and ends the scan. Where it fails nothing is lasting; where the connection to
   * a database breaks meanwhile, all of it may be, and the next scan sees that.
   *
   * @param tried ids of keys, in any order.
   * @param weeks take the place of what was counted for these weeks of the segment before.
   */
  commit(tried: readonly string[], weeks: readonly WeekCounts[]): Promise<void>;
  /** Drops it all and ends the scan; where it is over it does nothing. */
  abandon(): Promise<void>;
}

/** Records that say the same, of the same window. */
export interface TallyRow {
  readonly window: number;
  /** As {@link formatValues} writes them. */
  readonly values: string;
  readonly count: number;
}

/** Which records are asked for. */
export interface TallyQuery {
  readonly report: string;
  /** The first window, and the first one that is not asked for. */
  readonly from: number;
  readonly until: number;
}

/** What became of a segment's frames and messages. */
export interface SegmentLosses extends SegmentFacts {
  readonly frames: FrameCounts;
  /** Messages whose last part, or only frame, is from it. */
  readonly messages: Readonly<Record<MessageState, number>>;
}

/** What was deleted because its time was over. */
export interface Expired {
  /** In whatever state, those among them that were forgotten before. */
  readonly messages: number;
  readonly parts: number;
  readonly frames: number;
}

/**
 * Records and the checkpoint of the scans that found them, in one place, so that they cannot disagree.
 *
 * Whether several processes may have a store open for writing is the store's to say. Where they may, as in PostgreSQL, one
 * of them writes at a time: what another begins waits for it, for as long as the store says, and is refused with
 * `SOTTO_STORE_BUSY` then; a scan waits no sooner than with its first read or put. Times are those of segments and days: nothing of the moment of
 * scanning is kept. Every answer comes in a fixed order, whatever the order of scanning; texts are ordered by their octets.
 *
 * Whatever fails is a StoreError. What is begun while a scan is, or while an iterable is read, and cannot be done then
 * is refused with `SOTTO_STORE_BUSY`: a second scan and {@link replace} during a scan, {@link forget} and {@link expire}
 * during either.
 */
export interface RecordStore {
  /** @returns null for one that was never scanned. */
  segment(sha256: string): Promise<ScannedSegment | null>;
  /** All of them, by start, end and SHA-256. */
  segments(): Promise<ScannedSegment[]>;
  /** Begins the scan of a segment; one at a time. */
  scan(segment: SegmentFacts): Promise<SegmentScan>;

  /**
   * Messages in these states, by day and id, in batches, as they were when the reading began.
   *
   * @param report leaves only records of this report; all without it.
   */
  messagesIn(states: readonly MessageState[], report?: string): AsyncIterable<StoredMessage[]>;
  /**
   * Puts other messages in the place of those with the same id, at once; {@link messagesIn} may be under way. What another
   * process forgot, voided or deleted since that began stays so.
   */
  replace(messages: readonly StoredMessage[]): Promise<void>;

  /** The windows of a report that there are records of: the first, and the last; null when there are none. */
  windows(report: string): Promise<{ first: number; last: number } | null>;
  /** Records that say the same are one row; by window and values. */
  tally(query: TallyQuery): AsyncIterable<TallyRow[]>;
  /** How many different sessions there are in each window that has any. */
  sessions(query: TallyQuery): Promise<Map<number, number>>;
  /** How many messages are rejected, by reason, the most frequent first. */
  rejections(): Promise<{ readonly reason: string; readonly count: number }[]>;
  /** By segment, in the order of {@link segments}. */
  losses(): Promise<SegmentLosses[]>;

  /** Stored frames with these ids, of whatever day. */
  framesById(ids: readonly string[]): Promise<Map<string, KnownFrame>>;
  /**
   * Deletes what messages say, texts and parts, and remembers that they were forgotten. Nothing of it is left in the
   * store's files then, where these are the store's own; should that fail, it is made up for by the next forgetting or expiry,
   * or when the store is opened for writing again.
   *
   * @returns how many were there and not forgotten before.
   */
  forget(messages: readonly string[]): Promise<number>;

  /**
   * Deletes what has had its time (protocol.md section 7), at once, and leaves no more of it than {@link forget} does.
   *
   * @param recordsBefore records, rejected and malformed messages of days before this one; null keeps them.
   * @param segmentsBefore a moment of the log, in Unix seconds: incomplete and void messages, and frames that no message
   *   is left for, go when the segment that they are from ended before it. A segment's `end` is the first moment after it,
   *   so one with this very `end` has them still. Parts go with their messages.
   * @param retired ids of keys that were destroyed: what is remembered of forgotten messages that were sealed for them
   *   goes, too, since nothing brings these back.
   */
  expire(rules: {
    readonly recordsBefore: number | null;
    readonly segmentsBefore: number;
    readonly retired: ReadonlySet<string>;
  }): Promise<Expired>;

  /**
   * Abandons a scan that is under way. Afterwards everything is refused with `SOTTO_STORE_CLOSED`, reading on in an
   * iterable among it; to close again does nothing.
   */
  close(): Promise<void>;
}
