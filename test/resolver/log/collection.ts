import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { FRAME_OCTETS, puzzleDigest, SegmentReader } from "@sotto/wire";
import type { Keeping } from "../../../resolver/log/bucket.ts";
import type { FrameLog, FrameSink } from "../../../resolver/log/contract.ts";
import { Intake } from "../../../resolver/log/intake.ts";
import { JournalFolder, readJournal } from "../../../resolver/log/journal.ts";
import { Log, type LogOptions } from "../../../resolver/log/log.ts";
import { seededOctets } from "../../e2e/frames.ts";

export const ZONE = "r.example.net";

/** How far the clock goes between two rounds of maintenance when time passes, in seconds. */
const STRIDE_SECONDS = 1800;

/** What keeps the frames of a collection. */
export interface CollectionStore<L extends FrameLog> {
  open(keeping: Keeping): Promise<L>;
  sink(log: L): Promise<FrameSink>;
  /** Whether intakes go by the clock, or by courses alone. */
  readonly clock: boolean;
  /** Every frame that is kept, as often as it is there, ascending. */
  storedFrames(): Promise<string[]>;
}

export interface CollectionOptions {
  readonly keeping: Keeping;
  readonly now: number;
  readonly intakes?: number;
  /** Told of every acknowledged frame. */
  readonly acknowledged?: (frame: string) => void;
}

export interface FolderOptions extends CollectionOptions {
  readonly folder: string;
  readonly log?: LogOptions;
}

export function frameOf(seed: string): Buffer {
  return seededOctets(`collection ${seed}`, FRAME_OCTETS);
}

/** A log with its intakes and a clock that a test sets: what a server does, without its sockets. */
export class Collection<L extends FrameLog = FrameLog> {
  now: number;
  log: L;
  intakes: Intake[] = [];
  readonly #store: CollectionStore<L>;
  readonly #options: CollectionOptions;
  readonly #acknowledged = new Set<string>();

  protected constructor(store: CollectionStore<L>, options: CollectionOptions, log: L) {
    this.#store = store;
    this.#options = options;
    this.now = options.now;
    this.log = log;
  }

  static async over<L extends FrameLog>(store: CollectionStore<L>, options: CollectionOptions): Promise<Collection<L>> {
    const collection = new Collection(store, options, await store.open(options.keeping));
    await collection.begin(options.keeping);
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
    this.log = await this.#store.open(keeping);
    await this.begin(keeping);
  }

  protected async begin(keeping: Keeping): Promise<void> {
    const course = await this.log.follow(this.now);
    const count = this.#options.intakes ?? 1;
    const intakes = Array.from(
      { length: count },
      async () =>
        new Intake({
          sink: await this.#store.sink(this.log),
          bucketLength: keeping.bucket,
          clock: this.#store.clock ? () => this.now : null,
          course,
          capacity: this.log.capacity(count),
        }),
    );
    this.intakes = await Promise.all(intakes);
  }

  /** The frames of the segments to be seen now, in hexadecimal, ascending; a frame in two segments is there twice. */
  async published(): Promise<string[]> {
    return (await this.segments()).flatMap(({ frames }) => frames).sort();
  }

  /** The octets of every segment to be seen now, each with its frames in their order. */
  async segments(): Promise<{ readonly id: string; readonly octets: Buffer; readonly frames: string[] }[]> {
    const segments = [];
    for (const entry of this.log.published(this.now)) {
      const segment = await this.log.openSegment(entry);
      if (segment === null) throw new Error(`${entry.id} is listed and cannot be opened`);
      const octets = Buffer.concat(await segment.octets(0, entry.bytes - 1).toArray());
      segments.push({ id: entry.id, octets, frames: await framesOfSegment(octets) });
    }
    return segments;
  }

  /** Every frame that is kept, published or not. */
  async storedFrames(): Promise<string[]> {
    return await this.#store.storedFrames();
  }
}

/** A collection in a data folder. */
export class FolderCollection extends Collection<Log> {
  readonly folder: string;

  private constructor(options: FolderOptions, log: Log) {
    super(folderStore(options.folder, options.log), options, log);
    this.folder = options.folder;
  }

  static async open(options: FolderOptions): Promise<FolderCollection> {
    const log = await folderStore(options.folder, options.log).open(options.keeping);
    const collection = new FolderCollection(options, log);
    await collection.begin(options.keeping);
    return collection;
  }
}

/** A data folder as what keeps a collection's frames. */
export function folderStore(folder: string, options: LogOptions = {}): CollectionStore<Log> {
  return {
    open: (keeping) => Log.open(folder, ZONE, keeping, options),
    sink: async (log) => new JournalFolder(log.journalFolder, options.faultPoint),
    clock: true,
    storedFrames: () => framesInFolder(folder),
  };
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
  return await framesOfSegment(await readFile(path));
}

/** The frames of a segment's octets, checked. */
export async function framesOfSegment(octets: Uint8Array): Promise<string[]> {
  const found: string[] = [];
  const reader = await SegmentReader.open([octets]);
  for await (const run of reader.frames()) {
    for (let at = 0; at < run.length; at += FRAME_OCTETS) {
      found.push(Buffer.from(run.subarray(at, at + FRAME_OCTETS)).toString("hex"));
    }
  }
  return found;
}
