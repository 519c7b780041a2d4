import {
  admit,
  type Block,
  BlockError,
  boxOf,
  FRAME_OCTETS,
  FRAME_VERSION,
  frameId,
  joinChunks,
  type KeyPair,
  parseText,
  readBlock,
  readBody,
  readHead,
  type Span,
  sha256,
  TextError,
  toHex,
} from "@sotto/wire";
import type { Engine } from "./engine.ts";
import { Reassembly } from "./reassembly.ts";
import type { ReportRecord } from "./record.ts";

/** What a scan counts; every frame and message that is not a record is in one of these. */
export interface ScanCounters {
  /** Frames read. */
  scanned: number;
  /** Frames that opened with one of the keys. */
  opened: number;
  /** Frames that did not: other projects', or junk. */
  foreign: number;
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

interface ScanKey {
  readonly keyPair: KeyPair;
  /** First 8 hexadecimal digits of SHA-256 of the public key. */
  readonly id: string;
}

/**
 * Tries keys on frames and gathers the reports. Frames may come in any order and any number of times, from any number
 * of segments and collectors: a box counts once.
 */
export class Scan {
  readonly counters: ScanCounters = {
    scanned: 0,
    opened: 0,
    foreign: 0,
    duplicates: 0,
    incomplete: 0,
    voided: 0,
    malformed: 0,
    late: 0,
    future: 0,
    unknown: 0,
    reports: 0,
  };
  readonly #engine: Engine;
  readonly #keys: readonly ScanKey[];
  readonly #known = new Set<string>();
  readonly #reassembly = new Reassembly<Span>();

  constructor(engine: Engine, keyPairs: readonly KeyPair[]) {
    this.#engine = engine;
    this.#keys = keyPairs.map((keyPair) => ({ keyPair, id: toHex(sha256(keyPair.publicKey)).slice(0, 8) }));
  }

  /**
   * Reads a run of frames.
   *
   * @param run whole frames of a segment whose sum was checked.
   * @returns the reports that were whole in one frame. Those of many parts come from {@link finish}.
   */
  read(run: Uint8Array, segment: Span): ReportRecord[] {
    const records: ReportRecord[] = [];
    for (let at = 0; at < run.length; at += FRAME_OCTETS) {
      const record = this.#readFrame(run.subarray(at, at + FRAME_OCTETS), segment);
      if (record !== null) records.push(record);
    }
    return records;
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

  #readFrame(frame: Uint8Array, segment: Span): ReportRecord | null {
    this.counters.scanned++;
    const opened = this.#open(frame);
    if (opened === null) {
      this.counters.foreign++;
      return null;
    }
    this.counters.opened++;
    const { block, key } = opened;
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

  #open(frame: Uint8Array): { block: Block; key: string } | null {
    if (readHead(frame).version !== FRAME_VERSION) return null;
    for (const { keyPair, id } of this.#keys) {
      const octets = this.#engine.open(boxOf(frame), keyPair);
      if (octets !== null) return { block: readBlock(octets), key: id };
    }
    return null;
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
