import type { WeekKeys } from "../scankeys.ts";
import type { WaitingFrames, WeekOutcome } from "./openedchunk.ts";

/** Adds up what became of a chunk's frames. */
export class Tally {
  readonly #weeks = new Map<number | null, WeekOutcome>();
  readonly #waiting = new Map<string, WaitingFrames>();

  add(week: number, { tried, absent }: WeekKeys, { opened, unopened }: { opened: number; unopened: number }): void {
    const outcome = this.week(week);
    outcome.opened += opened;
    if (unopened === 0) return;
    for (const key of absent) {
      const waiting = this.#waiting.get(key.id) ?? { key, frames: 0 };
      waiting.frames += unopened;
      this.#waiting.set(key.id, waiting);
    }
    if (absent.length > 0) outcome.pending += unopened;
    else if (tried.length === 0) outcome.noKey += unopened;
    else outcome.foreign += unopened;
  }

  week(week: number | null): WeekOutcome {
    const known = this.#weeks.get(week);
    if (known !== undefined) return known;
    const outcome = { week, opened: 0, foreign: 0, pending: 0, noKey: 0 };
    this.#weeks.set(week, outcome);
    return outcome;
  }

  weeks(): WeekOutcome[] {
    return [...this.#weeks.values()];
  }

  waiting(): WaitingFrames[] {
    return [...this.#waiting.values()];
  }
}
