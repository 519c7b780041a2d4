import type { Part } from "@sotto/wire";

/** A part with what identifies its message beyond the part itself. */
export interface ArrivedPart {
  readonly part: Part;
  /** Which key opened it. */
  readonly key: string;
  /** Days since 1970-01-01 UTC. */
  readonly day: number;
  /** SHA-256 of its box, hexadecimal. */
  readonly frame: string;
}

/** A message all of whose parts have come. Its text is still to be checked. */
export interface CompleteMessage<T> {
  readonly key: string;
  readonly day: number;
  /** The frames' ids in part order. */
  readonly frames: readonly string[];
  readonly chunks: readonly Uint8Array[];
  /** What was given with the part that completed it. */
  readonly completedBy: T;
}

interface Message<T> {
  readonly key: string;
  readonly day: number;
  readonly chunks: (Uint8Array | undefined)[];
  readonly frames: string[];
  missing: number;
  isVoid: boolean;
  last: T;
}

/**
 * Joins parts to messages. A message is (key, message id, count, day); its parts may come in any order and from any
 * segment.
 *
 * Nothing is given out before all parts of a scan were seen: a second part with the same place and another content
 * voids its message, and whether there is one must not depend on the order of reading.
 */
export class Reassembly<T> {
  readonly #messages = new Map<string, Message<T>>();

  /**
   * Takes a part.
   *
   * @param origin kept with the message when this part completes it.
   * @returns `repeat` when the same part was there already.
   */
  add({ part, key, day, frame }: ArrivedPart, origin: T): "new" | "repeat" {
    const id = `${key} ${Buffer.from(part.messageId).toString("hex")} ${part.count} ${day}`;
    const message = this.#messages.get(id) ?? this.#begin(id, key, day, part.count, origin);
    const known = message.chunks[part.index];
    if (known !== undefined) {
      if (Buffer.compare(known, part.chunk) === 0) return "repeat";
      message.isVoid = true;
      return "new";
    }
    // The chunk is a view of a buffer that the engine uses again.
    message.chunks[part.index] = new Uint8Array(part.chunk);
    message.frames[part.index] = frame;
    message.missing--;
    message.last = origin;
    return "new";
  }

  /** What came of all messages: the complete ones, and how many are void or lack parts. */
  finish(): { complete: CompleteMessage<T>[]; incomplete: number; voided: number } {
    const messages = [...this.#messages.values()];
    const whole = messages.filter(({ isVoid }) => !isVoid);
    const complete = whole.filter(({ missing }) => missing === 0);
    return {
      complete: complete.map(({ key, day, frames, chunks, last }) => {
        return { key, day, frames, chunks: chunks as Uint8Array[], completedBy: last };
      }),
      incomplete: whole.length - complete.length,
      voided: messages.length - whole.length,
    };
  }

  #begin(id: string, key: string, day: number, count: number, origin: T): Message<T> {
    const message: Message<T> = {
      key,
      day,
      chunks: new Array(count),
      frames: new Array(count),
      missing: count,
      isVoid: false,
      last: origin,
    };
    this.#messages.set(id, message);
    return message;
  }
}
