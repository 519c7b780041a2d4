import { FRAME_OCTETS, FRAME_VERSION, readHead, resolveWeek, SottoError } from "@sotto/wire";
import { SourceError } from "../errors.ts";
import type { FrameRun } from "../opening/pool.ts";
import type { CheckedSegment, Segment } from "../source/segment.ts";
import type { SegmentFacts } from "../store/contract.ts";
import type { Wanted } from "./plan.ts";

/** A segment on its way through a scan. */
export interface Reading {
  /** Where it is, for messages. */
  readonly name: string;
  readonly facts: SegmentFacts;
  /** What kept it from being read to its end. */
  error: SottoError | null;
}

/** Who wants to know what becomes of the segments of a {@link Feed}. */
export interface FeedListener {
  /** Which segments are read, and what of them. @returns null to leave it. */
  plan(facts: SegmentFacts): Promise<Wanted | null>;
  /** Frames were passed, read or left. */
  passed(frames: number): void;
  /** A segment is damaged, or cannot be read. */
  trouble(name: string, error: SottoError): void;
  /** The collector purged a segment between its list and the request: nothing is wrong. */
  gone(error: SottoError): void;
}

/** Reads segments one after the other, each only once all of it was checked; a damaged one is left out. */
export class Feed {
  /** Segments that were begun, and not yet taken off by {@link finished}, in order. */
  readonly #begun: Reading[] = [];
  readonly #listener: FeedListener;

  constructor(listener: FeedListener) {
    this.#listener = listener;
  }

  /** The frames that the plans want, in order. */
  async *runs(segments: readonly Segment[], signal?: AbortSignal): AsyncGenerator<FrameRun<Reading>> {
    for (const segment of segments) {
      signal?.throwIfAborted();
      const checked = await this.#open(segment);
      if (checked === null) continue;
      try {
        yield* this.#runsOf(segment.name, checked);
      } finally {
        await checked.close();
      }
    }
  }

  /**
   * Takes off the segments of which nothing comes any more.
   *
   * @param current the segment that something came of just now; null when all frames have come.
   */
  finished(current: Reading | null): Reading[] {
    const end = current === null ? this.#begun.length : this.#begun.indexOf(current);
    return this.#begun.splice(0, Math.max(0, end));
  }

  async #open(segment: Segment): Promise<CheckedSegment | null> {
    const { sha256, start, end, count } = segment;
    // What a list names by its sum need not be fetched to know that it is there already. The zone tells nothing here.
    if (sha256 !== null && (await this.#listener.plan({ sha256, start, end, count, zone: "" })) === null) {
      this.#listener.passed(count);
      return null;
    }
    try {
      return await segment.open();
    } catch (error) {
      this.#failed(segment.name, error);
      this.#listener.passed(count);
      return null;
    }
  }

  async *#runsOf(name: string, { facts, frames }: CheckedSegment): AsyncGenerator<FrameRun<Reading>> {
    const plan = await this.#listener.plan(facts);
    if (plan === null) {
      this.#listener.passed(facts.count);
      return;
    }
    const reading: Reading = { name, facts, error: null };
    this.#begun.push(reading);
    try {
      for await (const run of frames()) {
        for (const wanted of wantedOf(run, plan, facts.end)) {
          yield { frames: wanted, segmentEnd: facts.end, tag: reading };
        }
        this.#listener.passed(run.length / FRAME_OCTETS);
      }
    } catch (error) {
      reading.error = this.#failed(name, error);
    }
  }

  #failed(name: string, error: unknown): SottoError {
    if (!(error instanceof SottoError)) throw error;
    if (error instanceof SourceError && error.code === "SOTTO_SOURCE_GONE") this.#listener.gone(error);
    else this.#listener.trouble(name, error);
    return error;
  }
}

/** Frames of the weeks that a plan names. A segment's frames ascend, so those of one week lie together. */
function* wantedOf(run: Uint8Array, { weeks }: Wanted, segmentEnd: number): Generator<Uint8Array> {
  if (weeks === null) {
    yield run;
    return;
  }
  let begin = 0;
  for (let at = FRAME_OCTETS; at <= run.length; at += FRAME_OCTETS) {
    if (at < run.length && run[at] === run[begin]) continue;
    const { version, week } = readHead(run.subarray(begin));
    if (version === FRAME_VERSION && weeks.has(resolveWeek(week, segmentEnd))) yield run.subarray(begin, at);
    begin = at;
  }
}
