import { FRAME_OCTETS } from "@sotto/wire";
import { type FrameRun, OpenerPool } from "../../decoder/opening/pool.ts";
import { ScanKeys } from "../../decoder/scankeys.ts";
import type { BenchLog } from "./log.ts";
import type { Taken } from "./rates.ts";

/** Frames of a run, as a segment is read. */
const RUN_FRAMES = 1000;

/** A pool for the log's own key. */
export async function startPool({ own }: BenchLog, engine: string, threads: number): Promise<OpenerPool> {
  return await OpenerPool.start({ engine, threads, keys: new ScanKeys({ always: [own] }) });
}

/** Opens a part of a log that is in memory; the C program does not count reading either. */
export async function openWith(pool: OpenerPool, log: BenchLog, first: number, frames: number): Promise<Taken> {
  const cpu = process.cpuUsage();
  const begin = performance.now();
  let opened = 0;
  for await (const { opened: chunk } of pool.open(runsOf(log, first, frames))) opened += chunk.frames.length;
  const seconds = (performance.now() - begin) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { frames, opened, seconds, cpuSeconds: (user + system) / 1e6 };
}

async function* runsOf({ frames, span }: BenchLog, first: number, count: number): AsyncGenerator<FrameRun<null>> {
  for (let at = first; at < first + count; at += RUN_FRAMES) {
    const end = Math.min(at + RUN_FRAMES, first + count);
    yield { frames: frames.subarray(at * FRAME_OCTETS, end * FRAME_OCTETS), segmentEnd: span.end, tag: null };
  }
}
