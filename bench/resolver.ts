/**
 * Acknowledged reports a second over UDP, beside BIND answering the same names with its query log on: the nearest thing
 * that an operator has today. dnsperf asks, on the same machine and in the same run. BIND's log is not synced before it
 * answers; ours is.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { BOX_OCTETS, dayOf, encodeName, headWeekOf, makeFrame } from "@sotto/wire";
import { figure, printTable } from "./table.ts";

const ZONE = "r.example.net";
const NAMES = 400_000;
const SECONDS = 10;
const CLIENTS = 20;
const SLOT_OCTETS = 128;

/** A server under load: what dnsperf says of it and what it logged. */
interface Outcome {
  readonly name: string;
  readonly answered: number;
  readonly lost: number;
  readonly logged: number;
  readonly seconds: number;
  readonly latency: number;
}

for (const program of ["dnsperf", "named"]) requireProgram(program);
const folder = mkdtempSync(join(tmpdir(), "sotto-bench-"));
try {
  const names = join(folder, "names");
  await writeNames(names);
  const outcomes = [await measureBind(names), await measureSotto(names)];
  report(outcomes);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function requireProgram(program: string): void {
  try {
    execFileSync("sh", ["-c", `PATH=$PATH:/usr/sbin command -v ${program}`]);
  } catch {
    throw new Error(`${program} is missing; on Debian: apt-get install dnsperf bind9`);
  }
}

/** Well-formed names that no key opens; a collector cannot tell. */
async function writeNames(path: string): Promise<void> {
  const week = headWeekOf(dayOf(Date.now() / 1000));
  const file = createWriteStream(path);
  for (let i = 0; i < NAMES; i++) {
    const name = encodeName(makeFrame(week, i % 2 ** 24, randomBytes(BOX_OCTETS)), ZONE);
    if (!file.write(`${name} A\n`)) await once(file, "drain");
  }
  file.end();
  await once(file, "close");
}

async function measureBind(names: string): Promise<Outcome> {
  const place = join(folder, "bind");
  mkdirSync(place);
  writeFileSync(
    join(place, "zone"),
    `$TTL 60\n@ SOA ns1 hostmaster 1 86400 7200 3600000 60\n NS ns1\nns1 A 127.0.0.1\n* A 198.18.0.7\n`,
  );
  writeFileSync(
    join(place, "named.conf"),
    `options { directory "${place}"; pid-file none; session-keyfile none; listen-on port 5391 { 127.0.0.1; };
      listen-on-v6 { none; }; recursion no; dnssec-validation no; querylog yes; };
    controls { };
    logging { channel log { file "${place}/query.log"; print-time yes; }; category queries { log; }; };
    zone "${ZONE}" { type primary; file "${place}/zone"; };`,
  );
  chmodSync(folder, 0o755);
  const server = spawn("/usr/sbin/named", ["-f", "-c", join(place, "named.conf")], { stdio: "ignore" });
  await sleep(2000);
  const outcome = await load("BIND, query log", 5391, names);
  await stop(server);
  const logged = Number(execFileSync("sh", ["-c", `grep -c "query: " ${place}/query.log`], { encoding: "utf8" }));
  return { ...outcome, logged };
}

async function measureSotto(names: string): Promise<Outcome> {
  const data = join(folder, "sotto");
  const bin = fileURLToPath(new URL("../resolver/bin/sotto-resolver.js", import.meta.url));
  const settings = ["--zone", ZONE, "--ack", "198.18.0.7", "--bits", "0", "--data", data];
  const endpoints = ["--listen", "127.0.0.1:5392", "--http", "127.0.0.1:8392"];
  const server = spawn(process.execPath, [bin, "serve", ...settings, ...endpoints], { stdio: "ignore" });
  await sleep(2000);
  const outcome = await load("sotto-resolver, synced before the ack", 5392, names);
  await stop(server);
  return { ...outcome, logged: slotsIn(join(data, "journal")) };
}

async function load(name: string, port: number, names: string): Promise<Omit<Outcome, "logged">> {
  const args = ["-s", "127.0.0.1", "-p", String(port), "-d", names, "-n", "1", "-l", String(SECONDS)];
  const child = spawn("dnsperf", [...args, "-c", String(CLIENTS), "-q", "1000"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (text) => {
    output += text;
  });
  await once(child, "close");
  const read = (pattern: RegExp) => Number(pattern.exec(output)?.[1] ?? Number.NaN);
  return {
    name,
    answered: read(/Queries completed:\s+(\d+)/),
    lost: read(/Queries lost:\s+(\d+)/),
    seconds: read(/Run time \(s\):\s+([\d.]+)/),
    latency: read(/Average Latency \(s\):\s+([\d.]+)/),
  };
}

async function stop(server: ChildProcess): Promise<void> {
  server.kill("SIGTERM");
  await once(server, "exit");
}

function slotsIn(folder: string): number {
  let used = 0;
  for (const name of readdirSync(folder)) {
    const octets = readFileSync(join(folder, name));
    for (let at = 0; at < octets.length; at += SLOT_OCTETS) if (octets.readUInt32BE(at) !== 0) used++;
  }
  return used;
}

function report(outcomes: readonly Outcome[]): void {
  const base = outcomes[0] as Outcome;
  console.log(
    `Reports over UDP, ${NAMES} unique names at most, ${CLIENTS} sockets, dnsperf on the same ${SECONDS} s and cores\n`,
  );
  printTable(
    ["server", "answered/s", "lost", "logged/s", "ratio logged", "mean ms"],
    outcomes.map(({ name, answered, lost, logged, seconds, latency }) => [
      name,
      figure(answered / seconds),
      String(lost),
      figure(logged / seconds),
      (logged / seconds / (base.logged / base.seconds)).toFixed(2),
      figure(latency * 1000),
    ]),
  );
}
