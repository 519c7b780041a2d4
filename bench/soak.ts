/**
 * The long version of the fuzzer and of the promise "acknowledged means stored": a server process under load of unique
 * reports with mutated packets between them, for minutes. `npm run soak -- --help` tells the rest.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Comparison, Ledger } from "./ledger.ts";
import { ServerProcess } from "./serverprocess.ts";
import { SoakLoad } from "./soakload.ts";
import { median } from "./table.ts";

const ZONE = "r.example.net";
const ACK = "198.18.0.7";

const SAMPLE_MILLISECONDS = 1000;
const SAMPLES_A_LINE = 10;

/** Twelve buckets a run or more, so that sealing goes on beside the load and its memory comes and goes. */
const BUCKETS = 12;
const MAX_BUCKET_SECONDS = 20;

/** How much more memory the last quarter may need than the second, both in the median. */
const GROWTH_FACTOR = 1.25;
const GROWTH_MARGIN_OCTETS = 32 * 2 ** 20;

const USAGE = `npm run soak -- [--minutes 10] [--packets 1000000] [--rate N] [--seed TEXT]

Starts sotto-resolver on 127.0.0.1 and sends it unique reports over UDP, and mutated packets between them.

  --minutes N   how long, 1 to 1440 (default 10)
  --packets N   mutated packets in all, spread over the time (default 1000000)
  --rate N      reports a second at most (default: as many as are answered)
  --seed TEXT   another series of mutated packets (default "soak")

Every 10 s it prints a line. At the end, or at Ctrl-C, it stops the server with SIGTERM and compares what is stored with
what was acknowledged. The exit code is 1 when an acknowledged frame is missing, when the server died, did not end with
exit code 0 or printed to its standard error, and when memory grew: the median of VmRSS in the last quarter of the time
above ${GROWTH_FACTOR} times that in the second quarter plus ${mebi(GROWTH_MARGIN_OCTETS)}.
The temporary folder grows by about 130 octets a report (some GB for ten minutes) and is removed.`;

interface Settings {
  readonly minutes: number;
  readonly packets: number;
  readonly rate: number;
  readonly seed: string;
}

const settings = readSettings();
if (settings !== null) process.exitCode = await soak(settings);

function readSettings(): Settings | null {
  try {
    const { values } = parseArgs({
      options: {
        minutes: { type: "string", default: "10" },
        packets: { type: "string", default: "1000000" },
        rate: { type: "string" },
        seed: { type: "string", default: "soak" },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) {
      console.log(USAGE);
      return null;
    }
    return {
      minutes: numberOf("--minutes", values.minutes, 1, 1440),
      packets: numberOf("--packets", values.packets, 0, 1e9),
      rate: values.rate === undefined ? Number.POSITIVE_INFINITY : numberOf("--rate", values.rate, 1, 1e6),
      seed: values.seed,
    };
  } catch (error) {
    console.error(`soak: ${(error as Error).message}\n\n${USAGE}`);
    process.exitCode = 2;
    return null;
  }
}

function numberOf(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= least && value <= most)) throw new Error(`${option} is ${least} to ${most}`);
  return value;
}

async function soak(chosen: Settings): Promise<number> {
  const seconds = chosen.minutes * 60;
  const folder = mkdtempSync(join(tmpdir(), "sotto-soak-"));
  try {
    const bucket = Math.max(1, Math.min(MAX_BUCKET_SECONDS, Math.round(seconds / BUCKETS)));
    const server = await ServerProcess.start([
      ...[
        "--zone",
        ZONE,
        "--ack",
        ACK,
        "--bits",
        "0",
        "--rate-limit",
        "off",
        "--disk-budget",
        "500G",
        "--data",
        join(folder, "data"),
      ],
      ...["--bucket", `${bucket}s`, "--min-batch", "1"],
    ]);
    const ledger = new Ledger();
    const load = new SoakLoad({ ...chosen, seconds, zone: ZONE, ack: ACK }, ledger);
    const memory = await underWatch(server, load, ledger);
    const diedEarly = !server.running;
    const ended = await server.stop();
    const comparison = await ledger.compare(join(folder, "data"));
    const faults = [
      ...(diedEarly ? ["the server died under load"] : []),
      ...(ended === "0" ? [] : [`the server ended with ${ended}, not with exit code 0`]),
      ...(server.errors === "" ? [] : [`the server printed to its standard error: ${server.errors.slice(0, 2000)}`]),
      ...faultsOfStore(comparison),
      ...faultsOfMemory(memory),
      ...(load.counters.mutated < chosen.packets ? [`only ${load.counters.mutated} mutated packets were sent`] : []),
    ];
    report(load, comparison, faults);
    return faults.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the load, prints how it goes, and returns VmRSS second by second. */
async function underWatch(server: ServerProcess, load: SoakLoad, ledger: Ledger): Promise<number[]> {
  const memory: number[] = [];
  const begin = performance.now();
  const sampling = setInterval(() => {
    memory.push(server.memory() ?? 0);
    if (memory.length % SAMPLES_A_LINE === 0) {
      const { answered, lost, mutated } = load.counters;
      const line = [`acked ${ledger.acknowledged}`, `mutated ${mutated}`, `answered ${answered}`, `lost ${lost}`];
      const elapsed = Math.round((performance.now() - begin) / 1000);
      console.log(`${String(elapsed).padStart(5)} s  ${line.join("  ")}  VmRSS ${mebi(memory.at(-1) ?? 0)}`);
    }
  }, SAMPLE_MILLISECONDS);
  let interrupted = false;
  process.once("SIGINT", () => {
    interrupted = true;
  });
  await load.run(server.port, () => server.running && !interrupted);
  clearInterval(sampling);
  return memory;
}

function faultsOfStore({ acknowledged, missing, damaged }: Comparison): string[] {
  return [
    ...(acknowledged > 0 ? [] : ["nothing was acknowledged"]),
    ...(missing === 0 ? [] : [`${missing} acknowledged frames are missing`]),
    ...(damaged === 0 ? [] : [`${damaged} journal slots or segments are damaged`]),
  ];
}

function faultsOfMemory(samples: readonly number[]): string[] {
  const quarter = Math.floor(samples.length / 4);
  const early = median(samples.slice(quarter, 2 * quarter));
  const late = median(samples.slice(-quarter));
  console.log(`\nmemory: median VmRSS ${mebi(early)} in the second quarter, ${mebi(late)} in the last`);
  return late <= early * GROWTH_FACTOR + GROWTH_MARGIN_OCTETS ? [] : [`memory grew: ${mebi(early)} to ${mebi(late)}`];
}

function report(load: SoakLoad, comparison: Comparison, faults: readonly string[]): void {
  const { reports, naks, mutated, answered, lost, strays } = load.counters;
  const { acknowledged, stored, others, missing } = comparison;
  console.log(`sent: ${reports} reports, ${mutated} mutated packets`);
  console.log(
    `got: ${answered} answers, ${acknowledged} acks, ${naks} naks, ${lost} lost, ${strays} late or unasked for`,
  );
  console.log(`stored: ${stored} of these reports, ${others} frames of mutated packets`);
  console.log(`acknowledged and not stored: ${missing}`);
  for (const fault of faults) console.log(`FAILED: ${fault}`);
  if (faults.length === 0) console.log("passed");
}

function mebi(octets: number): string {
  return `${(octets / 2 ** 20).toFixed(0)} MiB`;
}
