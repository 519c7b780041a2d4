import { PROMISED_SHARE } from "../population/promise.ts";
import { isCovered } from "./coverage.ts";
import { ROBBED, theftIn } from "./scenario.ts";
import type { Result } from "./simulation.ts";
import { TRUTH } from "./truth.ts";

/** Something that is promised, with what came of it. */
export interface Promised {
  readonly kept: boolean;
  readonly what: string;
}

/** Longest time that what is below the minimum batch may be held, in days: half the retention. */
const MOST_HELD = 3.5;

/** Weeks around a replaced key in which nothing may be missing. */
const AROUND = 2;

/** All that is promised. */
export function promisesOf(result: Result): Promised[] {
  const { coverage } = result;
  return [
    ...counted(result),
    ...coverage.map((one) => ({
      kept: isCovered(one),
      what: `${percent(one.share)} of the 95 % intervals hold the truth (${one.means}); ${percent(one.least)} to ${percent(one.most)} may`,
    })),
    { kept: coverage.length > 0, what: "there are estimates to judge" },
    ...attacked(result),
    ...sealed(result),
  ];
}

function counted({ estimates, year, batches }: Result): Promised[] {
  const sum = (name: string) => estimates.reduce((total, { truth }) => total + truth.sum(name), 0);
  // Frames that were never released were counted here; each may have been somebody's only one.
  const share = (sum(TRUTH.heard) - batches.unreleased) / sum(TRUTH.reachable);
  const decoded = estimates.reduce((total, { people }) => total + people.reduce((all, { raw }) => all + raw, 0), 0);
  const lies = sum(TRUTH.lies);
  const week = theftIn(year.settings.weeks);
  const robbed = estimates[ROBBED]?.truth;
  const around = (name: string) => robbed?.sum(name, week - AROUND, week + AROUND + 1) ?? 0;
  const robbedShare = around(TRUTH.heard) / around(TRUTH.reachable);
  return [
    {
      kept: share >= PROMISED_SHARE,
      what: `${percent(share)} of the installations that could be heard in a week are counted for it; at least ${percent(PROMISED_SHARE)}`,
    },
    { kept: year.totals.twice === 0, what: `${grouped(year.totals.twice)} are counted twice` },
    {
      kept: decoded === sum(TRUTH.counted) + lies,
      what: `${grouped(decoded)} decoded reports of people are ${grouped(sum(TRUTH.counted))} true ones and ${grouped(lies)} false ones that somebody paid for: none from copies or junk`,
    },
    {
      kept: robbedShare >= PROMISED_SHARE,
      what: `${percent(robbedShare)} of the robbed project's are counted around the week in which its key was replaced`,
    },
  ];
}

function attacked({ estimates }: Result): Promised[] {
  const moved = estimates.flatMap((one) => one.moved);
  const beyond = moved.filter(({ truth, estimate, most }) => estimate.value - truth > most + 2 * estimate.margin);
  return [
    {
      kept: moved.length > 0 && beyond.length === 0,
      what: `false reports move ${moved.length} figures no further than the decoder says beside them`,
    },
  ];
}

function sealed({ small }: Result): Promised[] {
  const { projects, batches, stolen, frames } = small;
  const records = projects.reduce((sum, project) => sum + project.records, 0);
  return [
    {
      kept: projects.every(({ agrees }) => agrees) && records > 0,
      what: `${grouped(frames)} frames sealed, released, scanned and recorded for real give the same ${grouped(records)} records and the same losses`,
    },
    {
      kept: stolen.opened === stolen.sealedForIt && stolen.otherWeeks === 0 && stolen.opened > 0,
      what: `a stolen key opens ${grouped(stolen.opened)} frames: those sealed for it, of its own week`,
    },
    {
      kept: batches.longest <= MOST_HELD,
      what: `no released segment of the small zone has fewer than ${grouped(batches.smallest)} frames, or ${batches.longest.toFixed(1)} days`,
    },
  ];
}

/** `97.13 %` */
export function percent(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(2)} %` : "-";
}

/** `1,234` */
export function grouped(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}
