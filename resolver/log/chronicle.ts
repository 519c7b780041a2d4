import type { Span } from "@sotto/wire";
import { type Aged, type Keeping, withClosed } from "./bucket.ts";
import { replaceFile } from "./durable.ts";
import type { FaultHook } from "./fault.ts";
import type { Folders } from "./folders.ts";
import { encodeTimeline } from "./timefile.ts";
import { agedBucket, beginTimeline, type Course, follow, type Timeline } from "./timeline.ts";

/** The spans of what is in a data folder. */
export interface Found {
  readonly sealed: readonly Span[];
  readonly journals: readonly Span[];
}

/** The timeline of a data folder, kept on disk. */
export class Chronicle {
  readonly #path: string;
  readonly #keeping: Keeping;
  readonly #fault: FaultHook;
  #timeline: Timeline;
  #saved = "";

  private constructor(path: string, keeping: Keeping, fault: FaultHook, timeline: Timeline) {
    this.#path = path;
    this.#keeping = keeping;
    this.#fault = fault;
    this.#timeline = timeline;
  }

  /** Takes up a stored timeline, or begins one from what is in the folder. */
  static begin(
    { time }: Folders,
    keeping: Keeping,
    fault: FaultHook,
    stored: Timeline | null,
    found: Found,
  ): Chronicle {
    const timeline = stored ?? beginTimeline(found.sealed, found.journals);
    // What is sealed is closed, whatever the file says.
    const closed = found.sealed.reduce(withClosed, timeline.closed);
    return new Chronicle(time, keeping, fault, { ...timeline, closed });
  }

  /** The log's own time less the clock's. */
  get ahead(): number {
    return this.#timeline.ahead;
  }

  /** The bucket being filled; null before the first reading of the clock. */
  get open(): Aged | null {
    return this.#timeline.open;
  }

  /** Takes in a reading of the clock, in memory. */
  follow(now: number): Course {
    const timeline = follow(this.#timeline, now, this.#keeping);
    this.#timeline = timeline;
    return { closed: timeline.closed, open: timeline.open };
  }

  /** From when on a bucket's age counts. */
  age(bucket: Span): Aged {
    return agedBucket(this.#timeline, bucket, this.#keeping.bucket);
  }

  /** Lets the open bucket be as old as what is moved into it. */
  adopt({ since }: Aged): void {
    const { open } = this.#timeline;
    if (open !== null && since < open.since) this.#timeline = { ...this.#timeline, open: { ...open, since } };
  }

  /** Forgets the ages of buckets that no journal is left of. */
  forgetSealed(journals: readonly Span[]): void {
    const left = this.#timeline.left.filter(({ start }) => journals.some((journal) => journal.start === start));
    this.#timeline = { ...this.#timeline, left };
  }

  /** Makes what is known of time durable, if it is not. */
  async save(): Promise<void> {
    const text = encodeTimeline(this.#timeline, this.#keeping.bucket);
    if (text === this.#saved) return;
    await replaceFile(this.#path, text, this.#fault);
    this.#saved = text;
  }
}
