import { collectorAcceptsWeek, type EpochKey, headWeekOf, keyOfDay, makeFrame } from "@sotto/wire";
import { expect } from "vitest";
import { Dice } from "../e2e/dice.ts";
import { type LogSegment, segmentOfDay } from "./keyrings.ts";
import { sealed } from "./sealing.ts";

/** A client gives a report up after this many days. */
const MAX_DELAY_DAYS = 14;

/** A report that a client of the project sealed. */
export interface SentReport {
  readonly text: string;
  readonly day: number;
  readonly key: EpochKey;
  readonly frames: number;
}

/** A public log over years, of segments of a day: reports seldom arrive on the day on which they were sealed. */
export class EpochLog {
  readonly sent: SentReport[] = [];
  #foreign = 0;
  readonly #dice: Dice;
  readonly #arrived = new Map<number, Uint8Array[]>();

  constructor(seed: string) {
    this.#dice = new Dice(seed);
  }

  /**
   * Seals a report on some day of a week as a client does that knows a report definition's keys.
   *
   * @param monday the week's first day.
   */
  send(keys: readonly EpochKey[], monday: number): void {
    const day = monday + this.#dice.below(7);
    const key = keyOfDay(keys, day);
    if (key === null) throw new Error(`no key for day ${day}`);
    const number = this.sent.length;
    const text = this.#dice.once(6) ? `{"n":${number},"pad":"${"x".repeat(100)}"}` : `{"n":${number}}`;
    const frames = sealed(text, key, `${text} ${day}`, day);
    for (const frame of frames) this.#arrive(frame, day);
    this.sent.push({ text, day, key, frames: frames.length });
  }

  /** Another project's report, or junk, of some day of a week. */
  sendForeign(keys: readonly EpochKey[], monday: number): void {
    const day = monday + this.#dice.below(7);
    const key = keyOfDay(keys, day);
    const text = `{"foreign":${this.#foreign}}`;
    const frames =
      key === null || this.#dice.once(2)
        ? [makeFrame(headWeekOf(day), 0, this.#dice.octets(114))]
        : sealed(text, key, text, day);
    for (const frame of frames) this.#arrive(frame, day);
    this.#foreign += frames.length;
  }

  /** How many frames are not the project's. */
  get foreign(): number {
    return this.#foreign;
  }

  /** How many frames are the project's, of all keys or of some. */
  ownFrames(isCounted: (report: SentReport) => boolean = () => true): number {
    return this.sent.filter(isCounted).reduce((sum, { frames }) => sum + frames, 0);
  }

  /** In the order in which they are published; frames are sorted, as a collector does. */
  segments(): LogSegment[] {
    return [...this.#arrived]
      .sort(([a], [b]) => a - b)
      .map(([day, frames]) => ({ span: segmentOfDay(day), frames: frames.toSorted(Buffer.compare) }));
  }

  #arrive(frame: Uint8Array, day: number): void {
    const arrival = day + this.#dice.between(0, MAX_DELAY_DAYS);
    expect(collectorAcceptsWeek(headWeekOf(day), arrival)).toBe(true);
    this.#arrived.set(arrival, [...(this.#arrived.get(arrival) ?? []), frame]);
  }
}
