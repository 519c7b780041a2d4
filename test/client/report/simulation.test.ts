import { describe, expect, it } from "vitest";
import { reportableActivity, type WindowActivity, withActivity, withCount } from "../../../client/report/activity.ts";
import { dueWindow, isPlausibleDay, type WindowUnit, windowOf, withReported } from "../../../client/report/window.ts";
import { fieldOf, reportOf, TODAY } from "./definition.ts";
import { seeded } from "./randomness.ts";

const DAYS = 730;
/** By the day each takes ten times as long, and says as much. */
const INSTALLATIONS: Record<WindowUnit, number> = { week: 200, day: 40 };
const report = reportOf({ runs: fieldOf("n", "counter", { max: 1000 }) });
const counters = report.fields.filter((field) => field.kind === "counter");

/** A run of the program: the true day, and what the clock says. */
interface Run {
  day: number;
  clock: number;
}

/** Two years of runs, a few a week, and each now and then a clock that is wrong for one run or for days. */
function runsOf(seed: string): Run[] {
  const random = seeded(seed);
  const number = (limit: number) => ((random(1)[0] ?? 0) * 256 + (random(1)[0] ?? 0)) % limit;
  const busy = 1 + number(7);
  const errors = [1, -1, 7, -7, 30, -30, 400, -400, 5000, -20_780, 60_000, number(2000) - 1000];
  const runs: Run[] = [];
  let [error, until] = [0, 0];
  for (let day = TODAY; day < TODAY + DAYS; day++) {
    if (number(60) === 0) [error, until] = [errors[number(errors.length)] ?? 0, day + number(20)];
    for (let run = number(3); run >= 0 && number(7) < busy; run--) {
      runs.push({ day, clock: day < until && number(4) !== 0 ? day + error : day });
    }
  }
  return runs;
}

/** The windows that were reported, with the run that reported each. */
function reportsOf(runs: readonly Run[], unit: WindowUnit, withCounters: boolean): { window: number; run: Run }[] {
  let reported: readonly number[] = [];
  let activity: readonly WindowActivity[] = [];
  const reports: { window: number; run: Run }[] = [];
  for (const run of runs) {
    const { clock } = run;
    if (!isPlausibleDay(clock)) continue;
    const active = withCounters ? activity.map(({ window }) => window) : null;
    for (let due = dueWindow(unit, reported, active, clock); due !== null; ) {
      reported = withReported(reported, due.window);
      reports.push({ window: due.window, run });
      due = dueWindow(unit, reported, active, clock);
    }
    if (!withCounters) continue;
    const present = windowOf(unit, clock);
    const counts = counters.reduce((sum, field) => withCount(sum, field, undefined, 1), {});
    activity = reportableActivity(withActivity(activity, counters, { window: present, counts }), present, reported);
  }
  return reports;
}

/** Whether a decoder counts a frame of a day that is collected on another (protocol.md section 7). */
function isCounted({ day, clock }: Run): boolean {
  return day - clock <= 21 && day - clock >= -1;
}

const cases: [WindowUnit, boolean][] = [
  ["week", false],
  ["day", false],
  ["week", true],
  ["day", true],
];

describe.each(cases)("two years of an installation, by the %s, with counters: %s", (unit, withCounters) => {
  const histories = Array.from({ length: INSTALLATIONS[unit] }, (_, index) =>
    runsOf(`${unit}/${withCounters}/${index}`),
  );

  it("count at most once in every window", () => {
    let wrongClocks = 0;
    for (const runs of histories) {
      wrongClocks += runs.filter(({ day, clock }) => day !== clock).length;
      const counted = reportsOf(runs, unit, withCounters).filter(({ run }) => isCounted(run));
      const windows = counted.map(({ window }) => window);
      expect(new Set(windows).size).toBe(windows.length);
    }
    expect(wrongClocks).toBeGreaterThan(1000);
  });

  it("count exactly once in every window in which the clock was right and that it had not named before", () => {
    let expected = 0;
    for (const runs of histories) {
      const counted = reportsOf(runs, unit, withCounters).filter(({ run }) => isCounted(run));
      const right = new Map<number, boolean>();
      const namedBefore = new Set<number>();
      for (const { day, clock } of runs) {
        const [window, named] = [windowOf(unit, day), windowOf(unit, clock)];
        right.set(window, (right.get(window) ?? true) && day === clock);
        if (named > window) namedBefore.add(named);
      }
      for (const [window, isRight] of right) {
        // What was reported ahead is not reported again, whether or not the decoder could count it.
        if (!isRight || namedBefore.has(window)) continue;
        // With counters a later run tells of it: the next window with one must be near, and right as well.
        const next = [1, 2, 3].map((back) => window + back).find((later) => right.has(later));
        if (withCounters && (next === undefined || !right.get(next))) continue;
        expect(counted.filter((report) => report.window === window)).toHaveLength(1);
        expected++;
      }
    }
    expect(expected).toBeGreaterThan(5000);
  });
});
