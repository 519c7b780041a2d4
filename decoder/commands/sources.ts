import { readFile } from "node:fs/promises";
import {
  describeConnection,
  isConnectionString,
  type MinisignPublicKey,
  resolveMinisignPublicKey,
  type SottoError,
} from "@sotto/wire";
import { Progress } from "../progress.ts";
import { type Gap, gapsOf } from "../source/coverage.ts";
import type { Segment } from "../source/segment.ts";
import { listSegments } from "../source/source.ts";
import type { Context } from "./context.ts";

/** Gaps that are named one by one. */
const NAMED_GAPS = 5;

/** The segments of several places, and what a person is told while they are read. */
export class Sources {
  /** In the order of time. */
  readonly segments: readonly Segment[];
  /** How many frames they have together. */
  readonly frames: number;
  readonly #context: Context;
  /** Which place each was listed in, as the person named it. */
  readonly #places: ReadonlyMap<Segment, string>;
  readonly #progress: Progress;
  #troubles: number;

  private constructor(context: Context, places: ReadonlyMap<Segment, string>, troubles: number) {
    this.#context = context;
    this.#places = places;
    const segments = [...places.keys()];
    this.segments = segments.toSorted((a, b) => a.start - b.start || a.end - b.end);
    this.#troubles = troubles;
    this.frames = segments.reduce((sum, { count }) => sum + count, 0);
    this.#progress = new Progress(context.progress, this.frames);
  }

  /**
   * Lists segments, and says what the lists lack.
   *
   * @param publicKeys files or texts of minisign keys; null asks for no signature.
   * @throws SourceError, SegmentError, SignatureError when a place cannot be listed at all.
   */
  static async list(
    places: readonly string[],
    publicKeys: readonly string[] | null,
    context: Context,
  ): Promise<Sources> {
    const trusted = publicKeys === null ? null : await Promise.all(publicKeys.map(resolvePublicKey));
    let troubles = 0;
    const damaged = (name: string, error: Error) => {
      troubles++;
      context.note(`sotto-decoder: ${name}: ${error.message}`);
    };
    const lists = await Promise.all(places.map((place) => listSegments(place, damaged, trusted)));
    const gaps = gapsOf(lists.map((segments, index) => ({ place: shown(places[index] as string), segments })));
    for (const line of formatGaps(gaps)) context.note(`sotto-decoder: ${line}`);
    const placed = lists.flatMap((segments, index) => segments.map((one) => [one, places[index] as string] as const));
    return new Sources(context, new Map(placed), troubles);
  }

  /** Whether something could not be read. */
  get hasTroubles(): boolean {
    return this.#troubles > 0;
  }

  /** The place that a segment was listed in, as the person named it: it may hold a password. */
  placeOf(segment: Segment): string {
    return this.#places.get(segment) as string;
  }

  /** Says something without spoiling the bar. */
  readonly note = (text: string): void => {
    this.#progress.clear();
    this.#context.note(`sotto-decoder: ${text}`);
  };

  readonly passed = (frames: number): void => this.#progress.add(frames);

  readonly trouble = (name: string, error: SottoError): void => {
    this.#troubles++;
    this.note(`${name}: ${error.message}`);
  };

  readonly gone = (error: SottoError): void => this.note(`${error.message}: purged meanwhile, skipped`);

  /** Removes the bar. */
  clear(): void {
    this.#progress.clear();
  }
}

/** A place as it may be told: a database's name may hold a password. */
function shown(place: string): string {
  return isConnectionString(place) ? describeConnection(place) : place;
}

/** One line a gap, the first ones by themselves. */
export function formatGaps(gaps: readonly Gap[]): string[] {
  const lines = gaps.slice(0, NAMED_GAPS).map(({ place, start, end, elsewhere }) => {
    return `${place} has no segment from ${formatMoment(start)} to ${formatMoment(end)}, ${elsewhere} has`;
  });
  const more = gaps.length - lines.length;
  return more > 0 ? [...lines, `and ${more} more times of which one place has a segment and another has none`] : lines;
}

/** Unix seconds as `2026-11-21 03:00 UTC`. */
export function formatMoment(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

async function resolvePublicKey(given: string): Promise<MinisignPublicKey> {
  return await resolveMinisignPublicKey(given, (path) => readFile(path, "utf8"));
}
