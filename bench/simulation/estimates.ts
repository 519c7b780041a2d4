import { DAY_SECONDS } from "@sotto/wire";
import { type AnswerSource, buildAnswers, type Question } from "../../decoder/answers/build.ts";
import type { Answers, FieldAnswer, Figure, ReportAnswer } from "../../decoder/answers/model.ts";
import { hasNormalNoise } from "../../decoder/statistics/randomisedresponse.ts";
import {
  FRAME_FATES,
  type FrameCounts,
  MESSAGE_STATES,
  type MessageState,
  type SegmentLosses,
  type TallyRow,
} from "../../decoder/store/contract.ts";
import type { Project } from "./projects.ts";
import { ATTACKED, FIRST_DAY, FIRST_WEEK, liesIn } from "./scenario.ts";
import { countedName, ranName, TRUTH, type Weekly } from "./truth.ts";
import type { ProjectYear } from "./year.ts";

/** Reports behind a figure that was scaled up, from which on its normal interval is asked to hold. */
const MIN_DRAWN = 30;

/** How a figure was estimated. */
export const MEANS = ["noise", "rotation", "noise and rotation", "ci sample"] as const;
export type Means = (typeof MEANS)[number];

/** A figure that was estimated, beside what is true. */
export interface Cell {
  readonly project: number;
  /** From 0. */
  readonly week: number;
  readonly means: Means;
  readonly field: string;
  readonly value: string;
  /** Of the reports that came. */
  readonly truth: number;
  /** Of all who ran, whether anybody could hear of them or not. */
  readonly ran: number;
  readonly estimate: Figure;
}

/** What a project's decoder answers, beside what is true. */
export interface Estimates {
  readonly project: Project;
  readonly truth: Weekly;
  /** People's reports in each week as they were counted. */
  readonly people: readonly Figure[];
  readonly ci: readonly (Figure | null)[];
  /** Those whose interval the decoder means to hold. */
  readonly all: readonly Cell[];
  /** Of them, those without false reports. */
  readonly cells: readonly Cell[];
  /** How far false reports moved what they were for. */
  readonly moved: readonly Moved[];
}

/** What false reports came to in a week. */
export interface Moved {
  readonly project: number;
  readonly week: number;
  readonly lies: number;
  /** False reports as a share of all of the week. */
  readonly share: number;
  readonly value: string;
  readonly truth: number;
  readonly estimate: Figure;
  /** How far so many false reports could move it at most, as the decoder says beside the field. */
  readonly most: number;
}

/** Has the decoder answer from what was recorded. */
export async function estimate(year: ProjectYear, weeks: number): Promise<Estimates> {
  const { project, truth } = year;
  const report = await answer(year, { windows: { week: weeks, day: 0 }, until: FIRST_DAY + weeks * 7 });
  const people = report.reports[0]?.reporting.find(({ id }) => id === "people")?.totals ?? [];
  const machines = report.reports[0]?.reporting.find(({ id }) => id === "machines");
  const ci = machines?.rows.find(({ value }) => value === "ci")?.figures ?? [];
  const at = aligned(report.reports[0], weeks);
  const all = [
    ...(report.reports[0]?.fields ?? []).flatMap((field) => fieldCells(year, field, at, weeks)),
    ...ciCells(
      year,
      at.map((index) => (index === null ? null : (ci[index] ?? null))),
    ),
  ];
  return {
    ...{ project, truth, all, cells: all.filter(({ week }) => !isAttacked(project, week, weeks)) },
    people: at.map((index) => (index === null ? null : people[index]) ?? NOBODY),
    ci: at.map((index) => (index === null ? null : (ci[index] ?? null))),
    moved: await movedBy(year, report, at, weeks),
  };
}

const NOBODY: Figure = { value: 0, margin: 0, bar: 0, raw: 0 };

/** Whether figures of a week are moved by false reports: no interval says anything about these. */
export function isAttacked({ number }: Project, week: number, weeks: number): boolean {
  const { from, until } = liesIn(weeks);
  return ATTACKED.includes(number) && week >= from && week < until;
}

/** By week from 0, its place in the answers. */
function aligned(report: ReportAnswer | undefined, weeks: number): (number | null)[] {
  const places = new Map(report?.windows.map(({ window }, at) => [window - FIRST_WEEK, at]));
  return Array.from({ length: weeks }, (_, week) => places.get(week) ?? null);
}

function fieldCells(
  { project, truth }: ProjectYear,
  { name, privacy, rotates, answered, values }: FieldAnswer,
  places: readonly (number | null)[],
  weeks: number,
): Cell[] {
  if (privacy === null && rotates === null) return [];
  const means: Means = privacy === null ? "rotation" : rotates === null ? "noise" : "noise and rotation";
  return Array.from({ length: weeks }, (_, week) => week).flatMap((week): Cell[] => {
    const place = places[week] ?? null;
    const told = place === null ? null : answered[place];
    if (place === null || told == null) return [];
    if (privacy !== null && !hasNormalNoise(told, privacy.answers, privacy.epsilon)) return [];
    return values.rows.flatMap(({ value, figures }): Cell[] => {
      const figure = figures[place];
      if (figure == null || (means === "rotation" && figure.raw < MIN_DRAWN)) return [];
      const [counted, ran] = [truth.at(countedName(name, value), week), truth.at(ranName(name, value), week)];
      return [{ project: project.number, week, means, field: name, value, truth: counted, ran, estimate: figure }];
    });
  });
}

function ciCells({ project, truth }: ProjectYear, figures: readonly (Figure | null)[]): Cell[] {
  return figures.flatMap((figure, week): Cell[] => {
    if (figure === null || figure.raw < MIN_DRAWN) return [];
    const [heard, ran] = [truth.at(TRUTH.ciHeard, week), truth.at(TRUTH.ciRan, week)];
    const named = { project: project.number, week, means: "ci sample", field: "runner", value: "ci" } as const;
    return [{ ...named, truth: heard, ran, estimate: figure }];
  });
}

/** What false reports were for: one value of one field. */
const AIM = {
  private: ["database", "mssql"],
  rotating: ["colour", "false"],
  counting: ["platform", "win32-x64"],
} as const;

async function movedBy(
  year: ProjectYear,
  report: Answers,
  places: readonly (number | null)[],
  weeks: number,
): Promise<Moved[]> {
  const { project, truth } = year;
  const [name, value] = AIM[project.kind];
  const row = report.reports[0]?.fields
    .find((field) => field.name === name)
    ?.values.rows.find((one) => one.value === value);
  const attacked = Array.from({ length: weeks }, (_, week) => week).filter((week) => isAttacked(project, week, weeks));
  const moved: Moved[] = [];
  for (const week of attacked) {
    const figure = row?.figures[places[week] ?? -1];
    const lies = truth.at(TRUTH.lies, week);
    if (figure == null || lies === 0) continue;
    // What the decoder says of false reports it says of the last window that it shows.
    const one = await answer(year, { windows: { week: 1, day: 0 }, until: FIRST_DAY + (week + 1) * 7 });
    const field = one.reports[0]?.fields.find((candidate) => candidate.name === name);
    const reports = truth.at(TRUTH.counted, week) + lies;
    const share = lies / reports;
    const most = (field?.falseReports ?? 0) * share * 100;
    const honest = truth.at(countedName(name, value), week);
    moved.push({ project: project.number, week, lies, share, value, truth: honest, estimate: figure, most });
  }
  return moved;
}

async function answer(year: ProjectYear, question: Question): Promise<Answers> {
  const { project } = year;
  const { reports } = { reports: [project.report.definition] };
  const definition = { project: project.name, consent: "ask" as const, ciSample: project.ciSample, reports };
  return await buildAnswers(sourceOf(year), definition, question);
}

/** What was recorded, as a store gives it; a day's segments are taken together. */
function sourceOf({ rows, frames, messages }: ProjectYear): AnswerSource {
  const windows = [...rows.keys()].sort((a, b) => a - b);
  return {
    windows: () => Promise.resolve(windows.length === 0 ? null : { first: windows[0] ?? 0, last: windows.at(-1) ?? 0 }),
    async *tally({ from, until }): AsyncGenerator<TallyRow[]> {
      for (const window of windows.filter((one) => one >= from && one < until)) {
        yield [...(rows.get(window) ?? [])].map(([values, count]) => ({ window, values, count }));
      }
    },
    sessions: () => Promise.resolve(new Map()),
    losses: () => Promise.resolve([...frames].sort(([a], [b]) => a - b).map(([day, counts]) => lossesOf(day, counts))),
  };

  function lossesOf(day: number, counts: readonly number[]): SegmentLosses {
    const start = day * DAY_SECONDS;
    return {
      ...{ start, end: start + DAY_SECONDS, sha256: String(day), zone: "r.example.net", count: 0 },
      frames: Object.fromEntries(FRAME_FATES.map((fate, at) => [fate, counts[at] ?? 0])) as FrameCounts,
      messages: Object.fromEntries(MESSAGE_STATES.map((state, at) => [state, messages.get(day)?.[at] ?? 0])) as Record<
        MessageState,
        number
      >,
    };
  }
}
