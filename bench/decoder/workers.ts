/**
 * Frames a second from segment files to committed records, by one process and by workers that share a queue, over the same
 * segments in turns in the same run:
 *
 *     npm run bench:workers -- [--segments 8] [--frames 100000] [--rounds 3] [--engine native]
 *
 * Everything is measured from the start of processes to their end. All of them, and the database, share this machine's
 * cores: what two workers reach on two machines, this cannot show.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { formatKeyFile } from "@sotto/keys";
import { DuckDbStore } from "../../decoder/duckdb/duckdbstore.ts";
import { PostgresStore } from "../../decoder/postgres/postgresstore.ts";
import type { RecordStore } from "../../decoder/store/contract.ts";
import { binOf } from "../../test/e2e/command.ts";
import { TestServer } from "../../test/resolver/postgres/server.ts";
import { figure, median, printTable } from "../table.ts";
import { compareCommitting } from "./committing.ts";
import { describeCpu } from "./cpu.ts";
import { writeSegments } from "./log.ts";

/** The database as it is installed, but for what holds a bench back without being the subject. */
const SETTINGS = ["fsync=on", "full_page_writes=on", "shared_buffers=256MB", "max_wal_size=4GB"];

const { values } = parseArgs({
  options: {
    segments: { type: "string", default: "8" },
    frames: { type: "string", default: "100000" },
    rounds: { type: "string", default: "3" },
    engine: { type: "string", default: "native" },
  },
});
const [segments, count, rounds] = [Number(values.segments), Number(values.frames), Number(values.rounds)];

const folder = mkdtempSync(join(tmpdir(), "sotto-bench-workers-"));
const server = await TestServer.start(SETTINGS);
try {
  const { name: database } = await server.database(false);
  const log = join(folder, "log");
  mkdirSync(log);
  const logs = await writeSegments(log, segments, count);
  const ownCount = logs.reduce((sum, { ownCount: own }) => sum + own, 0);
  const key = join(folder, "key");
  writeFileSync(key, formatKeyFile((logs[0] as (typeof logs)[number]).own), { mode: 0o600 });
  const load = () =>
    loadavg()
      .map((value) => value.toFixed(1))
      .join(" ");
  console.log(
    `${segments} segments of ${count.toLocaleString("en-US")} frames, ${ownCount.toLocaleString("en-US")} of all own; ` +
      `${availableParallelism()} cores, load ${load()}; Node ${process.versions.node}\n${describeCpu()}\n`,
  );

  let made = 0;
  const opening = (threads: number) => ["--key-file", key, "--engine", values.engine, "--threads", String(threads)];
  const place = () => `${server.storeOf(database)}?schema=bench_${made++}`;
  const scan = (threads: number, store: string) =>
    timed([["scan", "--from", log, "--store", store, ...opening(threads)]]);
  const work = async (workers: number, store: string) => {
    await timed([["enqueue", "--from", log, "--store", store]]);
    return await timed(Array.from({ length: workers }, () => ["work", "--once", "--store", store, ...opening(1)]));
  };
  const contestants: readonly [name: string, place: () => string, run: (store: string) => Promise<number>][] = [
    ["scan into DuckDB, 1 thread", () => join(folder, `records-${made++}.duckdb`), (store) => scan(1, store)],
    ["scan into PostgreSQL, 1 thread", place, (store) => scan(1, store)],
    ["1 worker, 1 thread", place, (store) => work(1, store)],
    ["scan into PostgreSQL, 2 threads", place, (store) => scan(2, store)],
    ["2 workers, 1 thread each", place, (store) => work(2, store)],
  ];
  const rates = contestants.map(() => [] as number[]);
  for (let round = 0; round < rounds; round++) {
    for (const [at, [, newPlace, run]] of contestants.entries()) {
      const store = newPlace();
      const seconds = await run(store);
      await expectTaken(store, ownCount);
      rates[at]?.push((segments * count) / seconds);
    }
  }
  console.log(`medians of ${rounds} rounds; times: of ${contestants[0]?.[0]}, in the same round\n`);
  printTable(
    ["", "frames/s", "times"],
    contestants.map(([name], at) => {
      const own = rates[at] as number[];
      const times = median(own.map((rate, round) => rate / (rates[0]?.[round] ?? Number.NaN)));
      return [name, figure(median(own)), times.toFixed(2)];
    }),
  );
  await compareCommitting(server, database, folder);
  console.log(`\nload ${load()}`);
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** Runs commands of the decoder at once. @returns seconds until the last has ended. */
async function timed(commands: readonly (readonly string[])[]): Promise<number> {
  const begin = performance.now();
  await Promise.all(
    commands.map(async (args) => {
      const child = spawn(process.execPath, [binOf("sotto-decoder"), ...args], { stdio: ["ignore", "ignore", "pipe"] });
      let said = "";
      child.stderr.setEncoding("utf8").on("data", (text) => {
        said += text;
      });
      const [code] = await once(child, "close");
      if (code !== 0) throw new Error(`sotto-decoder ${args[0]} ended with ${code}: ${said}`);
    }),
  );
  return (performance.now() - begin) / 1000;
}

async function expectTaken(place: string, expected: number): Promise<void> {
  const store: RecordStore = place.startsWith("postgres:")
    ? await PostgresStore.open(place, { readOnly: true })
    : await DuckDbStore.open(place, { readOnly: true });
  const taken = (await store.losses()).reduce((sum, { frames }) => sum + frames.taken, 0);
  await store.close();
  if (taken !== expected) throw new Error(`${taken} frames taken, not ${expected}`);
}
