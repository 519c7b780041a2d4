import { Worker } from "node:worker_threads";
import { EngineError, WrongEngineError } from "../errors.ts";
import type { ThreadAnswer, ThreadChunk, ThreadData, ThreadRequest } from "./threadmessage.ts";

/** Memory for objects in a thread, in MB; chunks lie outside of it. It keeps little, and many cores have many threads. */
const THREAD_LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 };

/** Starts a thread that runs `thread.ts`, or something in its place. */
export type StartThread = (data: ThreadData) => Worker;

/** A thread that opens chunks, as its owner sees it. */
export class OpenerThread {
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  /** Whom it owes answers, the first in hand. */
  readonly #awaited: { resolve(answer: ThreadAnswer): void; reject(error: EngineError): void }[] = [];
  #failure: EngineError | null = null;

  constructor(data: ThreadData, start: StartThread = startThread) {
    this.#worker = start(data);
    this.#ended = new Promise((resolve) => this.#worker.once("exit", () => resolve()));
    this.#worker.on("message", (answer: ThreadAnswer) => this.#awaited.shift()?.resolve(answer));
    this.#worker.once("messageerror", (error) => this.#fail(error));
    this.#worker.once("error", (error) => this.#fail(error));
    this.#worker.once("exit", () => this.#fail(new Error("it ended")));
  }

  /** Why it opens nothing any more; null while it does. */
  get failure(): EngineError | null {
    return this.#failure;
  }

  /** How many chunks it has not answered. */
  get busy(): number {
    return this.#awaited.length;
  }

  /**
   * Opens a chunk, after those that it was given before.
   *
   * @throws EngineError `SOTTO_ENGINE_BROKEN` when the thread broke off.
   */
  async open(chunk: ThreadChunk): Promise<ThreadAnswer> {
    if (this.#failure !== null) throw this.#failure;
    return await new Promise((resolve, reject) => {
      this.#awaited.push({ resolve, reject });
      this.#post(chunk, [chunk.frames.buffer]);
    });
  }

  /** Ends it after the chunk that it has in hand; whoever waits for others cancelled them before. */
  async close(): Promise<void> {
    this.#post("stop");
    await this.#ended;
  }

  #post(request: ThreadRequest, moved: ArrayBuffer[] = []): void {
    this.#worker.postMessage(request, moved);
  }

  /** What a thread cannot answer any more is an error at once, not something to wait for. */
  #fail(cause: unknown): void {
    this.#failure ??= failureOf(cause);
    for (const { reject } of this.#awaited.splice(0)) reject(this.#failure);
  }
}

/** An error's class does not survive the way out of a thread; its code does. */
function failureOf(cause: unknown): EngineError {
  const { message, code }: Error & { code?: unknown } = cause instanceof Error ? cause : new Error(String(cause));
  if (code === "SOTTO_ENGINE_WRONG") return new WrongEngineError(message, { cause });
  const [reason] = message.split("\n");
  return new EngineError("SOTTO_ENGINE_BROKEN", `a thread that opens frames broke off: ${reason}`, { cause });
}

/** Sources run as they are, with the condition that leads to the other packages' sources; packed code is JavaScript. */
function startThread(data: ThreadData): Worker {
  const isSource = import.meta.url.endsWith(".ts");
  return new Worker(new URL(`./thread.${isSource ? "ts" : "js"}`, import.meta.url), {
    workerData: data,
    transferList: [data.keys.secrets],
    execArgv: isSource ? ["--conditions=sotto-source"] : [],
    resourceLimits: THREAD_LIMITS,
  });
}
