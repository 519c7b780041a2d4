import { FRAME_FATES, type FrameCounts, type FrameFate, type WeekCounts } from "../store/contract.ts";

/** Counts frames by the week in their heads and what became of them. */
export class WeekTally {
  readonly #weeks = new Map<number | null, Record<FrameFate, number>>();

  /** @param week absolute; null for a frame of another version. */
  add(week: number | null, fate: FrameFate, frames = 1): void {
    const counts = this.#weeks.get(week) ?? noFrames();
    counts[fate] += frames;
    this.#weeks.set(week, counts);
  }

  /** Adds what was counted elsewhere. */
  addAll(week: number | null, counts: FrameCounts): void {
    for (const fate of FRAME_FATES) this.add(week, fate, counts[fate]);
  }

  /** By week, those of other versions first. */
  weeks(): WeekCounts[] {
    return [...this.#weeks]
      .map(([week, counts]) => ({ week, counts }))
      .sort((a, b) => (a.week ?? Number.NEGATIVE_INFINITY) - (b.week ?? Number.NEGATIVE_INFINITY));
  }

  /** All weeks together. */
  total(): FrameCounts {
    const sum = noFrames();
    for (const counts of this.#weeks.values()) {
      for (const fate of FRAME_FATES) sum[fate] += counts[fate];
    }
    return sum;
  }
}

/** Of every kind none. */
export function noFrames(): Record<FrameFate, number> {
  return Object.fromEntries(FRAME_FATES.map((fate) => [fate, 0])) as Record<FrameFate, number>;
}
