import {
  admit,
  type Block,
  BlockError,
  boxOf,
  frameId,
  KEY_OCTETS,
  type Part,
  readBlock,
  readBody,
  toHex,
} from "@sotto/wire";
import type { ReportCheck } from "../checking/reportcheck.ts";
import type { OpenedFrame } from "../opening/openedchunk.ts";
import type {
  KnownFrame,
  SegmentFacts,
  SegmentScan,
  StoredFrame,
  StoredMessage,
  StoredPart,
} from "../store/contract.ts";
import type { WeekTally } from "./counts.ts";
import { joinedMessage, type MessageFacts, messageIdOf, silentMessage, spokenMessage } from "./message.ts";

/** What a ledger works with besides the frames. */
export interface LedgerContext {
  readonly segment: SegmentFacts;
  /** The segment's scan, which the caller commits. */
  readonly scan: SegmentScan;
  /** Null: every text is a record. */
  readonly check: ReportCheck | null;
  /** Is told of segments, by SHA-256, before they are asked about: other processes may have added some. */
  readonly learn: (segments: readonly string[]) => Promise<void>;
  /** Which of two segments, by SHA-256, comes later in time. */
  readonly later: (a: string, b: string) => string;
  readonly tally: WeekTally;
}

/** A frame on its way through a batch. */
interface Arrival {
  readonly id: string;
  readonly block: Block;
  readonly opened: OpenedFrame;
}

/**
 * Decides what becomes of the opened frames of one segment, and puts it into the segment's scan: each box once, parts
 * joined across segments and runs, texts held against the definition.
 *
 * Only the frames of a batch are in memory; what came before is asked of the store. The outcome does not depend on how
 * frames are cut into batches, nor, but for which copy of a box is the duplicate, on the order of segments.
 */
export class Ledger {
  readonly #context: LedgerContext;
  /** Frames of an earlier pass over this segment that were met again in this one. */
  readonly #metAgain = new Set<string>();

  constructor(context: LedgerContext) {
    this.#context = context;
  }

  /** Takes the next frames of the segment that opened. */
  async take(opened: readonly OpenedFrame[]): Promise<void> {
    const admitted = opened.flatMap((one) => this.#admitted(one));
    if (admitted.length === 0) return;
    const known = await this.#context.scan.knownFrames(admitted.map(({ id, block: { day } }) => ({ day, id })));
    const fresh = admitted.filter((arrival) => this.#isFresh(arrival, known));
    const batch = new BatchMaker(this.#context);
    await batch.load(fresh);
    for (const arrival of fresh) batch.take(arrival);
    await this.#context.scan.put(batch.result());
  }

  /**
   * The checks come before the set of known boxes: in any other order a copy of a box under another week could suppress
   * the original.
   */
  #admitted(opened: OpenedFrame): Arrival[] {
    const { segment, tally } = this.#context;
    const block = readBlock(opened.block);
    const admission = admit(opened.frame, block, segment);
    if (admission === "admitted") return [{ id: toHex(frameId(opened.frame)), block, opened }];
    tally.add(opened.week, admission);
    return [];
  }

  /** Whether a box was never met before. One that was is counted here. */
  #isFresh({ id, block, opened }: Arrival, known: Map<string, KnownFrame>): boolean {
    const { segment, scan, tally } = this.#context;
    const before = known.get(id);
    if (before === undefined) {
      // A second copy in the same batch will find this one.
      known.set(id, {
        ...{ id, day: block.day, ephemeral: "", fate: "taken", message: null },
        ...{ segment: segment.sha256, pass: scan.pass },
      });
      return true;
    }
    const isOfEarlierPass = before.segment === segment.sha256 && before.pass < scan.pass && !this.#metAgain.has(id);
    if (isOfEarlierPass) this.#metAgain.add(id);
    tally.add(opened.week, isOfEarlierPass ? before.fate : "duplicate");
    return false;
  }
}

/** Gathers what a batch of new boxes adds to the store. */
class BatchMaker {
  readonly #context: LedgerContext;
  readonly #frames: StoredFrame[] = [];
  readonly #newParts: StoredPart[] = [];
  readonly #changed = new Set<string>();
  readonly #messages = new Map<string, StoredMessage>();
  readonly #parts = new Map<string, StoredPart[]>();

  constructor(context: LedgerContext) {
    this.#context = context;
  }

  /** Asks the store for the messages that the parts in a batch belong to. */
  async load(arrivals: readonly Arrival[]): Promise<void> {
    const wanted = new Map<string, { day: number; id: string }>();
    for (const { block, opened } of arrivals) {
      const body = bodyOf(block);
      if (body?.type !== "part") continue;
      const id = messageIdOf(body, block, opened.key);
      wanted.set(id, { day: block.day, id });
    }
    if (wanted.size === 0) return;
    const ids = [...wanted.values()];
    for (const [id, message] of await this.#context.scan.messages(ids)) this.#messages.set(id, message);
    await this.#context.learn([...this.#messages.values()].map(({ segment }) => segment));
    for (const part of await this.#context.scan.parts(ids)) this.#partsOf(part.message).push(part);
  }

  /** Takes a box that was never met before. */
  take(arrival: Arrival): void {
    const body = bodyOf(arrival.block);
    if (body === null) this.#keep(arrival, "malformed", null);
    else if (body.type === "unknown") this.#keep(arrival, "unknown", null);
    else if (body.type === "whole") this.#takeWhole(arrival, body.text);
    else this.#takePart(arrival, body);
  }

  result() {
    const messages = [...this.#changed].map((id) => this.#messages.get(id) as StoredMessage);
    return { frames: this.#frames, messages, parts: this.#newParts };
  }

  #takeWhole(arrival: Arrival, text: Uint8Array): void {
    const message = spokenMessage(this.#factsOf(arrival, arrival.id), text, this.#context.check);
    const isText = message.state !== "malformed";
    this.#keep(arrival, isText ? "taken" : "malformed", isText ? message.id : null);
    if (isText) this.#change(message);
  }

  #takePart(arrival: Arrival, part: Part): void {
    const id = messageIdOf(part, arrival.block, arrival.opened.key);
    const message = this.#messages.get(id);
    const parts = this.#partsOf(id);
    const known = parts.find(({ index }) => index === part.index);
    const isRepeat = known !== undefined && Buffer.compare(known.chunk, part.chunk) === 0;
    this.#keep(arrival, isRepeat ? "duplicate" : "taken", id);
    // What was forgotten stays so, and what nobody can tell true from false does not become clear by more of it.
    if (isRepeat || message?.state === "forgotten" || message?.state === "void") return;
    const facts = this.#factsOf(arrival, id, message);
    if (known !== undefined) {
      this.#change(silentMessage(facts, "void"));
      return;
    }
    const stored: StoredPart = {
      ...{ message: id, day: arrival.block.day, index: part.index, count: part.count, frame: arrival.id },
      chunk: new Uint8Array(part.chunk),
    };
    parts.push(stored);
    this.#newParts.push(stored);
    const isWhole = parts.length === part.count;
    this.#change(isWhole ? joinedMessage(facts, parts, this.#context.check) : silentMessage(facts, "incomplete"));
  }

  #factsOf({ block: { day }, opened: { key } }: Arrival, id: string, before?: StoredMessage): MessageFacts {
    const { segment, later } = this.#context;
    return { id, day, key, segment: before === undefined ? segment.sha256 : later(before.segment, segment.sha256) };
  }

  #keep({ id, block, opened }: Arrival, fate: StoredFrame["fate"], message: string | null): void {
    this.#context.tally.add(opened.week, fate);
    const ephemeral = toHex(boxOf(opened.frame).subarray(0, KEY_OCTETS));
    this.#frames.push({ id, day: block.day, ephemeral, fate, message });
  }

  #change(message: StoredMessage): void {
    this.#messages.set(message.id, message);
    this.#changed.add(message.id);
  }

  #partsOf(message: string): StoredPart[] {
    const parts = this.#parts.get(message) ?? [];
    this.#parts.set(message, parts);
    return parts;
  }
}

/** Null for a block that is malformed by itself. */
function bodyOf(block: Block): ReturnType<typeof readBody> | null {
  try {
    return readBody(block);
  } catch (error) {
    if (!(error instanceof BlockError)) throw error;
    return null;
  }
}
