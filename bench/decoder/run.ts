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
import type { EngineName } from "../../decoder/engine/engine.ts";
import { type Survey, surveyEngines } from "../../decoder/engine/survey.ts";
import type { OpenerPool } from "../../decoder/opening/pool.ts";
import { describeCpu } from "./cpu.ts";
import { type BenchLog, writeLog } from "./log.ts";
import { measureMemory } from "./memory.ts";
import { openWith, startPool } from "./pools.ts";
import { type Contestant, compareRates } from "./rates.ts";
import { SealOpen } from "./sealopen.ts";
import { compareWholeScan } from "./whole.ts";

/** tweetnacl opens some twentieth of what libsodium does: a sample of as much is about as long at work. */
const TWEETNACL_SAMPLE = 20;

/** What one thread of an engine has to reach of the C program's rate, by what the engine computes with. */
const TARGETS: readonly (readonly [engine: EngineName, path: RegExp, target: number])[] = [
  ["native", /IFMA/, 8],
  ["native", /AVX2/, 3],
  ["wasm", /./, 1.5],
  ["sodium-native", /./, 0.95],
];

/** What two threads have to reach of one of the same engine. */
const TWO_THREADS = 1.8;

/** What all are measured by. */
const IN_C = "C, 1 process";

/** Rounds of scanning a whole segment. */
const SCAN_ROUNDS = 3;

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
      `${availableParallelism()} cores, load ${load.join(" ")}; Node ${process.versions.node}\n${describeCpu()}\n`,
  );
  const survey = await surveyEngines();
  for (const { name, path, reason } of survey.unfit)
    console.log(`not run: ${name}${path === null ? "" : `, ${path}`}: ${reason}`);
  const missed = await measureRates(log, sealOpen, survey);
  if (values.memory) missed.push(...measureMemory(log, Number(values["memory-frames"])));
  for (const what of missed) console.log(`\nMISSED: ${what}`);
  process.exitCode = missed.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Each round opens its own part of the segment, once by every contestant. */
async function measureRates(log: BenchLog, sealOpen: SealOpen, { rated }: Survey): Promise<string[]> {
  const part = Math.floor(log.count / rounds);
  const cores = availableParallelism();
  const threads = [...new Set([1, 2, cores])].filter((count) => count <= cores);
  // Of an engine's several ways a pool takes the fastest.
  const engines = rated.filter(({ engine: { name } }, at) => {
    return name !== "tweetnacl" && rated.findIndex(({ engine }) => engine.name === name) === at;
  });
  const pools: { readonly pool: OpenerPool; readonly path: string }[] = [];
  for (const { engine } of engines) {
    for (const count of threads) pools.push({ pool: await startPool(log, engine.name, count), path: engine.path });
  }
  const reference = await startPool(log, "tweetnacl", 1);
  const inC = (processes: number, name: string): Contestant => ({
    name,
    target: null,
    open: (round) => sealOpen.open(log, round * part, part, processes),
  });
  const pooled = (pool: OpenerPool, path: string, frames: number): Contestant => ({
    name: nameOf(pool.engine, path, pool.threads),
    target: targetOf(pool, path),
    open: (round) => openWith(pool, log, round * part, frames),
  });
  try {
    const missed = await compareRates(
      [
        inC(1, IN_C),
        inC(2, "C, 2 processes"),
        ...pools.map(({ pool, path }) => pooled(pool, path, part)),
        pooled(reference, "JavaScript", Math.ceil(part / TWEETNACL_SAMPLE)),
      ],
      rounds,
    );
    return [
      ...missed,
      ...(await compareWholeScan(
        log,
        pools.map(({ pool }) => pool),
        SCAN_ROUNDS,
      )),
    ];
  } finally {
    await Promise.all([...pools.map(({ pool }) => pool), reference].map((pool) => pool.close()));
  }
}

function targetOf({ engine, threads }: OpenerPool, path: string): Contestant["target"] {
  if (threads === 2) return { times: TWO_THREADS, of: nameOf(engine, path, 1) };
  const [, , times] = TARGETS.find(([name, pattern]) => name === engine && pattern.test(path)) ?? [];
  return times === undefined || threads > 2 ? null : { times, of: IN_C };
}

function nameOf(engine: EngineName, path: string, threads: number): string {
  return `${engine} (${path}), ${threads} thread${threads === 1 ? "" : "s"}`;
}
