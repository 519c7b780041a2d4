import { randomBytes, randomInt } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { FRAME_OCTETS, puzzleDigest, type Span } from "@sotto/wire";
import type { Candidate } from "../dns/zone.ts";
import { syncFolder } from "./durable.ts";

/** Octets of a slot: a frame and ten octets of its SHA-256. */
const SLOT_OCTETS = 128;

const CHECK_OCTETS = SLOT_OCTETS - FRAME_OCTETS;

/** Slots of a chunk. Within one, a frame's place says nothing of its time. */
const CHUNK_SLOTS = 512;

const CHUNK_OCTETS = SLOT_OCTETS * CHUNK_SLOTS;

/** What is written is rounded to this, a page of the page cache. */
const PAGE_OCTETS = 4096;

const FILE_NAME = /^(\d+)-(\d+)-[0-9a-f]{16}\.journal$/;

/** The span of a journal file by its name; null for a file that is not one. */
export function journalSpan(fileName: string): Span | null {
  const [, start, end] = FILE_NAME.exec(fileName) ?? [];
  return start === undefined || end === undefined ? null : { start: Number(start), end: Number(end) };
}

/**
 * The open journal of one bucket: where frames wait, on stable storage, until the bucket is sealed.
 *
 * A file of 64 KiB chunks of 512 slots. Each frame goes to a uniformly random free slot of the last chunk, and the
 * file's modification time is the bucket's start, so that neither tells when a frame came. Each run of the server, and
 * each recovery from a failed write, begins a file of its own: what an earlier one may have left half-written is never
 * written to again.
 */
export class Journal {
  readonly span: Span;
  readonly #file: FileHandle;
  readonly #chunk = Buffer.alloc(CHUNK_OCTETS);
  /** Where the open chunk begins in the file. */
  #chunkAt = -CHUNK_OCTETS;
  /** The slots of the open chunk in random order; those before `#used` are taken. */
  #slots: Uint16Array = new Uint16Array(0);
  #used = 0;

  private constructor(span: Span, file: FileHandle) {
    this.span = span;
    this.#file = file;
  }

  /** Creates a journal for a bucket; the file and its folder's entry are on stable storage on return. */
  static async create(folder: string, span: Span): Promise<Journal> {
    const name = `${span.start}-${span.end}-${randomBytes(8).toString("hex")}.journal`;
    const file = await open(join(folder, name), "wx", 0o600);
    await syncFolder(folder);
    return new Journal(span, file);
  }

  /**
   * Stores frames. They are on stable storage on return; after an error none may be acknowledged and the journal must
   * not be used again, since what the file system kept of a failed write is unknown.
   */
  async append(candidates: readonly Candidate[]): Promise<void> {
    for (let done = 0; done < candidates.length; ) {
      if (this.#used === this.#slots.length) this.#beginChunk();
      const room = this.#slots.length - this.#used;
      const batch = candidates.slice(done, done + room);
      await this.#writeBatch(batch);
      done += batch.length;
    }
    await this.#file.utimes(this.span.start, this.span.start);
    await this.#file.datasync();
  }

  /** Closes the file; what it holds stays for sealing. */
  async close(): Promise<void> {
    await this.#file.close();
  }

  #beginChunk(): void {
    this.#chunk.fill(0);
    this.#chunkAt += CHUNK_OCTETS;
    this.#slots = shuffledSlots();
    this.#used = 0;
  }

  async #writeBatch(batch: readonly Candidate[]): Promise<void> {
    // A chunk's first write is all of it, so that the file always has whole chunks.
    let from = this.#used === 0 ? 0 : CHUNK_OCTETS;
    let to = this.#used === 0 ? CHUNK_OCTETS : 0;
    for (const { frame, digest } of batch) {
      const at = (this.#slots[this.#used++] as number) * SLOT_OCTETS;
      this.#chunk.set(frame, at);
      this.#chunk.write(checkOf(digest), at + FRAME_OCTETS, "latin1");
      from = Math.min(from, at - (at % PAGE_OCTETS));
      to = Math.max(to, at - (at % PAGE_OCTETS) + PAGE_OCTETS);
    }
    await this.#file.write(this.#chunk, from, to - from, this.#chunkAt + from);
  }
}

/** What a journal file holds, chunk by chunk. */
export interface JournalChunk {
  readonly frames: readonly Uint8Array[];
  /** Slots whose check sum does not fit: writes that never finished, and so were never acknowledged. */
  readonly damaged: number;
}

/** Reads a journal file. Its last chunk may be cut. */
export async function* readJournal(path: string): AsyncGenerator<JournalChunk> {
  const file = await open(path, "r");
  try {
    for (let position = 0; ; position += CHUNK_OCTETS) {
      const chunk = Buffer.alloc(CHUNK_OCTETS);
      const { bytesRead } = await file.read(chunk, 0, CHUNK_OCTETS, position);
      if (bytesRead === 0) return;
      yield readChunk(chunk.subarray(0, bytesRead));
      if (bytesRead < CHUNK_OCTETS) return;
    }
  } finally {
    await file.close();
  }
}

function readChunk(chunk: Buffer): JournalChunk {
  const frames: Uint8Array[] = [];
  let damaged = 0;
  for (let at = 0; at < chunk.length; at += SLOT_OCTETS) {
    const slot = chunk.subarray(at, at + SLOT_OCTETS);
    if (slot.every((octet) => octet === 0)) continue;
    const frame = slot.subarray(0, FRAME_OCTETS);
    if (checkOf(puzzleDigest(frame)) === slot.toString("latin1", FRAME_OCTETS)) frames.push(frame);
    else damaged++;
  }
  return { frames, damaged };
}

/** The digest's last octets: its first ones are zero where the puzzle is hard. */
function checkOf(digest: string): string {
  return digest.slice(-CHECK_OCTETS);
}

/** All slots in uniformly random order (Fisher-Yates): taking the next is taking a random free one. */
function shuffledSlots(): Uint16Array {
  const slots = Uint16Array.from({ length: CHUNK_SLOTS }, (_, slot) => slot);
  for (let i = slots.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    const held = slots[i] as number;
    slots[i] = slots[j] as number;
    slots[j] = held;
  }
  return slots;
}
