import { type Collection, parseCollection } from "@sotto/wire";
import { type AnswerSource, buildAnswers, type Question } from "../../../decoder/answers/build.ts";
import type { Answers } from "../../../decoder/answers/model.ts";
import { FRAME_FATES, MESSAGE_STATES, type SegmentLosses, type TallyRow } from "../../../decoder/store/contract.ts";
import type { Raw } from "../../wire/definitions.ts";

/** Monday 2026-08-31, the first day of {@link WEEK}. */
export const MONDAY = 20_696;
export const WEEK = 2956;

const DAY_SECONDS = 86_400;

/** A definition of these reports, each as it stands in a file. */
export function definitionOf(reports: Raw, changes: Raw = {}): Collection {
  return parseCollection({ sotto: 1, project: "left-pad", zones: [], keys: [], reports, ...changes });
}

/** A report by the week with these fields. */
export function weekly(fields: Raw, changes: Raw = {}): Raw {
  return { weekly: { window: "week", description: "What is used.", fields, ...changes } };
}

export function field(key: string, kind: string, members: Raw = {}): Raw {
  return {
    key,
    kind,
    description: `What ${key} is.`,
    reason: "To know.",
    owner: "Us",
    expires: "2030-01-01",
    ...members,
  };
}

/** A row of records, of a window that is counted from {@link WEEK}. */
export function row(window: number, count: number, values: Raw = {}): TallyRow {
  return { window: WEEK + window, values: JSON.stringify(values), count };
}

/** A segment of the log with so many records of the project. */
export function segment(start: number, end: number, records = 0, changes: Partial<SegmentLosses> = {}): SegmentLosses {
  const frames = Object.fromEntries(FRAME_FATES.map((fate) => [fate, 0])) as SegmentLosses["frames"];
  const messages = Object.fromEntries(MESSAGE_STATES.map((state) => [state, 0])) as SegmentLosses["messages"];
  return {
    sha256: `${start}`,
    zone: "r.example.net",
    start,
    end,
    count: records,
    frames,
    ...changes,
    messages: { ...messages, record: records, ...changes.messages },
  };
}

/** A log that was scanned from the first Monday on, for so many days, a segment each. */
export function logOf(days: number, recordsOf: (day: number) => number = () => 0): SegmentLosses[] {
  return Array.from({ length: days }, (_, day) => {
    const start = (MONDAY + day) * DAY_SECONDS;
    return segment(start, start + DAY_SECONDS, recordsOf(day));
  });
}

/** A store that holds these records and no others. */
export function sourceOf(
  rows: Readonly<Record<string, readonly TallyRow[]>>,
  losses: readonly SegmentLosses[],
  sessions: ReadonlyMap<number, number> = new Map(),
): AnswerSource {
  return {
    windows: async (report) => {
      const windows = (rows[report] ?? []).map(({ window }) => window);
      return windows.length === 0 ? null : { first: Math.min(...windows), last: Math.max(...windows) };
    },
    tally: async function* ({ report, from, until }) {
      const found = (rows[report] ?? []).filter(({ window }) => from <= window && window < until);
      for (let at = 0; at < found.length; at += 1000) yield found.slice(at, at + 1000);
    },
    sessions: async () => new Map(sessions),
    losses: async () => [...losses],
  };
}

/** The last windows, as many as there are. */
export const ALL: Question = { windows: { week: 1000, day: 1000 } };

/** Answers about the report `weekly`, of a log that reaches beyond the last late report unless told otherwise. */
export async function answersOf(
  definition: Collection,
  rows: readonly TallyRow[],
  question: Partial<Question> & { readonly days?: number } = {},
): Promise<Answers> {
  const last = Math.max(WEEK, ...rows.map(({ window }) => window)) - WEEK;
  const days = question.days ?? (last + 1) * 7;
  return await buildAnswers(sourceOf({ weekly: rows }, logOf(days)), definition, { ...ALL, ...question });
}
