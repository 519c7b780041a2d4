import { availableParallelism } from "node:os";
import { FRAME_OCTETS } from "@sotto/wire";
import type { Candidate } from "../engine/candidate.ts";
import { chooseEngine } from "../engine/choice.ts";
import type { EngineName } from "../engine/engine.ts";
import { EngineError } from "../errors.ts";
import type { ScanKeys } from "../scankeys.ts";
import type { OpenedChunk } from "./openedchunk.ts";
import { OpenerThread, type StartThread } from "./openerthread.ts";
import { copyKeys } from "./threadkeys.ts";
import type { ThreadChunk } from "./threadmessage.ts";

/**
 * Frames that a thread gets at once: 59 kB. tweetnacl has them in half a second, so that progress moves and a stop is
 * quick; libsodium in 20 ms, a hundred times what it costs to send them there and back.
 */
export const CHUNK_FRAMES = 500;

/**
 * Chunks for each thread that are read, and not given out yet: one in hand, and enough besides for a thread not to wait
 * while another is slower or while what was given out is stored.
 */
export const CHUNKS_PER_THREAD = 4;

/** More threads than any machine has cores; a typing mistake must not start a million. */
const MAX_THREADS = 1024;

/** Greater than the number of any chunk. */
const ALL_CHUNKS = 2 ** 31 - 1;

/** How to start a pool. */
export interface PoolOptions {
  /** An engine's name, or `auto`, the default. */
  readonly engine?: string;
  /** How many frames there will be at most, as far as one knows: `auto` tries no engines out for a few. */
  readonly frames?: number;
  /** As many as there are cores by default. */
  readonly threads?: number;
  readonly keys: ScanKeys;
  /** Starts a thread; only tests give another one. */
  readonly startThread?: StartThread;
}

/** Frames of a segment. */
export interface FrameRun<Tag> {
  /** Whole frames, as many as one likes. Their memory is not read any more once the next run was asked for. */
  readonly frames: Uint8Array;
  /** Unix seconds. */
  readonly segmentEnd: number;
  /** Comes back with what became of them. */
  readonly tag: Tag;
}

/** What became of frames of one run, of at most {@link CHUNK_FRAMES}. */
export interface OpenedRun<Tag> {
  readonly opened: OpenedChunk;
  readonly tag: Tag;
}

/**
 * Threads that try keys on frames. What they give does not depend on how many they are, nor on the engine. Each has a
 * copy of the secrets, which it overwrites before it ends; the caller's own are the caller's to overwrite.
 */
export class OpenerPool {
  /** Which engine it is. */
  readonly engine: EngineName;
  readonly #threads: readonly OpenerThread[];
  readonly #cancelled: Int32Array<SharedArrayBuffer>;
  /** Memory of chunks that came back. */
  readonly #memory: ArrayBuffer[] = [];
  #next = 0;
  #isRunning = false;
  #closing: Promise<unknown> | null = null;

  private constructor(
    { engine, recipe }: Candidate,
    { threads = availableParallelism(), keys, startThread }: PoolOptions,
  ) {
    if (!Number.isInteger(threads) || threads < 1 || threads > MAX_THREADS) {
      throw new EngineError("SOTTO_ENGINE_THREADS", `threads: a whole number from 1 to ${MAX_THREADS}, not ${threads}`);
    }
    this.engine = engine.name;
    const cancelled = new Int32Array(new SharedArrayBuffer(4));
    this.#cancelled = cancelled;
    this.#threads = Array.from({ length: threads }, () => {
      return new OpenerThread({ engine: recipe, keys: copyKeys(keys.material), cancelled }, startThread);
    });
  }

  /**
   * Starts threads.
   *
   * @throws EngineError as `chooseEngine`, or `SOTTO_ENGINE_THREADS`.
   */
  static async start(options: PoolOptions): Promise<OpenerPool> {
    // Loaded here too: what is wrong with it is known before anything starts, and as an error with its code.
    const { engine = "auto", frames } = options;
    return new OpenerPool(await chooseEngine(engine, frames === undefined ? {} : { frames }), options);
  }

  /** How many threads there are. */
  get threads(): number {
    return this.#threads.length;
  }

  /** How many chunks are read before the first of them was given out, at most. */
  get readAhead(): number {
    return CHUNKS_PER_THREAD * this.#threads.length;
  }

  /**
   * Opens frames; long runs are cut into chunks. The results come in the order of the frames, whichever thread is done
   * first. All segments of a scan go through one call, else threads wait at the end of each. One call at a time.
   *
   * However it ends, no chunk is under way afterwards, and the pool can be used again unless a thread broke off.
   *
   * @param source is asked for its next run only when there is room for it, and closed if the end is not reached.
   * @param signal ends it with the signal's reason. While the source is asked that is for the source to do.
   * @throws EngineError `SOTTO_ENGINE_BROKEN` when a thread broke off, `SOTTO_ENGINE_CLOSED` when the pool was closed
   *   meanwhile; WrongEngineError when the engine was found to compute wrongly; what the source throws.
   */
  async *open<Tag>(source: AsyncIterable<FrameRun<Tag>>, signal?: AbortSignal): AsyncGenerator<OpenedRun<Tag>> {
    if (this.#isRunning) throw new Error("an OpenerPool opens one source at a time");
    this.#isRunning = true;
    const cancel = () => this.#cancel(this.#next);
    signal?.addEventListener("abort", cancel);
    const underWay: { readonly opened: Promise<OpenedChunk | null>; readonly tag: Tag }[] = [];
    const first = async (): Promise<OpenedRun<Tag>> => {
      const { opened, tag } = underWay.shift() as (typeof underWay)[number];
      const chunk = await opened;
      signal?.throwIfAborted();
      if (chunk === null) throw closed();
      return { opened: chunk, tag };
    };
    try {
      for await (const { frames, segmentEnd, tag } of chunksOf(source)) {
        signal?.throwIfAborted();
        underWay.push({ opened: this.#submit(frames, segmentEnd), tag });
        if (underWay.length === this.readAhead) yield await first();
      }
      while (underWay.length > 0) yield await first();
    } finally {
      signal?.removeEventListener("abort", cancel);
      cancel();
      await Promise.allSettled(underWay.map(({ opened }) => opened));
      this.#isRunning = false;
    }
  }

  /** Ends the threads, each after the chunk that it has in hand, and with them what is being opened. */
  async close(): Promise<void> {
    this.#cancel(ALL_CHUNKS);
    this.#closing ??= Promise.all(this.#threads.map((thread) => thread.close()));
    await this.#closing;
  }

  /** Copies frames and has them opened. What it gives fails only when it is awaited. */
  #submit(frames: Uint8Array, segmentEnd: number): Promise<OpenedChunk | null> {
    if (this.#closing !== null) throw closed();
    // One thread less would do, but what ended one may end them all.
    const broken = this.#threads.find(({ failure }) => failure !== null);
    if (broken?.failure) throw broken.failure;
    const memory = this.#memory.pop() ?? new ArrayBuffer(CHUNK_FRAMES * FRAME_OCTETS);
    const chunk = new Uint8Array(memory, 0, frames.length);
    chunk.set(frames);
    const opened = this.#open({ number: this.#next++, frames: chunk, segmentEnd });
    opened.catch(() => {});
    return opened;
  }

  /** Gives a chunk to the thread that has least to do. */
  async #open(chunk: ThreadChunk): Promise<OpenedChunk | null> {
    const thread = this.#threads.reduce((least, other) => (other.busy < least.busy ? other : least));
    const { opened, memory } = await thread.open(chunk);
    this.#memory.push(memory);
    return opened;
  }

  /** Has threads leave out the chunks below a number. */
  #cancel(number: number): void {
    if (Atomics.load(this.#cancelled, 0) < number) Atomics.store(this.#cancelled, 0, number);
  }
}

function closed(): EngineError {
  return new EngineError("SOTTO_ENGINE_CLOSED", "the threads that open frames were ended");
}

/** Cuts runs into chunks, views of the runs. */
async function* chunksOf<Tag>(source: AsyncIterable<FrameRun<Tag>>): AsyncGenerator<FrameRun<Tag>> {
  for await (const { frames, segmentEnd, tag } of source) {
    const octets = CHUNK_FRAMES * FRAME_OCTETS;
    for (let at = 0; at < frames.length; at += octets) {
      yield { frames: frames.subarray(at, at + octets), segmentEnd, tag };
    }
  }
}
