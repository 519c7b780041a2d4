import { join } from "node:path";
import { listSegments } from "@sotto/decoder";
import { FRAME_OCTETS, frameId, toHex } from "@sotto/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { binOf, untilSealed } from "../e2e/command.ts";
import { Namespace } from "./network/namespace.ts";
import { requirePackages } from "./network/packages.ts";
import type { Program } from "./network/program.ts";
import { untilAnswers } from "./network/ready.ts";
import type { Resolver } from "./network/resolver.ts";
import { type ResolverName, startResolvers } from "./network/resolvers.ts";
import { type FakeRoot, startRoot } from "./network/root.ts";

const ZONE = "r.example.net";
const SERVER = "127.0.0.20";
const BUCKET_SECONDS = 2;
const BITS = 8;

/** A thousand reports: this many by a command each, the others by one command. */
const SINGLE = 8;
const TOTAL = 1000;

let namespace: Namespace;
let root: FakeRoot;
let resolvers: Record<ResolverName, Resolver>;
let server: Program;
let data: string;
let folder: string;

const sotto = (command: string, ...args: string[]) => [process.execPath, binOf(command), ...args];

beforeAll(async () => {
  requirePackages();
  namespace = Namespace.create("resolvers");
  folder = namespace.makeDirectory("sotto");
  data = join(folder, "data");
  root = await startRoot(namespace, [{ zone: ZONE, servers: [{ name: `ns1.${ZONE}`, address: SERVER }] }]);
  server = namespace.spawn(
    sotto(
      "sotto-resolver",
      ...["serve", "--zone", ZONE, "--listen", `${SERVER}:53`, "--http", `${SERVER}:8053`],
      ...["--data", data, "--ack", "198.18.0.7", "--bits", String(BITS)],
      ...["--bucket", `${BUCKET_SECONDS}s`, "--min-batch", "1", "--publish-after", "0s"],
    ),
  );
  await untilAnswers(namespace, server, SERVER, { name: ZONE, type: "SOA" });
  resolvers = await startResolvers(namespace, root);
});

afterAll(async () => {
  await namespace?.close();
});

describe("a thousand reports through a real recursive resolver", () => {
  const ways: [string, ResolverName, "server" | "getaddrinfo"][] = [
    ["unbound, strict QNAME minimisation and 0x20", "unbound", "server"],
    ["BIND, strict QNAME minimisation", "bind", "server"],
    ["Knot Resolver", "knot", "server"],
    ["PowerDNS Recursor", "powerdns", "server"],
    ["dnsmasq before unbound, rebinding filter on", "dnsmasq", "server"],
    ["unbound as the system's resolver, by getaddrinfo", "unbound", "getaddrinfo"],
  ];
  it.each(ways)("%s: every one is decoded exactly once, and nothing else is logged", async (_, name, way) => {
    const keyFile = join(folder, `${name}-${way}.key`);
    const made = await namespace.run(sotto("sotto-keys", "new", "--plain", "--out", keyFile));
    const before = await loggedIds();
    const { reports, frames } = await send(made.stdout.trim(), resolvers[name].address, way);
    await untilSealed(data);

    const scan = await namespace.run(
      sotto("sotto-decoder", "scan", "--key-file", keyFile, "--from", `http://${SERVER}:8053`),
    );
    expect(scan.code, scan.stderr).toBe(0);
    const found = scan.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.stringify(JSON.parse(line).report));
    expect(found.sort()).toEqual([...reports].sort());
    const logged = [...(await loggedIds())].filter((id) => !before.has(id));
    expect(logged.sort()).toEqual([...frames].sort());
  });
});

/** Sends the reports; those that no part of was confirmed would fail the test here. */
async function send(key: string, address: string, way: "server" | "getaddrinfo") {
  const target = ["--key", key, "--zone", ZONE, ...(way === "server" ? ["--server", `${address}:53`] : [])];
  const inside = way === "getaddrinfo" ? { nameserver: address } : {};
  const reports = Array.from({ length: TOTAL }, (_, i) =>
    JSON.stringify({ i, ...(i % 50 === 0 ? { pad: "é".repeat(60) } : {}) }),
  );
  const lines: string[] = [];
  for (const report of reports.slice(0, SINGLE)) {
    const one = await namespace.run(sotto("sotto-client", "send", ...target, report), inside);
    expect(one.code, one.stderr).toBe(0);
    lines.push(one.stdout.trim());
  }
  const input = reports.slice(SINGLE).join("\n");
  const many = await namespace.run(sotto("sotto-client", "send", ...target, "--ndjson", "-"), { ...inside, input });
  expect(many.code, many.stderr).toBe(0);
  lines.push(...many.stdout.trim().split("\n"));
  const results = lines.map((line) => JSON.parse(line) as { acked: boolean; frames: string[] });
  expect(results.every(({ acked }) => acked)).toBe(true);
  return { reports, frames: results.flatMap(({ frames }) => frames) };
}

/** The boxes in the sealed log, by their SHA-256; a frame that a segment holds twice would make it unreadable. */
async function loggedIds(): Promise<Set<string>> {
  const ids = new Set<string>();
  const damaged = (name: string) => expect.fail(`damaged: ${name}`);
  for (const segment of await listSegments(data, damaged)) {
    for await (const run of segment.frames()) {
      for (let at = 0; at < run.length; at += FRAME_OCTETS) {
        ids.add(toHex(frameId(run.subarray(at, at + FRAME_OCTETS))));
      }
    }
  }
  return ids;
}
