import type { Span } from "@sotto/wire";
import type { AbsentKey } from "./scankeys.ts";

/** A key that was not at hand, and how much waits for it. */
export interface PendingKey extends AbsentKey {
  /** Frames of its weeks that no other key opened; other projects' are among them. */
  readonly frames: number;
  /** Segments that these were found in. */
  readonly segments: number;
}

/** Counts the frames that cannot be told from foreign ones before an absent key was tried. */
export class PendingFrames {
  readonly #waiting = new Map<string, { readonly key: AbsentKey; frames: number; readonly segments: Set<Span> }>();

  /** Takes frames of a segment that an absent key may open. */
  add(key: AbsentKey, frames: number, segment: Span): void {
    const entry = this.#waiting.get(key.id) ?? { key, frames: 0, segments: new Set() };
    entry.frames += frames;
    entry.segments.add(segment);
    this.#waiting.set(key.id, entry);
  }

  /** By epoch. */
  keys(): PendingKey[] {
    return [...this.#waiting.values()]
      .map(({ key, frames, segments }) => ({ ...key, frames, segments: segments.size }))
      .sort((a, b) => a.from - b.from);
  }
}
