import type {
  Batch,
  DatedId,
  KnownFrame,
  SegmentScan,
  StoredFrame,
  StoredMessage,
  StoredPart,
} from "../../decoder/store/contract.ts";

/** What a decoder's store keeps, in memory and for a lot of installations: the ledger finds in it what came before. */
export class MemoryScan implements SegmentScan {
  readonly pass = 1;
  readonly #segment: () => string;
  readonly stored = new Map<string, KnownFrame>();
  readonly kept = new Map<string, StoredMessage>();
  readonly #parts = new Map<string, StoredPart[]>();

  /** @param segment the id of the segment that is being scanned. */
  constructor(segment: () => string) {
    this.#segment = segment;
  }

  knownFrames(frames: readonly DatedId[]): Promise<Map<string, KnownFrame>> {
    return Promise.resolve(new Map(found(this.stored, frames)));
  }

  messages(ids: readonly DatedId[]): Promise<Map<string, StoredMessage>> {
    return Promise.resolve(new Map(found(this.kept, ids)));
  }

  parts(ids: readonly DatedId[]): Promise<StoredPart[]> {
    return Promise.resolve(ids.flatMap(({ id }) => this.#parts.get(id) ?? []));
  }

  put({ frames, messages, parts }: Batch): Promise<void> {
    for (const frame of frames) this.stored.set(frame.id, this.#known(frame));
    for (const message of messages) this.kept.set(message.id, message);
    for (const part of parts) this.#parts.set(part.message, [...(this.#parts.get(part.message) ?? []), part]);
    return Promise.resolve();
  }

  commit(): Promise<void> {
    return Promise.resolve();
  }

  abandon(): Promise<void> {
    return Promise.resolve();
  }

  #known(frame: StoredFrame): KnownFrame {
    return { ...frame, segment: this.#segment(), pass: this.pass };
  }
}

function found<Thing>(things: ReadonlyMap<string, Thing>, ids: readonly DatedId[]): [string, Thing][] {
  return ids.flatMap(({ id }): [string, Thing][] => {
    const thing = things.get(id);
    return thing === undefined ? [] : [[id, thing]];
  });
}
