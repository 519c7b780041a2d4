/**
 * Reads a segment again and again, as many frames as are asked for, and opens them with as many threads as there are
 * cores. Prints what memory the process had at most, as JSON. A process of its own: nothing else counts.
 */
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { FRAME_OCTETS, keyPairOf, SegmentReader } from "@sotto/wire";
import { type FrameRun, OpenerPool } from "../../decoder/opening/pool.ts";
import { ScanKeys } from "../../decoder/scankeys.ts";

const [path = "", secretKey = "", total = "0"] = process.argv.slice(2);
const own = keyPairOf(Uint8Array.from(Buffer.from(secretKey, "hex")));
const frames = Number(total);

async function* runs(): AsyncGenerator<FrameRun<number>> {
  for (let read = 0; read < frames; ) {
    const reader = await SegmentReader.open(createReadStream(path));
    for await (const run of reader.frames()) {
      yield { frames: run, segmentEnd: reader.header.end, tag: read };
      read += run.length / FRAME_OCTETS;
      if (read >= frames) return;
    }
  }
}

/** The most memory so far, in octets. Linux hands `maxRSS` on from the parent, so it is asked for this program's own. */
function peak(): number {
  const status = "/proc/self/status";
  const most = existsSync(status) ? /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(status, "latin1"))?.[1] : undefined;
  return 1024 * Number(most ?? process.resourceUsage().maxRSS);
}

const pool = await OpenerPool.start({ keys: new ScanKeys({ always: [own] }) });
const begin = performance.now();
let opened = 0;
let peakOfTenth: number | null = null;
for await (const { opened: chunk, tag } of pool.open(runs())) {
  opened += chunk.frames.length;
  if (tag >= frames / 10) peakOfTenth ??= peak();
}
const seconds = (performance.now() - begin) / 1000;
await pool.close();
const { engine, threads } = pool;
console.log(JSON.stringify({ frames, opened, seconds, engine, threads, peak: peak(), peakOfTenth }));
