/**
 * Acknowledged reports a second with the log in PostgreSQL, from one collector and from two, beside the embedded store in
 * the same run: `npm run bench:postgres`. Servers, database and dnsperf share the machine's cores; every report is on
 * stable storage, of the database too, before its answer. What counts is what the log holds afterwards.
 */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TestServer } from "../test/resolver/postgres/server.ts";
import { type Load, requirePrograms, runLoad, writeNames } from "./dnsload.ts";
import { ServerProcess } from "./serverprocess.ts";
import { type Measured, startSotto } from "./servers.ts";
import { figure, median, printTable } from "./table.ts";

const NAMES = 500_000;
const SECONDS = 8;
const RUNS = 3;

/** What two collectors have to take. */
const GOAL = 20_000;

/** The database as it is installed, but for what holds a bench back without being the subject. */
const SETTINGS = ["fsync=on", "full_page_writes=on", "shared_buffers=256MB", "max_wal_size=4GB"];

const FLAGS = ["--zone", "r.example.net", "--ack", "198.18.0.7", "--rate-limit", "off", "--bits", "0"];

requirePrograms(["dnsperf"]);
const folder = mkdtempSync(join(tmpdir(), "sotto-bench-"));
chmodSync(folder, 0o755);
const database = await TestServer.start(SETTINGS);
try {
  const names = [join(folder, "names-0"), join(folder, "names-1")] as const;
  for (const path of names) await writeNames(path, NAMES);
  const rates: Record<string, { logged: number[]; mean: number[] }> = {};
  const note = (name: string, logged: number, loads: readonly Load[]) => {
    rates[name] ??= { logged: [], mean: [] };
    rates[name].logged.push(logged / Math.max(...loads.map(({ seconds }) => seconds)));
    rates[name].mean.push(Math.max(...loads.map(({ meanMilliseconds }) => meanMilliseconds)));
  };
  for (let run = 0; run < RUNS; run++) {
    const embedded: Measured = await startSotto(folder, 5401 + 2 * run, ["--bits", "0"]);
    const load = await runLoad(embedded.port, names[0], SECONDS);
    note("embedded, one process", await embedded.stop(), [load]);
    for (const collectors of [1, 2]) {
      const { loads, logged } = await measure(names.slice(0, collectors));
      note(`PostgreSQL, ${collectors} ${collectors === 1 ? "collector" : "collectors"}`, logged, loads);
    }
  }
  const base = median(rates["embedded, one process"]?.logged ?? []);
  console.log(`At most ${NAMES} unique names a collector in ${SECONDS} s; medians of ${RUNS} runs, in turn\n`);
  printTable(
    ["store", "acknowledged/s", "mean ms", "ratio"],
    Object.entries(rates).map(([name, { logged, mean }]) => {
      const rate = median(logged);
      return [name, figure(rate), figure(median(mean)), (rate / base).toFixed(2)];
    }),
  );
  const reached = median(rates["PostgreSQL, 2 collectors"]?.logged ?? []);
  console.log(`\ngoal of ${GOAL} with two collectors: ${reached >= GOAL ? "reached" : "missed"}`);
} finally {
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** Loads so many collectors at once, each with names of its own. */
async function measure(names: readonly string[]): Promise<{ loads: Load[]; logged: number }> {
  const { store, name } = await database.database();
  const servers = await Promise.all(names.map(() => ServerProcess.start([...FLAGS, "--store", store])));
  const loads = await Promise.all(servers.map(({ port }, index) => runLoad(port, names[index] ?? "", SECONDS)));
  for (const server of servers) await server.stop();
  const [row] = await database.ask<{ frames: number }>(
    name,
    "SELECT count(DISTINCT frame)::float8 AS frames FROM sotto.arrived",
  );
  return { loads, logged: row?.frames ?? 0 };
}
