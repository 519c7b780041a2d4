import {
  admit,
  type Block,
  BlockError,
  frameId,
  joinChunks,
  type KeyPair,
  parseText,
  readBlock,
  readBody,
  type Span,
  TextError,
  toHex,
} from "@sotto/wire";
import type { Engine } from "./engine/engine.ts";
import type { OpenedChunk, OpenedFrame } from "./opening/openedchunk.ts";
import { openChunk } from "./opening/opener.ts";
import { PendingFrames, type PendingKey } from "./pending.ts";
import { Reassembly } from "./reassembly.ts";
import type { ReportRecord } from "./record.ts";
import { ScanKeys } from "./scankeys.ts";

/** What a scan counts; every frame and message that is not a record is in one of these. */
export interface ScanCounters {
  /** Frames read. */
  scanned: number;
  /** Frames that opened with a key. */
  opened: number;
  /** Frames that did not with any key of their week: other projects', or junk. */
  foreign: number;
  /** Frames that did not, of a week that has keys whose secret is not at hand: foreign, or still to be opened. */
  pending: number;
  /** Frames of a week that has no key, or none any more: not tried. */
  noKey: number;
  /** Frames whose box, or part, was there already. */
  duplicates: number;
  /** Messages that lack a part. */
  incomplete: number;
  /** Messages with two different parts in the same place. */
  voided: number;
  /** Frames and messages that opened but break the format. */
  malformed: number;
  /** Frames sealed more than 21 days before their segment. */
  late: number;
  /** Frames sealed on a day that had not come yet. */
  future: number;
  /** Blocks of a kind this version does not know. */
  unknown: number;
  /** Reports found. */
  reports: number;
}

/**
 * Gathers the reports of opened frames. Frames may come in any order and any number of times, from any number of segments
 * and collectors: a box counts once.
 */
export class Gathering {
  readonly counters: ScanCounters = {
    scanned: 0,
    opened: 0,
    foreign: 0,
    pending: 0,
    noKey: 0,
    duplicates: 0,
    incomplete: 0,
    voided: 0,
    malformed: 0,
    late: 0,
    future: 0,
    unknown: 0,
    reports: 0,
  };
  readonly #known = new Set<string>();
  readonly #pending = new PendingFrames();
  readonly #reassembly = new Reassembly<Span>();

  /** The keys that were not at hand and may open frames that were read: scan these segments again when they are. */
  get pendingKeys(): PendingKey[] {
    return this.#pending.keys();
  }

  /**
   * Takes what keys made of a run of frames.
   *
   * @param segment the same object for every run of it.
   * @returns the reports that were whole in one frame. Those of many parts come from {@link finish}.
   */
  take({ weeks, frames, waiting }: OpenedChunk, segment: Span): ReportRecord[] {
    for (const { opened, foreign, pending, noKey } of weeks) {
      this.counters.scanned += opened + foreign + pending + noKey;
      this.counters.opened += opened;
      this.counters.foreign += foreign;
      this.counters.pending += pending;
      this.counters.noKey += noKey;
    }
    for (const { key, frames } of waiting) this.#pending.add(key, frames, segment);
    return frames.flatMap((frame) => this.#readOpened(frame, segment) ?? []);
  }

  /** Ends the scan: the reports of many parts, and the counts of messages without a record. */
  finish(): ReportRecord[] {
    const { complete, incomplete, voided } = this.#reassembly.finish();
    this.counters.incomplete += incomplete;
    this.counters.voided += voided;
    return complete.flatMap(({ chunks, day, frames, key, completedBy }) => {
      const record = this.#record(() => joinChunks(chunks), { day, segment: completedBy, frames, key });
      return record === null ? [] : [record];
    });
  }

  #readOpened({ frame, block: octets, key }: OpenedFrame, segment: Span): ReportRecord | null {
    const block = readBlock(octets);
    const admission = admit(frame, block, segment);
    if (admission !== "admitted") {
      this.counters[admission]++;
      return null;
    }
    const id = toHex(frameId(frame));
    if (this.#known.has(id)) {
      this.counters.duplicates++;
      return null;
    }
    this.#known.add(id);
    return this.#readBlock(block, { segment, frame: id, key });
  }

  #readBlock(
    block: Block,
    { segment, frame, key }: { segment: Span; frame: string; key: string },
  ): ReportRecord | null {
    const { day } = block;
    try {
      const body = readBody(block);
      if (body.type === "whole") return this.#record(() => body.text, { day, segment, frames: [frame], key });
      if (body.type === "unknown") this.counters.unknown++;
      else if (this.#reassembly.add({ part: body, key, day, frame }, segment) === "repeat") this.counters.duplicates++;
    } catch (error) {
      if (!(error instanceof BlockError)) throw error;
      this.counters.malformed++;
    }
    return null;
  }

  /** A record of a text that follows the rules; else null, and counted. */
  #record(join: () => Uint8Array, found: Omit<ReportRecord, "text">): ReportRecord | null {
    try {
      const text = join();
      parseText(text);
      this.counters.reports++;
      return { ...found, text: Buffer.from(text).toString("utf8") };
    } catch (error) {
      if (!(error instanceof BlockError) && !(error instanceof TextError)) throw error;
      this.counters.malformed++;
      return null;
    }
  }
}

/**
 * Tries keys on frames and gathers the reports, in the thread that calls it.
 *
 * The week in a frame's head decides which keys are tried. A box of ours under another week than its own is thus
 * foreign where weeks have different keys, and malformed where they share one; a report it is never.
 */
export class Scan extends Gathering {
  readonly #engine: Engine;
  readonly #keys: ScanKeys;

  /** @param keys key pairs alone are tried on every frame, whatever its week. */
  constructor(engine: Engine, keys: ScanKeys | readonly KeyPair[]) {
    super();
    this.#engine = engine;
    this.#keys = keys instanceof ScanKeys ? keys : new ScanKeys({ always: keys });
  }

  /**
   * Reads a run of frames.
   *
   * @param run whole frames of a segment whose sum was checked.
   * @param segment as for {@link take}.
   * @returns as {@link take}.
   */
  read(run: Uint8Array, segment: Span): ReportRecord[] {
    return this.take(openChunk(run, segment.end, this.#engine, this.#keys), segment);
  }
}
