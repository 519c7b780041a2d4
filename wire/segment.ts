import { createHash } from "node:crypto";
import { equalOctets, toHex } from "./digest.ts";
import { SegmentError } from "./errors.ts";
import { FRAME_OCTETS } from "./frame.ts";
import type { Span } from "./lateness.ts";
import { isZone, MAX_ZONE_CHARACTERS, parseZone } from "./zone.ts";

/** Octets of a segment file's header. */
export const SEGMENT_HEADER_OCTETS = 128;

/** Octets of the SHA-256 at a segment file's end. */
export const SEGMENT_SUM_OCTETS = 32;

const MAGIC = "SOTTOSEG";
const VERSION = 1;
const ZONE_LENGTH_AT = 32;
const ZONE_AT = 33;

/** Frames read at once: 118 kB, large enough that the loop's cost vanishes, small enough to hold many. */
const RUN_FRAMES = 1000;

/** What a segment's header says. */
export interface SegmentHeader extends Span {
  /** Lower case, no trailing dot. */
  readonly zone: string;
  /** Number of frames. */
  readonly count: number;
}

/** A whole segment as `segments.json` lists it. */
export interface SegmentEntry extends Span {
  /** `<start>-<end>-<first 16 hexadecimal digits of the sum>`. */
  readonly id: string;
  readonly count: number;
  /** Size of the file. */
  readonly bytes: number;
  /** SHA-256 of the whole file in hexadecimal, as `sha256sum` prints it. */
  readonly sha256: string;
}

/** Octets as they come from a file or a socket. */
export type OctetSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * Writes a segment file (protocol.md section 5). It holds no time of its making: two stores make the same octets of the
 * same frames.
 *
 * @param frames runs of one or more whole frames, strictly ascending throughout, `header.count` in all.
 * @returns a generator of the file's octets, whose return value is the segment's entry.
 * @throws SegmentError `SOTTO_SEGMENT_HEADER`, `SOTTO_SEGMENT_ORDER`, `SOTTO_SEGMENT_COUNT`; ZoneError.
 */
export async function* encodeSegment(
  header: SegmentHeader,
  frames: OctetSource,
): AsyncGenerator<Uint8Array, SegmentEntry> {
  const hash = createHash("sha256");
  const head = encodeHeader(header);
  hash.update(head);
  yield head;
  const order = new OrderCheck();
  for await (const run of frames) {
    order.check(run);
    hash.update(run);
    yield run;
  }
  if (order.count !== header.count) {
    throw new SegmentError("SOTTO_SEGMENT_COUNT", `the header says ${header.count} frames, ${order.count} came`);
  }
  const sum = hash.copy().digest();
  yield sum;
  return entryOf(header, sum, hash.update(sum).digest());
}

/**
 * Reads a segment file as it streams in. The header is checked at once; what {@link SegmentReader.frames} gives is
 * provisional until it has run to its end, where the sum is checked.
 */
export class SegmentReader {
  readonly header: SegmentHeader;
  readonly #source: SourceReader;
  readonly #hash = createHash("sha256");
  #entry: SegmentEntry | null = null;

  private constructor(header: SegmentHeader, head: Uint8Array, source: SourceReader) {
    this.header = header;
    this.#source = source;
    this.#hash.update(head);
  }

  /**
   * Reads and checks the header.
   *
   * @throws SegmentError `SOTTO_SEGMENT_HEADER` or `SOTTO_SEGMENT_CUT`.
   */
  static async open(source: OctetSource): Promise<SegmentReader> {
    const reader = new SourceReader(source);
    try {
      const head = await reader.take(SEGMENT_HEADER_OCTETS);
      return new SegmentReader(decodeHeader(head), head, reader);
    } catch (error) {
      await reader.close();
      throw error;
    }
  }

  /**
   * The frames in ascending order, in runs of whole frames. Can be read once.
   *
   * @throws SegmentError `SOTTO_SEGMENT_ORDER`, `SOTTO_SEGMENT_CUT`, `SOTTO_SEGMENT_SUM` or `SOTTO_SEGMENT_TAIL`.
   */
  async *frames(): AsyncGenerator<Uint8Array> {
    try {
      const order = new OrderCheck();
      while (order.count < this.header.count) {
        const wanted = Math.min(RUN_FRAMES, this.header.count - order.count);
        const run = await this.#source.take(wanted * FRAME_OCTETS);
        order.check(run);
        this.#hash.update(run);
        yield run;
      }
      const sum = this.#hash.copy().digest();
      if (!equalOctets(await this.#source.take(SEGMENT_SUM_OCTETS), sum)) {
        throw new SegmentError("SOTTO_SEGMENT_SUM", "the segment is damaged: its check sum does not fit");
      }
      await this.#source.end();
      this.#entry = entryOf(this.header, sum, this.#hash.update(sum).digest());
    } finally {
      await this.#source.close();
    }
  }

  /**
   * The segment's entry; known once all frames were read.
   *
   * @throws SegmentError `SOTTO_SEGMENT_UNREAD` before that.
   */
  get entry(): SegmentEntry {
    if (this.#entry === null) throw new SegmentError("SOTTO_SEGMENT_UNREAD", "the segment was not read to its end");
    return this.#entry;
  }
}

/**
 * Reads a whole segment and checks everything that can be checked without keys.
 *
 * @throws SegmentError as {@link SegmentReader}.
 */
export async function verifySegment(source: OctetSource): Promise<{ header: SegmentHeader; entry: SegmentEntry }> {
  const reader = await SegmentReader.open(source);
  for await (const _run of reader.frames());
  return { header: reader.header, entry: reader.entry };
}

function entryOf(header: SegmentHeader, sum: Uint8Array, whole: Uint8Array): SegmentEntry {
  const { start, end, count } = header;
  return {
    id: `${start}-${end}-${toHex(sum).slice(0, 16)}`,
    start,
    end,
    count,
    bytes: SEGMENT_HEADER_OCTETS + count * FRAME_OCTETS + SEGMENT_SUM_OCTETS,
    sha256: toHex(whole),
  };
}

function encodeHeader({ zone, start, end, count }: SegmentHeader): Uint8Array {
  const whole = [start, end, count].every((value) => Number.isSafeInteger(value) && value >= 0);
  if (!whole || start >= end || count > 0xffffffff || parseZone(zone) !== zone) {
    throw new SegmentError("SOTTO_SEGMENT_HEADER", "a segment needs start < end, a count and a zone in lower case");
  }
  const head = Buffer.alloc(SEGMENT_HEADER_OCTETS);
  head.write(MAGIC, "latin1");
  head.writeUInt16BE(VERSION, 8);
  head.writeUInt16BE(FRAME_OCTETS, 10);
  head.writeUInt32BE(count, 12);
  head.writeBigUInt64BE(BigInt(start), 16);
  head.writeBigUInt64BE(BigInt(end), 24);
  head[ZONE_LENGTH_AT] = zone.length;
  head.write(zone, ZONE_AT, "latin1");
  return head;
}

function decodeHeader(octets: Uint8Array): SegmentHeader {
  const head = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
  const refuse = (why: string) => new SegmentError("SOTTO_SEGMENT_HEADER", `not a segment that can be read: ${why}`);
  if (head.toString("latin1", 0, 8) !== MAGIC) throw refuse("it does not begin with SOTTOSEG");
  const version = head.readUInt16BE(8);
  if (version !== VERSION) throw refuse(`its version is ${version}, this program reads ${VERSION}`);
  const frameSize = head.readUInt16BE(10);
  if (frameSize !== FRAME_OCTETS) throw refuse(`its frames have ${frameSize} octets, not ${FRAME_OCTETS}`);
  const start = Number(head.readBigUInt64BE(16));
  const end = Number(head.readBigUInt64BE(24));
  if (!Number.isSafeInteger(end) || start >= end) throw refuse("it does not start before it ends");
  const zoneLength = head[ZONE_LENGTH_AT] as number;
  const zone = head.toString("latin1", ZONE_AT, ZONE_AT + zoneLength);
  if (zoneLength > MAX_ZONE_CHARACTERS || !isZone(zone)) throw refuse("its zone is not a zone name in lower case");
  if (head.subarray(ZONE_AT + zoneLength).some((octet) => octet !== 0)) throw refuse("octets follow its zone");
  return { zone, start, end, count: head.readUInt32BE(12) };
}

/** Counts frames and holds them to strictly ascending order, octets compared as unsigned. */
class OrderCheck {
  count = 0;
  #last: Uint8Array | null = null;

  check(run: Uint8Array): void {
    if (run.length % FRAME_OCTETS !== 0) throw new SegmentError("SOTTO_SEGMENT_ORDER", "a run of frames is cut");
    for (let at = 0; at < run.length; at += FRAME_OCTETS) {
      const isAbove = at === 0 ? this.#isAboveLast(run) : isAboveFrameBefore(run, at);
      if (!isAbove) throw new SegmentError("SOTTO_SEGMENT_ORDER", `frame ${this.count} is not above the one before it`);
      this.count++;
    }
    // The run's memory is the consumer's from here on.
    if (run.length > 0) this.#last = new Uint8Array(run.subarray(-FRAME_OCTETS));
  }

  #isAboveLast(run: Uint8Array): boolean {
    return this.#last === null || Buffer.compare(this.#last, run.subarray(0, FRAME_OCTETS)) < 0;
  }
}

/** Compares in place: a view of each of a billion frames costs more than what is done with it. */
function isAboveFrameBefore(run: Uint8Array, at: number): boolean {
  let i = at;
  const end = at + FRAME_OCTETS;
  while (i < end && run[i] === run[i - FRAME_OCTETS]) i++;
  return i < end && (run[i] as number) > (run[i - FRAME_OCTETS] as number);
}

/** Takes exact numbers of octets from a source of chunks of any size. */
class SourceReader {
  readonly #chunks: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #held: Uint8Array = new Uint8Array(0);

  constructor(source: OctetSource) {
    this.#chunks = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }

  async take(length: number): Promise<Uint8Array> {
    const pieces = [this.#held];
    let have = this.#held.length;
    while (have < length) {
      const next = await this.#chunks.next();
      if (next.done) throw new SegmentError("SOTTO_SEGMENT_CUT", "the segment ends too early");
      pieces.push(next.value);
      have += next.value.length;
    }
    const octets = pieces.length === 1 ? this.#held : Buffer.concat(pieces);
    this.#held = octets.subarray(length);
    return octets.subarray(0, length);
  }

  /** Lets the source go wherever reading stopped, so that no file or socket stays open. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async end(): Promise<void> {
    let extra = this.#held.length;
    while (extra === 0) {
      const next = await this.#chunks.next();
      if (next.done) return;
      extra = next.value.length;
    }
    throw new SegmentError("SOTTO_SEGMENT_TAIL", "octets follow the segment's check sum");
  }
}
