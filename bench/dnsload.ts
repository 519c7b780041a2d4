/** Load by dnsperf: names to ask for, runs at full speed or at a rate, and what came of them. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { closeSync, createReadStream, createWriteStream, openSync } from "node:fs";
import { createInterface } from "node:readline";
import { BOX_OCTETS, dayOf, encodeName, headWeekOf, makeFrame } from "@sotto/wire";

export const ZONE = "r.example.net";

/** Sockets that dnsperf asks from: under reusePort one socket feeds one worker. */
const SOCKETS = 20;

/** @throws when a program is missing, with the packages that bring it. */
export function requirePrograms(programs: readonly string[]): void {
  for (const program of programs) {
    try {
      execFileSync("sh", ["-c", `PATH=$PATH:/usr/sbin command -v ${program}`]);
    } catch {
      throw new Error(`${program} is missing; on Debian: apt-get install dnsperf bind9 pdns-server pdns-backend-bind`);
    }
  }
}

/** Writes well-formed names that no key opens; a collector cannot tell. All different. */
export async function writeNames(path: string, count: number): Promise<void> {
  const week = headWeekOf(dayOf(Date.now() / 1000));
  const file = createWriteStream(path);
  for (let i = 0; i < count; i++) {
    const name = encodeName(makeFrame(week, i % 2 ** 24, randomBytes(BOX_OCTETS)), ZONE);
    if (!file.write(`${name} A\n`)) await once(file, "drain");
  }
  file.end();
  await once(file, "close");
}

/** What dnsperf says of a run. */
export interface Load {
  readonly answered: number;
  readonly lost: number;
  readonly seconds: number;
  readonly meanMilliseconds: number;
}

/** Asks for every name once, as fast as the server answers, for at most `seconds`. */
export async function runLoad(port: number, names: string, seconds: number): Promise<Load> {
  let output = "";
  const child = dnsperf(port, names, ["-l", String(seconds), "-q", "1000"], "pipe");
  child.stdout?.on("data", (text) => {
    output += text;
  });
  await once(child, "close");
  return readLoad(output);
}

/**
 * Asks at a rate; gives every answer's time in milliseconds, ascending. What dnsperf prints goes to a file first: a third
 * program that reads along would take its time from the two that are measured.
 */
export async function runPaced(port: number, names: string, seconds: number, rate: number): Promise<number[]> {
  const path = `${names}-${port}.times`;
  const output = openSync(path, "w");
  await once(dnsperf(port, names, ["-l", String(seconds), "-q", "2000", "-Q", String(rate), "-v"], output), "close");
  closeSync(output);
  const times: number[] = [];
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const [, time] = /^> \S+ \S+ \S+ ([\d.]+)$/.exec(line) ?? [];
    if (time !== undefined) times.push(Number(time) * 1000);
  }
  return times.sort((a, b) => a - b);
}

function dnsperf(port: number, names: string, options: readonly string[], output: number | "pipe"): ChildProcess {
  const args = ["-s", "127.0.0.1", "-p", String(port), "-d", names, "-n", "1", "-c", String(SOCKETS), ...options];
  return spawn("dnsperf", args, { stdio: ["ignore", output, "inherit"] });
}

function readLoad(output: string): Load {
  const read = (pattern: RegExp) => Number(pattern.exec(output)?.[1] ?? Number.NaN);
  return {
    answered: read(/Queries completed:\s+(\d+)/),
    lost: read(/Queries lost:\s+(\d+)/),
    seconds: read(/Run time \(s\):\s+([\d.]+)/),
    meanMilliseconds: 1000 * read(/Average Latency \(s\):\s+([\d.]+)/),
  };
}
