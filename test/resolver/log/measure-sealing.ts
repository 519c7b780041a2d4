import { spawnSync } from "node:child_process";
import { randomFillSync } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { puzzleDigest } from "@sotto/wire";
import { Journal } from "../../../resolver/log/journal.ts";
import { Log } from "../../../resolver/log/log.ts";

// Measures the sealing of a large bucket: node --conditions=sotto-source test/resolver/log/measure-sealing.ts [frames] [equal]
// "equal" gives all frames the same first twelve octets, as an attacker might.

const HOUR = 3600;
const SPAN = { start: 1000 * HOUR, end: 1001 * HOUR };
const KEEPING = { bucket: HOUR, minBatch: 100, publishAfter: 0, retention: 168 * HOUR };
const BATCH = 4096;
const MEGA = 1e6;

const [what = "5000000", kind = "random", folder] = process.argv.slice(2);
const print = (line: string) => process.stdout.write(`${line}\n`);

if (folder === undefined) orchestrate();
else if (what === "seal") await seal(folder);
else await fill(folder, Number(what));

/** Fills and seals in processes of their own, so that memory is that of sealing. */
function orchestrate(): void {
  const data = mkdtempSync(join(tmpdir(), "sotto-sealing-"));
  for (const step of [what, "seal"]) {
    const args = ["--conditions=sotto-source", fileURLToPath(import.meta.url), step, kind, data];
    spawnSync(process.execPath, args, { stdio: "inherit" });
  }
  rmSync(data, { recursive: true });
}

async function fill(data: string, frames: number): Promise<void> {
  mkdirSync(join(data, "journal"));
  const journal = await Journal.create(join(data, "journal"), SPAN);
  for (let done = 0; done < frames; done += BATCH) {
    const octets = randomFillSync(Buffer.alloc(BATCH * 118));
    const batch = Array.from({ length: Math.min(BATCH, frames - done) }, (_, index) => {
      const frame = octets.subarray(index * 118, (index + 1) * 118);
      if (kind === "equal") frame.fill(7, 0, 12);
      return { frame, digest: puzzleDigest(frame) };
    });
    await journal.append(batch);
  }
  await journal.close();
}

async function seal(data: string): Promise<void> {
  const log = await Log.open(data, "r.example.net", KEEPING);
  const before = process.memoryUsage.rss();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const started = performance.now();
  const now = SPAN.end + 1;
  await log.maintain({ start: SPAN.end, end: SPAN.end + HOUR }, now);
  const seconds = (performance.now() - started) / 1000;
  delay.disable();
  const [entry] = log.published(now);
  print(`${entry?.count} frames (${kind}): ${seconds.toFixed(1)} s`);
  print(`RSS before ${(before / MEGA).toFixed(0)} MB, peak ${(process.resourceUsage().maxRSS / 1000).toFixed(0)} MB`);
  const [max, p99, mean] = [delay.max, delay.percentile(99), delay.mean].map((ns) => (ns / MEGA).toFixed(2));
  print(`event-loop delay (1 ms timer): max ${max} ms, p99 ${p99} ms, mean ${mean} ms`);
  await log.close();
}
