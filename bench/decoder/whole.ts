import { mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { DuckDbStore } from "../../decoder/duckdb/duckdbstore.ts";
import type { OpenerPool } from "../../decoder/opening/pool.ts";
import { ScanKeys } from "../../decoder/scankeys.ts";
import { scanIntoStores } from "../../decoder/scanning/storescan.ts";
import { listSegments } from "../../decoder/source/source.ts";
import { figure, median, printTable } from "../table.ts";
import type { BenchLog } from "./log.ts";
import { openWith } from "./pools.ts";

/** What a scan from segment files to committed records has to reach of the rate of opening alone. */
const TARGET = 0.8;

/**
 * Scans the whole segment from its file into a new store, and beside it opens the same frames from memory with the same
 * threads, in turns.
 *
 * @returns a line for each pool whose scan falls short.
 */
export async function compareWholeScan(log: BenchLog, pools: readonly OpenerPool[], rounds: number): Promise<string[]> {
  const rates = pools.map(() => ({ opening: [] as number[], scan: [] as number[] }));
  for (let round = -1; round < rounds; round++) {
    for (const [at, pool] of pools.entries()) {
      const { seconds } = await openWith(pool, log, 0, log.count);
      const scan = await scanSeconds(log, pool);
      if (round < 0) continue;
      rates[at]?.opening.push(log.count / seconds);
      rates[at]?.scan.push(log.count / scan);
    }
  }
  console.log(
    `\nFrom the segment's file to committed records, medians of ${rounds} rounds; times opening: in the same round\n`,
  );
  const ratioOf = ({ opening, scan }: (typeof rates)[number]) =>
    median(scan.map((rate, round) => rate / (opening[round] as number)));
  printTable(
    ["", "opening, frames/s", "whole scan, frames/s", "times opening"],
    pools.map(({ engine, threads }, at) => {
      const rate = rates[at] as (typeof rates)[number];
      const name = `${engine}, ${threads} thread${threads === 1 ? "" : "s"}`;
      return [name, figure(median(rate.opening)), figure(median(rate.scan)), ratioOf(rate).toFixed(2)];
    }),
  );
  return pools.flatMap(({ engine, threads }, at) => {
    const ratio = ratioOf(rates[at] as (typeof rates)[number]);
    return ratio >= TARGET
      ? []
      : [`a whole scan with ${engine}, ${threads} threads reaches ${ratio.toFixed(2)} of opening, not ${TARGET}`];
  });
}

/** One scan; making and closing the store are in it. */
async function scanSeconds(log: BenchLog, pool: OpenerPool): Promise<number> {
  const place = dirname(log.path);
  const folder = mkdtempSync(join(place, "store-"));
  try {
    const begin = performance.now();
    const store = await DuckDbStore.open(join(folder, "records.duckdb"), { readOnly: false });
    const fail = (_name: string, error: Error) => {
      throw error;
    };
    const segments = await listSegments(place, fail, null);
    const keys = new ScanKeys({ always: [log.own] });
    const { projects } = await scanIntoStores(segments, {
      projects: [{ store, keys, check: null }],
      pool,
      passed: () => {},
      trouble: fail,
      gone: (error) => fail("", error),
    });
    await store.close();
    const seconds = (performance.now() - begin) / 1000;
    const taken = projects[0]?.frames.taken;
    if (taken !== log.ownCount) throw new Error(`${taken} frames taken, not ${log.ownCount}`);
    return seconds;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
