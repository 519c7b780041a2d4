import { dateOfDay } from "@sotto/wire";
import type { PendingKey } from "./pending.ts";
import type { ScanCounters } from "./scan.ts";

/** What a scan counted, a line a counter. */
export function formatSummary(counters: ScanCounters, segments: number, engine: string): string {
  const rows: [string, number | string][] = [
    ["segments", segments],
    ["frames scanned", counters.scanned],
    ["opened", counters.opened],
    ["foreign", counters.foreign],
    ["pending", counters.pending],
    ["no key", counters.noKey],
    ["duplicates", counters.duplicates],
    ["incomplete", counters.incomplete],
    ["void", counters.voided],
    ["malformed", counters.malformed],
    ["late", counters.late],
    ["future", counters.future],
    ["unknown kind", counters.unknown],
    ["reports", counters.reports],
    ["engine", engine],
  ];
  return rows.map(([label, value]) => `${label}: ${value}`).join("\n");
}

/** What a person is told of a key that was not at hand, in one line. */
export function formatPendingKey({ id, from, until, frames, segments }: PendingKey): string {
  const waiting = `${count(frames, "frame")} in ${count(segments, "segment")} ${frames === 1 ? "waits" : "wait"} for it`;
  return `key ${id}, from ${dateOfDay(from)} until ${dateOfDay(until)}, is not here: ${waiting}; scan again when the key is there`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
