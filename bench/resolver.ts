/**
 * Reports a second over UDP beside other authoritative servers that keep a log, on the same machine, cores and names in
 * one run: `npm run bench resolver`. What counts is what was logged, not what was answered. Then the time of an ack at
 * half of that load.
 */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requirePrograms, runLoad, runPaced, writeNames } from "./dnsload.ts";
import { type Measured, startBind, startPowerdns, startSotto } from "./servers.ts";
import { figure, printTable } from "./table.ts";

const NAMES = 600_000;
const SECONDS = 10;
const PACED_SECONDS = 10;

/** Half of the 30,000 reports/s that one process has to hold. */
const HALF_OF_REQUIRED = 15_000;

/** The collector's own limits are off, and the puzzle has no bits; its hash is computed all the same. */
const BARE = ["--bits", "0"];

requirePrograms(["dnsperf", "named", "pdns_server"]);
const folder = mkdtempSync(join(tmpdir(), "sotto-bench-"));
chmodSync(folder, 0o755);
try {
  const names = join(folder, "names");
  await writeNames(names, NAMES);
  const contestants: [string, () => Promise<Measured>][] = [
    ["BIND, query log", () => startBind(folder, 5391)],
    ["PowerDNS, query log", () => startPowerdns(folder, 5392)],
    ["sotto-resolver", () => startSotto(folder, 5393, BARE)],
    ["sotto-resolver, 2 workers", () => startSotto(folder, 5395, [...BARE, "--workers", "2"])],
  ];
  const rows: { name: string; logged: number; cells: string[] }[] = [];
  for (const [name, start] of contestants) {
    const server = await start();
    const { answered, lost, seconds, meanMilliseconds } = await runLoad(server.port, names, SECONDS);
    const logged = (await server.stop()) / seconds;
    rows.push({
      name,
      logged,
      cells: [figure(answered / seconds), String(lost), figure(logged), figure(meanMilliseconds)],
    });
  }
  const base = rows[0]?.logged ?? Number.NaN;
  console.log(`At most ${NAMES} unique names in ${SECONDS} s from 20 sockets; dnsperf shares the cores\n`);
  printTable(
    ["server", "answered/s", "lost", "logged/s", "mean ms", "ratio logged"],
    rows.map(({ name, logged, cells }) => [name, ...cells, (logged / base).toFixed(2)]),
  );
  await printLatency(names, [HALF_OF_REQUIRED, Math.round((rows[2]?.logged ?? 0) / 2)]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function printLatency(names: string, rates: readonly number[]): Promise<void> {
  const rows: string[][] = [];
  for (const [index, rate] of rates.entries()) {
    const server = await startSotto(folder, 5397 + 2 * index, BARE);
    const times = await runPaced(server.port, names, PACED_SECONDS, rate);
    await server.stop();
    const at = (share: number) =>
      figure(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN);
    rows.push([figure(rate), String(times.length), at(0.5), at(0.9), at(0.99), at(0.999)]);
  }
  console.log("\nTime of an ack, one process, milliseconds\n");
  printTable(["reports/s", "answers", "median", "p90", "p99", "p99.9"], rows);
}
