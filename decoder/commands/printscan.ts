import type { OpenerPool } from "../opening/pool.ts";
import { formatRecord, type ReportRecord } from "../record.ts";
import { Gathering } from "../scan.ts";
import { Feed } from "../scanning/feed.ts";
import { formatPendingKey, formatSummary } from "../summary.ts";
import type { Context } from "./context.ts";
import type { Sources } from "./sources.ts";
import { stopped } from "./stopped.ts";

/** Scans everything, keeps nothing, and prints each report. @returns the exit code. */
export async function printScan(
  { sources, pool }: { sources: Sources; pool: OpenerPool },
  context: Context,
): Promise<number> {
  const signal = context.stop();
  const reader = new Gathering();
  const feed = new Feed({
    passed: sources.passed,
    trouble: sources.trouble,
    gone: sources.gone,
    plan: async () => ({ weeks: null }),
  });
  const print = async (records: readonly ReportRecord[]) => {
    if (records.length === 0) return;
    sources.clear();
    await context.write(records.map((record) => `${formatRecord(record)}\n`).join(""));
  };
  let isStopped = false;
  try {
    for await (const { opened, tag } of pool.open(feed.runs(sources.segments, signal), signal)) {
      await print(reader.take(opened, tag.facts));
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    isStopped = true;
  }
  sources.clear();
  await print(reader.finish());
  for (const key of reader.pendingKeys) sources.note(formatPendingKey(key));
  context.note(formatSummary(reader.counters, sources.segments.length, pool.engine));
  if (isStopped) return stopped(context, "not everything was read");
  return sources.hasTroubles ? 1 : 0;
}
