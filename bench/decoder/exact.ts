/**
 * A log of which every total is known by how it was made, scanned into a store: read, verified, opened, joined, checked,
 * stored. Twice, the first time without the secret of a week.
 *
 *     npm run exact -- [--frames 10000000] [--folder DIR] [--engine auto] [--engine sodium-native] ...
 *
 * One in a hundred frames is the project's, of all kinds, copies and contradictions that there are; a damaged segment lies
 * beside. The folder keeps log and stores; without it they go with the script. 10,000,000 frames take 2.5 GB. Of several
 * engines each scans into a store of its own, one after the other.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Progress } from "../../decoder/progress.ts";
import type { Expected } from "../../test/decoder/exact/biglog.ts";
import { FRAME_LABELS, makeScene, type Scene, summaryOf } from "../../test/decoder/exact/scene.ts";
import { binOf } from "../../test/e2e/command.ts";
import { figure, printTable } from "../table.ts";

/** Octets of memory that a scan may take, however long the log is. */
const MAX_PEAK = 300e6;

/** Frames of a segment of an hour, at most. */
const SEGMENT_FRAMES = 100_000;

/** Two a day: the log's kinds need days in which a segment lies. */
const MIN_SEGMENTS = 84;

const PACKED = new URL("../../decoder/dist/cli.js", import.meta.url).href;

const { values } = parseArgs({
  options: {
    frames: { type: "string", default: "10000000" },
    folder: { type: "string" },
    engine: { type: "string", multiple: true, default: ["auto"] },
  },
});
const frames = Number(values.frames);
const folder = values.folder ?? mkdtempSync(join(tmpdir(), "sotto-exact-"));
mkdirSync(folder, { recursive: true });
try {
  const making = new Progress(process.stderr, frames);
  const segments = Math.max(MIN_SEGMENTS, Math.ceil(frames / SEGMENT_FRAMES));
  const scene = await makeScene(folder, { frames, segments }, (written) => making.add(written));
  making.clear();
  writeFileSync(join(scene.log, "damaged.seg"), damaged(readFileSync(join(scene.log, "0000.seg"))));
  console.log(`\n${figure(frames)} frames in ${segments} segments, ${availableParallelism()} cores`);
  let isRight = true;
  for (const engine of values.engine) isRight = (await scanTwice(scene, engine)) && isRight;
  process.exitCode = isRight ? 0 : 1;
} finally {
  if (values.folder === undefined) rmSync(folder, { recursive: true, force: true });
}

/** Scans into a new store, compares all totals, and prints what it took. @returns whether all is as it should be. */
async function scanTwice(scene: Scene, engine: string): Promise<boolean> {
  const { truth } = scene;
  const store = join(folder, `records-${engine}.duckdb`);
  await scene.withSecret(false);
  const first = scan(scene, store, engine);
  await scene.withSecret(true);
  const second = scan(scene, store, engine);
  const losses = JSON.parse(
    execFileSync(process.execPath, [binOf("sotto-decoder"), "losses", "--store", store, "--json"], {
      encoding: "utf8",
      maxBuffer: 1e9,
    }),
  ).totals;
  const rows = (Object.entries(FRAME_LABELS) as [keyof Expected, string][]).map(([reason, label]) => [
    label,
    truth.without[reason],
    Number(first.summary.get(label)),
    truth.all[reason],
    losses[reason] as number,
  ]);
  const left = (summary: ReadonlyMap<string, string>, label: string) => Number.parseInt(summary.get(label) ?? "0", 10);
  const before = left(first.summary, "deleted as too old");
  const unfinished = (summary: ReadonlyMap<string, string>) => left(summary, "incomplete") + left(summary, "void");
  for (const state of ["record", "rejected"] as const) {
    const label = state === "record" ? "records in the store" : state;
    rows.push([label, truth.without[state], left(first.summary, label), truth.all[state], losses.messages[state]]);
  }
  rows.push([
    "incomplete and void, with those whose time was over",
    truth.without.incomplete + truth.without.void,
    unfinished(first.summary) + before,
    truth.all.incomplete + truth.all.void,
    unfinished(second.summary) + before + left(second.summary, "deleted as too old"),
  ]);
  console.log(`\n--engine ${engine}: ${first.summary.get("engine")}\n`);
  printTable(
    ["", "a key absent: made", "found", "all keys: made", "found"],
    rows.map(([label, ...numbers]) => [String(label), ...numbers.map((number) => number.toLocaleString("en-US"))]),
  );
  const wrong = rows.filter(([, made, found, all, foundAll]) => made !== found || all !== foundAll);
  for (const [label] of wrong) console.log(`\nWRONG: ${label}`);
  console.log("");
  printTable(
    ["from end to end", "frames", "seconds", "frames/s", "peak, MB"],
    [first, second].map(({ summary, seconds, peak }, at) => {
      const scanned = Number(summary.get("frames scanned"));
      const what = at === 0 ? "everything, a key absent" : "what waited for the key";
      return [what, scanned.toLocaleString("en-US"), figure(seconds), figure(scanned / seconds), figure(peak / 1e6)];
    }),
  );
  const tooMuch = [first, second].filter(({ peak }) => peak >= MAX_PEAK);
  for (const { peak } of tooMuch)
    console.log(`\nMISSED: the peak is ${figure(peak / 1e6)} MB, not below ${figure(MAX_PEAK / 1e6)}`);
  return wrong.length + tooMuch.length === 0;
}

/** Scans into the store, as a process of its own. */
function scan({ keyring, log, definition }: Scene, store: string, engine: string) {
  const peakFile = join(folder, "peak");
  // The parent's peak would be in what getrusage says of a child.
  const noting = `import { readFileSync, writeFileSync } from "node:fs";
const peak = () => Number(/VmHWM:\\s+(\\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))[1]) * 1024;
process.on("exit", () => writeFileSync(${JSON.stringify(peakFile)}, String(peak())));`;
  const args = ["--keyring", keyring, "--from", log, "--store", store, "--definition", definition, "--engine", engine];
  const begin = performance.now();
  // As it is packed: sources are compiled at each start, which takes memory, too.
  const packed = `const { main } = await import(${JSON.stringify(PACKED)});
process.exitCode = await main(process.argv.slice(1));`;
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      `--import=data:text/javascript,${encodeURIComponent(noting)}`,
      ...["--input-type=module", "--eval", packed, "scan", ...args],
    ],
    { encoding: "utf8", maxBuffer: 1e9 },
  );
  const seconds = (performance.now() - begin) / 1000;
  if (status !== 1 || !stderr.includes("damaged.seg")) throw new Error(`the scan ended with ${status}: ${stderr}`);
  return { summary: summaryOf(stderr), seconds, peak: Number(readFileSync(peakFile, "utf8")) };
}

/** A segment of which one bit was turned. */
function damaged(octets: Buffer): Buffer {
  const copy = Buffer.from(octets);
  copy[copy.length - 100] = (copy[copy.length - 100] as number) ^ 1;
  return copy;
}
