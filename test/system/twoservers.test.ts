import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { listSegments } from "@sotto/decoder";
import { FRAME_OCTETS, frameId, toHex } from "@sotto/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { binOf, untilSealed } from "../e2e/command.ts";
import { Namespace } from "./network/namespace.ts";
import { requirePackages } from "./network/packages.ts";
import type { Program } from "./network/program.ts";
import { untilAnswers } from "./network/ready.ts";
import { startRoot } from "./network/root.ts";
import { startUnbound } from "./network/unbound.ts";

const ZONE = "r.example.net";
const SERVERS = ["127.0.0.20", "127.0.0.21"] as const;
const REPORTS = 1500;
const BUCKET_SECONDS = 3;

const sotto = (command: string, ...args: string[]) => [process.execPath, binOf(command), ...args];

let namespace: Namespace;
let folder: string;
let resolver: string;
const servers: Program[] = [];

beforeAll(async () => {
  requirePackages();
  namespace = Namespace.create("twoservers");
  folder = namespace.makeDirectory("sotto");
  const names = SERVERS.map((address, index) => ({ name: `ns${index + 1}.${ZONE}`, address }));
  const root = await startRoot(namespace, [{ zone: ZONE, servers: names }]);
  for (const address of SERVERS) {
    const config = join(folder, `${address}.json`);
    const zone = {
      name: ZONE,
      ack: ["198.18.0.7"],
      bits: 4,
      bucket: `${BUCKET_SECONDS}s`,
      "min-batch": 1,
      "publish-after": "0s",
      "name-server": names.map(({ name, address: glue }) => ({ host: name, addresses: [glue] })),
    };
    const settings = { listen: `${address}:53`, http: `${address}:8053`, data: join(folder, address), zone: [zone] };
    await writeFile(config, JSON.stringify(settings));
    const server = namespace.spawn(sotto("sotto-resolver", "serve", "--config", config));
    await untilAnswers(namespace, server, address, { name: ZONE, type: "SOA" });
    servers.push(server);
  }
  resolver = (await startUnbound(namespace, root)).address;
});

afterAll(async () => {
  await namespace?.close();
});

describe("two name servers of one zone, behind unbound", () => {
  it("need no coordination: one dies mid-run, and the union of their logs holds all that was acknowledged, once", async () => {
    const keyFile = join(folder, "project.key");
    const key = (await namespace.run(sotto("sotto-keys", "new", "--plain", "--out", keyFile))).stdout.trim();
    const target = ["--key", key, "--zone", ZONE, "--server", `${resolver}:53`, "--ack", "198.18.0.7", "--bits", "4"];
    const send = async (from: number, until: number) => {
      const reports = Array.from({ length: until - from }, (_, i) => JSON.stringify({ i: from + i }));
      const command = sotto("sotto-client", "send", ...target, "--ndjson", "-");
      const { stdout } = await namespace.run(command, { input: reports.join("\n") });
      const lines = stdout.trim().split("\n");
      return lines.map((line) => JSON.parse(line) as { acked: boolean; frames: string[] });
    };
    // The resolver takes either server for each of these, so both have some before one dies among the others.
    const first = await send(0, REPORTS / 4);
    const rest = send(REPORTS / 4, REPORTS);
    await sleep(700);
    servers[1]?.kill("SIGKILL");
    const results = [...first, ...(await rest)];
    const acked = results.filter((result) => result.acked).flatMap(({ frames }) => frames);
    expect(results).toHaveLength(REPORTS);
    expect(acked.length).toBeGreaterThan(REPORTS / 2);

    // The dead one's journals are sealed when somebody starts it again.
    const config = join(folder, `${SERVERS[1]}.json`);
    const again = namespace.spawn(sotto("sotto-resolver", "serve", "--config", config));
    await untilAnswers(namespace, again, SERVERS[1], { name: ZONE, type: "SOA" });
    for (const address of SERVERS) await untilSealed(join(folder, address));
    const logs = await Promise.all(SERVERS.map((address) => idsIn(join(folder, address))));
    for (const log of logs) expect(log.size).toBeGreaterThan(0);
    const union = new Set(logs.flatMap((log) => [...log]));
    expect(acked.filter((id) => !union.has(id))).toEqual([]);

    const places = SERVERS.flatMap((address) => ["--from", `http://${address}:8053`]);
    const scan = await namespace.run(sotto("sotto-decoder", "scan", "--key-file", keyFile, ...places));
    const found = scan.stdout
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { report: { i: number } }).report.i);
    expect(new Set(found).size).toBe(found.length);
    expect(found.length).toBeGreaterThanOrEqual(acked.length);
  });
});

async function idsIn(data: string): Promise<Set<string>> {
  const ids = new Set<string>();
  for (const segment of await listSegments(data, (name) => expect.fail(`damaged: ${name}`))) {
    for await (const run of segment.frames()) {
      for (let at = 0; at < run.length; at += FRAME_OCTETS)
        ids.add(toHex(frameId(run.subarray(at, at + FRAME_OCTETS))));
    }
  }
  return ids;
}
