import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Span } from "@sotto/wire";
import { heldTooLong, isExpired, type Keeping, mayJoin } from "./bucket.ts";
import type { LogCounters } from "./contract.ts";
import { deleteAll } from "./durable.ts";
import type { FaultHook, FaultPoint } from "./fault.ts";
import { ageOf, framesOf, octetsOfSealed, pathsOf, type Sealed } from "./sealed.ts";

/** The sealed files of a log: what waits for the minimum batch, and what is or will be published. */
export class Shelf {
  readonly counters: LogCounters = { released: 0, unreleased: 0, expired: 0, damagedSlots: 0, damagedFiles: 0 };
  readonly #retention: number;
  readonly #fault: FaultHook;
  held: readonly Sealed[];
  segments: readonly Sealed[];

  constructor({ retention }: Keeping, fault: FaultHook, held: readonly Sealed[], segments: readonly Sealed[]) {
    this.#retention = retention;
    this.#fault = fault;
    this.held = held;
    this.segments = segments;
  }

  get octets(): number {
    return octetsOfSealed(this.segments) + octetsOfSealed(this.held);
  }

  addHeld(file: Sealed): void {
    this.held = [...this.held, file];
  }

  addSegment(file: Sealed): void {
    this.segments = [...this.segments, file];
    this.counters.released += file.entry.count;
  }

  /** Lets go of what an operator has deleted beside the server, as `sotto-resolver purge` does. */
  async noticeDeleted(): Promise<void> {
    this.held = await stillThere(this.held);
    this.segments = await stillThere(this.segments);
  }

  /** Deletes what has been kept for long enough. */
  async purge(time: number): Promise<void> {
    await this.#dropHeld((held) => heldTooLong(ageOf(held), time, this.#retention));
    const expired = this.segments.filter((segment) => isExpired(ageOf(segment), time, this.#retention));
    await deleteAll(pathsOf(expired), { fault: this.#fault, point: "expired-deleted" });
    this.segments = this.segments.filter((segment) => !expired.includes(segment));
    this.counters.expired += framesOf(expired);
  }

  /**
   * The held files that a bucket takes up; those that have waited too long for it are deleted.
   *
   * @param age the bucket as the log's own time sees it.
   */
  async heldFor(bucket: Span, age: Span): Promise<readonly Sealed[]> {
    await this.#dropHeld(
      (held) => !mayJoin(held.entry, bucket.end, this.#retention) || !mayJoin(ageOf(held), age.end, this.#retention),
    );
    return this.held.filter(({ entry }) => entry.start <= bucket.start);
  }

  /** Segments that have a part of a span: only after a crash between writing one and deleting its inputs are there any. */
  overlapping({ start, end }: Span): readonly Sealed[] {
    return this.segments.filter(({ entry }) => entry.start < end && entry.end > start);
  }

  /** Deletes held files. */
  async forget(held: readonly Sealed[], point: FaultPoint): Promise<void> {
    const kept = this.held.filter((one) => !held.includes(one));
    const stillThere = new Set(pathsOf(kept));
    const paths = pathsOf(held).filter((path) => !stillThere.has(path));
    await deleteAll(paths, { fault: this.#fault, point });
    this.held = kept;
  }

  async #dropHeld(condition: (held: Sealed) => boolean): Promise<void> {
    const dropped = this.held.filter(condition);
    await this.forget(dropped, "expired-deleted");
    this.counters.unreleased += framesOf(dropped);
  }
}

async function stillThere(files: readonly Sealed[]): Promise<readonly Sealed[]> {
  const folders = new Set(files.map(({ path }) => dirname(path)));
  const names = await Promise.all(
    [...folders].map(async (folder) => (await readdir(folder)).map((name) => join(folder, name))),
  );
  const there = new Set(names.flat());
  return files.every(({ path }) => there.has(path)) ? files : files.filter(({ path }) => there.has(path));
}
