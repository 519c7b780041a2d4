import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { CounterField } from "@sotto/wire";
import { type CounterTotal, type Counts, mergeCounts } from "../report/activity.ts";
import { asRecord } from "../report/record.ts";
import { isPlausibleDay } from "../report/window.ts";
import type { Place } from "../state/paths.ts";

const COUNTS_FILE = /^counts-(\d{5})(\.[0-9a-f]{16})?\.ndjson$/;

/** What one run counted, by report. */
export type RunCounts = Readonly<Record<string, Counts>>;

/** What the runs of a day counted. */
export interface DayCounts {
  /** Days since 1970-01-01 UTC. */
  readonly day: number;
  /** The files that hold it. */
  readonly paths: readonly string[];
  /** One for each run, or for several that were added up. */
  readonly lines: readonly RunCounts[];
}

/** Reads the counts that were not added to the activity yet, by day. Makes nothing, and never throws. */
export function readCounts(folder: Place): DayCounts[] {
  const days = new Map<number, { paths: string[]; lines: RunCounts[] }>();
  for (const name of namesIn(folder)) {
    const day = Number(COUNTS_FILE.exec(name)?.[1] ?? Number.NaN);
    if (!isPlausibleDay(day)) continue;
    const path = join(folder.path, name);
    const known = days.get(day) ?? { paths: [], lines: [] };
    days.set(day, { paths: [...known.paths, path], lines: [...known.lines, ...linesOf(path)] });
  }
  return [...days].map(([day, { paths, lines }]) => ({ day, paths, lines })).sort((a, b) => a.day - b.day);
}

/** The days of which there are counts; their files are not opened. */
export function countedDays(folder: Place): number[] {
  return namesIn(folder).flatMap((name) => {
    const day = Number(COUNTS_FILE.exec(name)?.[1] ?? Number.NaN);
    return isPlausibleDay(day) ? [day] : [];
  });
}

/** Removes files. Never throws. @returns whether all are gone. */
export function removeCounts(paths: readonly string[]): boolean {
  let isGone = true;
  for (const path of paths) {
    try {
      rmSync(path, { force: true });
    } catch {
      isGone = false;
    }
  }
  return isGone;
}

/** Adds counts of several runs up, report by report. Reports and counters that are not known are left out. */
export function sumOf(
  lines: readonly RunCounts[],
  counters: Readonly<Record<string, readonly CounterField[]>>,
): RunCounts {
  const sums = Object.entries(counters).flatMap(([report, fields]): [string, Counts][] => {
    const counted = lines.flatMap((line) => (Object.hasOwn(line, report) ? [line[report] as Counts] : []));
    if (counted.length === 0) return [];
    return [[report, counted.reduce((sum, counts) => mergeCounts(fields, sum, counts), {})]];
  });
  return Object.fromEntries(sums);
}

/** Reads the lines of one file. What is no line is left out; never throws. */
export function linesOf(path: string): RunCounts[] {
  try {
    return readFileSync(path, "utf8").split("\n").flatMap(readLine);
  } catch {
    return [];
  }
}

function readLine(line: string): RunCounts[] {
  if (line === "") return [];
  try {
    const reports = asRecord(JSON.parse(line));
    if (reports === null) return [];
    return [Object.fromEntries(Object.entries(reports).map(([report, counts]) => [report, countsIn(counts)]))];
  } catch {
    return [];
  }
}

function countsIn(value: unknown): Counts {
  return Object.fromEntries(
    Object.entries(asRecord(value) ?? {}).flatMap(([name, total]): [string, CounterTotal][] => {
      if (typeof total === "number") return [[name, total]];
      const byValue = asRecord(total);
      if (byValue === null) return [];
      const known = Object.entries(byValue).filter((entry): entry is [string, number] => typeof entry[1] === "number");
      return [[name, Object.fromEntries(known)]];
    }),
  );
}

function namesIn(folder: Place): string[] {
  try {
    return readdirSync(folder.path).sort();
  } catch {
    return [];
  }
}
