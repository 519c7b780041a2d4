import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { FRAME_OCTETS, puzzleDigest, SegmentReader } from "@sotto/wire";
import type { Keeping } from "../../../resolver/log/bucket.ts";
import { Intake } from "../../../resolver/log/intake.ts";
import { readJournal } from "../../../resolver/log/journal.ts";
import { Log, type LogOptions } from "../../../resolver/log/log.ts";
import { seededOctets } from "../../e2e/frames.ts";

const ZONE = "r.example.net";

/** How far the clock goes between two rounds of maintenance when time passes, in seconds. */
const STRIDE_SECONDS = 1800;

export interface CollectionOptions {
  readonly keeping: Keeping;
  readonly now: number;
  readonly folder: string;
  readonly intakes?: number;
  readonly log?: LogOptions;
  /** Told of every acknowledged frame. */
  readonly acknowledged?: (frame: string) => void;
}

export function frameOf(seed: string): Buffer {
  return seededOctets(`collection ${seed}`, FRAME_OCTETS);
}

/** A log with its intakes and a clock that a test sets: what a server does, without its sockets. */
export class Collection {
  readonly folder: string;
  now: number;
  log: Log;
  intakes: Intake[] = [];
  readonly #options: CollectionOptions;
  readonly #acknowledged = new Set<string>();

  private constructor(options: CollectionOptions, log: Log) {
    this.#options = options;
    this.folder = options.folder;
    this.now = options.now;
    this.log = log;
  }

  static async open(options: CollectionOptions): Promise<Collection> {
    const log = await Log.open(options.folder, ZONE, options.keeping, options.log);
    const collection = new Collection(options, log);
    await collection.#begin(options.keeping);
    return collection;
  }

  /** Everything acknowledged so far, in hexadecimal, ascending. */
  get acknowledged(): string[] {
    return [...this.#acknowledged].sort();
  }

  /** Hands in frames; gives how many were stored. */
  async store(seed: string, count: number, intake = 0): Promise<number> {
    let stored = 0;
    const one = (index: number) =>
      new Promise<void>((resolve) => {
        const frame = frameOf(`${seed} ${index}`);
        this.intakes[intake]?.submit({ frame, digest: puzzleDigest(frame) }, (ok) => {
          if (ok) this.#acknowledged.add(frame.toString("hex"));
          if (ok) this.#options.acknowledged?.(frame.toString("hex"));
          stored += Number(ok);
          resolve();
        });
      });
    await Promise.all(Array.from({ length: count }, (_, index) => one(index)));
    return stored;
  }

  /** One round, as the owner of a log has to run it. */
  async round(): Promise<void> {
    const { now } = this;
    const course = await this.log.follow(now);
    const spans = [];
    for (const intake of this.intakes) spans.push(await intake.closeEnded(course));
    const [earliest = course.open] = spans.sort((a, b) => a.start - b.start);
    await this.log.maintain(earliest, now);
    for (const intake of this.intakes) intake.capacity = this.log.capacity(this.intakes.length);
  }

  /** Lets time pass, with maintenance every half hour. */
  async pass(seconds: number): Promise<void> {
    await this.round();
    for (let left = seconds; left > 0; left -= STRIDE_SECONDS) {
      this.now += Math.min(STRIDE_SECONDS, left);
      await this.round();
    }
  }

  /** Stops cleanly and starts again. */
  async restart(keeping: Keeping = this.#options.keeping): Promise<void> {
    for (const intake of this.intakes) await intake.close();
    await this.log.close();
    this.log = await Log.open(this.folder, ZONE, keeping, this.#options.log);
    await this.#begin(keeping);
  }

  async #begin(keeping: Keeping): Promise<void> {
    const course = await this.log.follow(this.now);
    const count = this.#options.intakes ?? 1;
    this.intakes = Array.from(
      { length: count },
      () =>
        new Intake({
          folder: this.log.journalFolder,
          bucketLength: keeping.bucket,
          clock: () => this.now,
          course,
          capacity: this.log.capacity(count),
          ...(this.#options.log?.faultPoint && { faultPoint: this.#options.log.faultPoint }),
        }),
    );
  }

  /** The frames of the segments to be seen now, in hexadecimal, ascending; a frame in two segments is there twice. */
  async published(): Promise<string[]> {
    const lists = this.log.published(this.now).map(({ id }) => framesOfSealed(this.log.pathOf(id)));
    return (await Promise.all(lists)).flat().sort();
  }

  /** The frames of every file in the folder. */
  async storedFrames(): Promise<string[]> {
    return await framesInFolder(this.folder);
  }
}

/** The frames of every journal, held file and segment of a data folder, as often as they are there. */
export async function framesInFolder(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const kind of ["held", "segments"]) {
    for (const name of await readdir(join(folder, kind)))
      found.push(...(await framesOfSealed(join(folder, kind, name))));
  }
  for (const name of await readdir(join(folder, "journal"))) {
    for await (const { frames } of readJournal(join(folder, "journal", name))) {
      found.push(...frames.map((frame) => Buffer.from(frame).toString("hex")));
    }
  }
  return found.sort();
}

export async function framesOfSealed(path: string): Promise<string[]> {
  const found: string[] = [];
  const reader = await SegmentReader.open([await readFile(path)]);
  for await (const run of reader.frames()) {
    for (let at = 0; at < run.length; at += FRAME_OCTETS) {
      found.push(Buffer.from(run.subarray(at, at + FRAME_OCTETS)).toString("hex"));
    }
  }
  return found;
}
