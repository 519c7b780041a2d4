/**
 * What the decoder does in a second, beside libsodium called from C over the same segment in the same run:
 *
 *     npm run bench:decoder -- [--frames 200000] [--rounds 10] [--memory [--memory-frames 10000000]]
 *
 * Other load on the machine slows the clock's figures, above all those of several threads: the row of two C processes
 * says what the machine itself gives to two, and the last two columns count the processors' own seconds. With many
 * rounds of few frames each, waking the threads weighs in.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { OpenerPool } from "../../decoder/opening/pool.ts";
import { type BenchLog, writeLog } from "./log.ts";
import { measureMemory } from "./memory.ts";
import { openWith, startPool } from "./pools.ts";
import { type Contestant, compareRates } from "./rates.ts";
import { SealOpen } from "./sealopen.ts";

/** tweetnacl opens some twentieth of what libsodium does: a sample of as much is about as long at work. */
const TWEETNACL_SAMPLE = 20;

/** What one thread and two have to reach of the C program's rate. */
const TARGETS: ReadonlyMap<number, number> = new Map([
  [1, 0.95],
  [2, 1.8],
]);

const { values } = parseArgs({
  options: {
    frames: { type: "string", default: "200000" },
    rounds: { type: "string", default: "10" },
    memory: { type: "boolean", default: false },
    "memory-frames": { type: "string", default: "10000000" },
  },
});
const rounds = Number(values.rounds);

const folder = mkdtempSync(join(tmpdir(), "sotto-bench-decoder-"));
try {
  const sealOpen = SealOpen.compile(folder);
  const log = await writeLog(folder, Number(values.frames));
  const load = loadavg().map((value) => value.toFixed(1));
  console.log(
    `A segment of ${log.count.toLocaleString("en-US")} frames, ${log.ownCount.toLocaleString("en-US")} of them own; ` +
      `${availableParallelism()} cores, load ${load.join(" ")}; Node ${process.versions.node}\n`,
  );
  const missed = await measureRates(log, sealOpen);
  if (values.memory) missed.push(...measureMemory(log, Number(values["memory-frames"])));
  for (const what of missed) console.log(`\nMISSED: ${what}`);
  process.exitCode = missed.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Each round opens its own part of the segment, once by every contestant. */
async function measureRates(log: BenchLog, sealOpen: SealOpen): Promise<string[]> {
  const part = Math.floor(log.count / rounds);
  const cores = availableParallelism();
  const threads = [...new Set([1, 2, cores])].filter((count) => count <= cores);
  const pools = await Promise.all(threads.map((count) => startPool(log, "sodium-native", count)));
  const reference = await startPool(log, "tweetnacl", 1);
  const native = (processes: number, name: string): Contestant => ({
    name,
    target: null,
    open: (round) => sealOpen.open(log, round * part, part, processes),
  });
  const pooled = (pool: OpenerPool, frames: number): Contestant => ({
    name: `${pool.engine}, ${pool.threads} thread${pool.threads === 1 ? "" : "s"}`,
    target: pool === reference ? null : (TARGETS.get(pool.threads) ?? null),
    open: (round) => openWith(pool, log, round * part, frames),
  });
  try {
    return await compareRates(
      [
        native(1, "C, 1 process"),
        native(2, "C, 2 processes"),
        ...pools.map((pool) => pooled(pool, part)),
        pooled(reference, Math.ceil(part / TWEETNACL_SAMPLE)),
      ],
      rounds,
    );
  } finally {
    await Promise.all([...pools, reference].map((pool) => pool.close()));
  }
}
