import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SpoolEntry } from "../../../client/spool/entry.ts";
import { begun, drawBetween, fateOf, healedEntry, LIFE_DAYS, minuteOf } from "../../../client/spool/schedule.ts";
import { settle } from "../../../client/spool/verdict.ts";
import { RUNS } from "../../wire/property.ts";
import { seeded, tape } from "../report/randomness.ts";
import { clientVectors } from "../report/vectors.ts";
import { DAY, entryOf, NOON } from "./frames.ts";

interface Vectors {
  waits: { attempts: number; octets: string; wait: number }[];
  fates: {
    what: string;
    day: number;
    attempts: number;
    last: number | null;
    wait: number;
    now: number;
    fate: string;
  }[];
  verdicts: {
    what: string;
    attempts: number;
    refused: boolean;
    verdict: "acked" | "refused" | "unconfirmed";
    then: string;
  }[];
}

const vectors = clientVectors<Vectors>("sending");
const UNCONFIRMED = { type: "unconfirmed", code: "SOTTO_NOT_CONFIRMED", reason: "nak" } as const;
const REFUSED = { type: "refused", code: "SOTTO_REFUSED", reason: "no" } as const;
const VERDICTS = { acked: { type: "acked" }, refused: REFUSED, unconfirmed: UNCONFIRMED } as const;

describe("the wait", () => {
  it.each(vectors.waits)("of attempt $attempts with $octets is $wait minutes", ({ attempts, octets, wait }) => {
    const { random, read } = tape(octets);
    const entry = begun(entryOf(1, { attempts: attempts - 1 }), NOON, random);
    expect(entry).toMatchObject({ attempts, last: NOON, wait });
    expect(read()).toBe(octets.length / 2);
  });

  it("is drawn evenly, both ends included", () => {
    const random = seeded("wait");
    const seen = new Set(Array.from({ length: 1000 }, () => drawBetween(5, 15, random)));
    expect([...seen].toSorted((a, b) => a - b)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
  });
});

describe("the fate", () => {
  it.each(vectors.fates)("$what", ({ day, attempts, last, wait, now, fate }) => {
    expect(fateOf(entryOf(1, { day, attempts, last, wait }), now)).toBe(fate);
  });

  it("takes whole minutes of seconds", () => expect(minuteOf(119.9)).toBe(1));
});

describe("a verdict", () => {
  it.each(vectors.verdicts)("$what", ({ attempts, refused, verdict, then }) => {
    const entry = entryOf(1, { attempts, refused, last: NOON, wait: 10 });
    const settlement = settle(entry, VERDICTS[verdict]);
    expect(settlement.type === "dropped" ? settlement.reason : settlement.type).toBe(then);
    if (settlement.type !== "waits") return;
    const isRefusal = verdict === "refused";
    expect(settlement.entry).toEqual({ ...entry, refused: isRefusal, wait: isRefusal ? 1440 : 10 });
  });
});

/** A clock that runs on, and now and then is set by up to a month. */
const clock = fc.array(
  fc.record({
    steps: fc.integer({ min: 1, max: 3000 }),
    set: fc.oneof(
      { weight: 9, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: -43_200, max: 43_200 }) },
    ),
  }),
  { maxLength: 60 },
);

describe("any clock", () => {
  it("gives a frame six attempts at most, and never two within five minutes of the true time", () => {
    fc.assert(
      fc.property(clock, fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }), (moves, refusals) => {
        const random = seeded("clock");
        let entry: SpoolEntry | null = entryOf(1);
        let [now, truth, attempts, lastTruth] = [NOON, 0, 0, -10];
        // A step forwards looks like time that passed; without one, waits are true.
        let isStepped = false;
        for (const [at, { steps, set }] of moves.entries()) {
          now += steps + set;
          truth += steps;
          isStepped ||= set > 0;
          entry = healedEntry(entry, now);
          if (fateOf(entry, now) !== "due") continue;
          attempts++;
          if (!isStepped) expect(truth - lastTruth).toBeGreaterThanOrEqual(5);
          lastTruth = truth;
          const settlement = settle(begun(entry, now, random), refusals[at] === true ? REFUSED : UNCONFIRMED);
          if (settlement.type !== "waits") break;
          entry = settlement.entry;
        }
        expect(attempts).toBeLessThanOrEqual(6);
      }),
      { ...RUNS, numRuns: 2000 },
    );
  });

  it("lets no frame live for ever: 28 days after the clock is right it is gone, whatever the clock said before", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1000, max: 1000 }),
        fc.integer({ min: -2_000_000, max: 2_000_000 }),
        fc.integer({ min: 1, max: 15_120 }),
        (ahead, last, wait) => {
          const entry = entryOf(1, { day: DAY + ahead, attempts: 1, last: NOON + last, wait });
          const later = NOON + 2 * LIFE_DAYS * 1440;
          const isGoneBefore = fateOf(entry, NOON) === "expired";
          expect(isGoneBefore || fateOf(entry, later) === "expired").toBe(true);
          const healed = healedEntry(entry, NOON);
          expect((healed.last ?? 0) + healed.wait).toBeLessThanOrEqual(NOON + 15_120);
        },
      ),
      RUNS,
    );
  });
});
