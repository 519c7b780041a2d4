import { renameSync, rmSync } from "node:fs";
import type { CounterField } from "@sotto/wire";
import type { Place } from "../state/paths.ts";
import { appendSync } from "../state/sync.ts";
import { linesOf, sumOf } from "./counts.ts";

/**
 * Adds up a file of counts that has become large. Whoever renames it has it: everybody else appends to a new one from then
 * on. Never throws.
 *
 * @param counters the counters of each report, by its name.
 */
export function addUpCounts(place: Place, counters: Readonly<Record<string, readonly CounterField[]>>): void {
  const mark = BigInt.asUintN(64, process.hrtime.bigint() ^ (BigInt(process.pid) << 40n))
    .toString(16)
    .padStart(16, "0");
  const aside = place.path.replace(/\.ndjson$/, `.${mark}.ndjson`);
  try {
    renameSync(place.path, aside);
    const sum = sumOf(linesOf(aside), counters);
    if (appendSync(place, `${JSON.stringify(sum)}\n`, () => 0) !== null) rmSync(aside, { force: true });
  } catch {
    // Another program was faster, or the sender will add up both files.
  }
}
