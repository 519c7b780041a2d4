import { fstatSync } from "node:fs";
import type { CounterField } from "@sotto/wire";
import { type Place, pathIn } from "../state/paths.ts";
import { appendSync } from "../state/sync.ts";
import { addUpCounts } from "./addup.ts";
import type { RunCounts } from "./counts.ts";

/** Larger files are added up: a thousand runs take a few milliseconds to read. */
export const MAX_COUNTS_OCTETS = 64 * 1024;

/**
 * Appends what a run counted. A file that has become large is added up. Never throws.
 *
 * @param day days since 1970-01-01 UTC.
 * @param counters tells the counters of each report, by its name.
 * @returns whether it is kept.
 */
export function appendCounts(
  folder: Place,
  day: number,
  counts: RunCounts,
  counters: () => Readonly<Record<string, readonly CounterField[]>>,
): boolean {
  const place = { path: pathIn(folder.path, `counts-${day}.ndjson`), within: folder.within };
  const size = appendSync(place, `${JSON.stringify(counts)}\n`, (file) => fstatSync(file).size);
  if (size !== null && size > MAX_COUNTS_OCTETS) addUpCounts(place, counters());
  return size !== null;
}
