import { randomBytes } from "node:crypto";
import { type FileHandle, open, rename, unlink, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FRAME_OCTETS, puzzleDigest, type Span } from "@sotto/wire";
import type { Candidate } from "./candidate.ts";
import type { BucketWriter, FrameSink } from "./contract.ts";
import { syncFolder, writeAll } from "./durable.ts";
import { type FaultHook, noFault } from "./fault.ts";
import { shuffled } from "./shuffle.ts";
import { SLOT_OCTETS } from "./slot.ts";

const CHECK_OCTETS = SLOT_OCTETS - FRAME_OCTETS;

/** Slots of a chunk. Within one, a frame's place says nothing of its time. */
export const CHUNK_SLOTS = 512;

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
export class Journal implements BucketWriter {
  readonly span: Span;
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #fault: FaultHook;
  readonly #chunk = Buffer.alloc(CHUNK_OCTETS);
  /** Where the open chunk begins in the file. */
  #chunkAt = -CHUNK_OCTETS;
  /** The slots of the open chunk in random order; those before `#used` are taken. */
  #slots: Uint16Array = new Uint16Array(0);
  #used = 0;
  #stored = 0;

  private constructor(span: Span, path: string, file: FileHandle, fault: FaultHook) {
    this.span = span;
    this.#path = path;
    this.#file = file;
    this.#fault = fault;
  }

  /** Creates a journal for a bucket; the file and its folder's entry are on stable storage on return. */
  static async create(folder: string, span: Span, fault: FaultHook = noFault): Promise<Journal> {
    const path = newPath(folder, span);
    const file = await open(path, "wx", 0o600);
    const journal = new Journal(span, path, file, fault);
    try {
      await syncFolder(folder);
      return journal;
    } catch (error) {
      await journal.abandon();
      throw error;
    }
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
    await this.#fault("journal-written");
    await this.#file.datasync();
    await this.#fault("journal-synced");
    this.#stored += candidates.length;
  }

  /** Closes the file; what it holds stays for sealing. */
  async close(): Promise<void> {
    await this.#file.close();
  }

  /** Closes the file after a failure, and deletes it if it holds nothing that was acknowledged: a full disk needs the room. */
  async abandon(): Promise<void> {
    await this.#file.close().catch(() => {});
    if (this.#stored === 0) await unlink(this.#path).catch(() => {});
  }

  #beginChunk(): void {
    this.#chunk.fill(0);
    this.#chunkAt += CHUNK_OCTETS;
    this.#slots = shuffled(CHUNK_SLOTS);
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
    await writeAll(this.#file, this.#chunk.subarray(from, to), this.#chunkAt + from);
  }
}

/** A folder in which an intake makes a journal for each bucket. */
export class JournalFolder implements FrameSink {
  readonly #path: string;
  readonly #fault: FaultHook;

  constructor(path: string, fault: FaultHook = noFault) {
    this.#path = path;
    this.#fault = fault;
  }

  async begin(bucket: Span): Promise<Journal> {
    return await Journal.create(this.#path, bucket, this.#fault);
  }

  async close(): Promise<void> {}
}

/** Gives a closed journal to another bucket; durable when its folder is synced. */
export async function moveJournal(path: string, span: Span): Promise<string> {
  const moved = newPath(dirname(path), span);
  await rename(path, moved);
  await utimes(moved, span.start, span.start);
  return moved;
}

function newPath(folder: string, { start, end }: Span): string {
  return join(folder, `${start}-${end}-${randomBytes(8).toString("hex")}.journal`);
}

/** Slots of a journal file that are taken, checked or not: only its last chunk can have free ones. */
export async function takenSlots(path: string): Promise<number> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const last = Math.max(0, Math.ceil(size / CHUNK_OCTETS) - 1);
    const chunk = Buffer.alloc(CHUNK_OCTETS);
    await file.read(chunk, 0, CHUNK_OCTETS, last * CHUNK_OCTETS);
    let taken = last * CHUNK_SLOTS;
    for (let at = 0; at < CHUNK_OCTETS; at += SLOT_OCTETS) {
      if (!isFree(chunk.subarray(at, at + SLOT_OCTETS))) taken++;
    }
    return taken;
  } finally {
    await file.close();
  }
}

const FREE_SLOT = Buffer.alloc(SLOT_OCTETS);

function isFree(slot: Buffer): boolean {
  return FREE_SLOT.subarray(0, slot.length).equals(slot);
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
    if (isFree(slot)) continue;
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
