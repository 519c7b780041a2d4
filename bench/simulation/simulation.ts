import { type Coverage, coverageOf } from "./coverage.ts";
import { type Estimates, estimate } from "./estimates.ts";
import { BUCKET, RETENTION, type Settings } from "./scenario.ts";
import { firstBucket } from "./shard.ts";
import { runSmallZone, type SmallZone } from "./smallzone.ts";
import { runInThreads } from "./threads.ts";
import { lotsOf, type Year, YearSum } from "./year.ts";
import { type BatchFigures, batchFigures, sealBuckets } from "./zone.ts";

/** A simulated year with all that is known of it. */
export interface Result {
  readonly year: Year;
  /** By project. */
  readonly estimates: readonly Estimates[];
  readonly coverage: readonly Coverage[];
  /** How the zone's buckets were sealed, within the weeks that are measured. */
  readonly batches: BatchFigures;
  readonly small: SmallZone;
}

/**
 * Simulates a year.
 *
 * @param onProgress told how many installations are done.
 */
export async function simulate(settings: Settings, onProgress: (done: number) => void = () => {}): Promise<Result> {
  const sum = new YearSum(settings);
  let done = 0;
  await runInThreads(settings, lotsOf(settings).length, (share) => {
    sum.add(share);
    done += share.totals.installations;
    onProgress(done);
  });
  const year = sum.year();
  const estimates: Estimates[] = [];
  for (const project of year.projects) estimates.push(await estimate(project, settings.weeks));
  // Behind the last week come only what is late and what is sent again: soon too little for a batch.
  const measured = year.buckets.slice(0, (settings.weeks + 1) * 168);
  const rules = { first: firstBucket(), bucket: BUCKET, minBatch: settings.minBatch, retention: RETENTION };
  return {
    ...{ year, estimates, coverage: coverageOf(estimates.flatMap(({ cells }) => cells)) },
    batches: batchFigures(sealBuckets(measured, rules), BUCKET),
    small: await runSmallZone(settings),
  };
}
