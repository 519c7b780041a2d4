/** Servers to be measured, each started in a folder of its own, with a count of what it logged. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ZONE } from "./dnsload.ts";

const SLOT_OCTETS = 128;
const START_MILLISECONDS = 2000;

/** The same content for every peer: any name below the zone is answered with the ack address. */
const ZONE_FILE = `$TTL 60
@ SOA ns1 hostmaster 1 86400 7200 3600000 60
  NS ns1
ns1 A 127.0.0.1
* A 198.18.0.7
`;

/** A server that answers on a port of loopback. */
export interface Measured {
  readonly port: number;
  readonly process: ChildProcess;
  /** Ends it and counts the reports in its log. */
  stop(): Promise<number>;
}

/** BIND with its query log, the nearest thing that an operator has today; nothing is synced before the answer. */
export async function startBind(folder: string, port: number): Promise<Measured> {
  const place = makePlace(folder, "bind");
  writeFileSync(
    join(place, "named.conf"),
    `options { directory "${place}"; pid-file none; session-keyfile none; listen-on port ${port} { 127.0.0.1; };
      listen-on-v6 { none; }; recursion no; dnssec-validation no; querylog yes; };
    controls { };
    logging { channel log { file "${place}/query.log"; print-time yes; }; category queries { log; }; };
    zone "${ZONE}" { type primary; file "${place}/zone"; };`,
  );
  const child = spawn("/usr/sbin/named", ["-f", "-c", join(place, "named.conf")], { stdio: "ignore" });
  return await started(child, port, () => countLines(join(place, "query.log"), "query: "));
}

/** PowerDNS with its query log. */
export async function startPowerdns(folder: string, port: number): Promise<Measured> {
  const place = makePlace(folder, "powerdns");
  writeFileSync(join(place, "pdns.conf"), "");
  writeFileSync(join(place, "named.conf"), `zone "${ZONE}" { type master; file "${place}/zone"; };\n`);
  const settings = {
    launch: "bind",
    "bind-config": join(place, "named.conf"),
    "local-address": "127.0.0.1",
    "local-port": port,
    "socket-dir": place,
    "log-dns-queries": "yes",
    loglevel: 6,
    daemon: "no",
    guardian: "no",
    "config-dir": place,
    setuid: "",
    setgid: "",
  };
  const args = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
  const log = openSync(join(place, "query.log"), "w");
  const child = spawn("/usr/sbin/pdns_server", args, { stdio: ["ignore", log, log] });
  return await started(child, port, () => countLines(join(place, "query.log"), "Remote .* wants "));
}

/** Our server; every report is on stable storage before its answer. */
export async function startSotto(folder: string, port: number, flags: readonly string[]): Promise<Measured> {
  const data = join(makePlace(folder, `sotto-${port}`), "data");
  const bin = fileURLToPath(new URL("../resolver/bin/sotto-resolver.js", import.meta.url));
  const settings = ["--zone", ZONE, "--ack", "198.18.0.7", "--data", data, "--rate-limit", "off"];
  const endpoints = ["--listen", `127.0.0.1:${port}`, "--http", `127.0.0.1:${port + 1}`];
  const args = [bin, "serve", ...settings, ...endpoints, "--disk-budget", "500G", ...flags];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  return await started(child, port, () => countSlots(join(data, "journal")));
}

function makePlace(folder: string, name: string): string {
  const place = join(folder, name);
  mkdirSync(place);
  writeFileSync(join(place, "zone"), ZONE_FILE);
  return place;
}

async function started(child: ChildProcess, port: number, count: () => number): Promise<Measured> {
  await sleep(START_MILLISECONDS);
  if (child.exitCode !== null) throw new Error(`${child.spawnfile} did not start`);
  const stop = async () => {
    child.kill("SIGTERM");
    await once(child, "exit");
    return count();
  };
  return { port, process: child, stop };
}

function countLines(path: string, pattern: string): number {
  return Number(execFileSync("sh", ["-c", `grep -c "${pattern}" ${path} || true`], { encoding: "utf8" }));
}

function countSlots(folder: string): number {
  let used = 0;
  for (const name of readdirSync(folder)) {
    const octets = readFileSync(join(folder, name));
    for (let at = 0; at < octets.length; at += SLOT_OCTETS) if (octets.readUInt32BE(at) !== 0) used++;
  }
  return used;
}
