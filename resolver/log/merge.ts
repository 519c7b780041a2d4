import { FRAME_OCTETS, type OctetSource } from "@sotto/wire";

/** Frames given at once. */
const BLOCK_FRAMES = 1000;

/** Octets of a frame that are compared as one number. */
const KEY_OCTETS = 6;

/**
 * Merges ascending frames of many sources into one ascending sequence of distinct frames.
 *
 * @param sources runs of whole frames, each source ascending.
 * @param excluded as `sources`: frames that are left out of the result.
 * @returns blocks of whole frames, each valid until the next is asked for.
 */
export async function* mergeFrames(
  sources: readonly OctetSource[],
  excluded: readonly OctetSource[],
): AsyncGenerator<Uint8Array> {
  const heap = new CursorHeap();
  for (const source of sources) await heap.open(new Cursor(source, false));
  for (const source of excluded) await heap.open(new Cursor(source, true));
  const block = Buffer.allocUnsafeSlow(BLOCK_FRAMES * FRAME_OCTETS);
  let filled = 0;
  try {
    for (let top = heap.top; top !== undefined; top = heap.top) {
      // The next frame is put behind the block's last; it stays if no excluded source has it.
      top.block.copy(block, filled, top.at, top.at + FRAME_OCTETS);
      let wanted = true;
      while (top?.holds(block, filled)) {
        wanted &&= !top.excluded;
        if (!top.step()) await heap.refill();
        heap.sink();
        top = heap.top;
      }
      if (wanted) filled += FRAME_OCTETS;
      if (filled < block.length) continue;
      yield block;
      filled = 0;
    }
    if (filled > 0) yield block.subarray(0, filled);
  } finally {
    await heap.close();
  }
}

/** A source with the place that was read up to. */
class Cursor {
  readonly excluded: boolean;
  readonly #source: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  block: Buffer = Buffer.alloc(0);
  at = 0;
  /** The first octets of the frame at hand. */
  key = 0;

  constructor(source: OctetSource, excluded: boolean) {
    this.excluded = excluded;
    this.#source = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }

  /** Goes to the next frame; false at the end of what was read. */
  step(): boolean {
    this.at += FRAME_OCTETS;
    if (this.at >= this.block.length) return false;
    this.key = this.block.readUIntBE(this.at, KEY_OCTETS);
    return true;
  }

  /** Reads on; false at the source's end. */
  async refill(): Promise<boolean> {
    do {
      const { value, done } = await this.#source.next();
      if (done) return false;
      this.block = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    } while (this.block.length === 0);
    this.at = -FRAME_OCTETS;
    return this.step();
  }

  holds(block: Buffer, at: number): boolean {
    return this.block.compare(block, at, at + FRAME_OCTETS, this.at, this.at + FRAME_OCTETS) === 0;
  }

  isBefore(other: Cursor): boolean {
    if (this.key !== other.key) return this.key < other.key;
    return this.block.compare(other.block, other.at, other.at + FRAME_OCTETS, this.at, this.at + FRAME_OCTETS) < 0;
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }
}

/** Cursors with the least frame's on top. */
class CursorHeap {
  readonly #cursors: Cursor[] = [];

  get top(): Cursor | undefined {
    return this.#cursors[0];
  }

  async open(cursor: Cursor): Promise<void> {
    if (!(await cursor.refill())) return;
    this.#cursors.unshift(cursor);
    // A heap by way of a sorted list: there are tens of cursors.
    this.#cursors.sort((a, b) => Number(b.isBefore(a)) - Number(a.isBefore(b)));
  }

  /** Reads the top on, or lets it go at its end. */
  async refill(): Promise<void> {
    const [top] = this.#cursors;
    if (top === undefined || (await top.refill())) return;
    const last = this.#cursors.pop();
    if (last !== undefined && last !== top) this.#cursors[0] = last;
  }

  /** Puts the top where it belongs after it moved. */
  sink(): void {
    const cursors = this.#cursors;
    for (let at = 0; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (cursors[child]?.isBefore(cursors[least] as Cursor)) least = child;
      }
      if (least === at) return;
      const held = cursors[at] as Cursor;
      cursors[at] = cursors[least] as Cursor;
      cursors[least] = held;
      at = least;
    }
  }

  async close(): Promise<void> {
    for (const cursor of this.#cursors) await cursor.close();
  }
}
