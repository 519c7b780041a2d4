import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Finding } from "../../resolver/doctor/finding.ts";
import { binOf } from "../e2e/command.ts";
import { Namespace } from "./network/namespace.ts";
import { requirePackages } from "./network/packages.ts";
import { untilAnswers } from "./network/ready.ts";
import type { Resolver } from "./network/resolver.ts";
import { RESOLVERS } from "./network/resolvers.ts";
import { type FakeRoot, startRoot } from "./network/root.ts";

const STANDIN = fileURLToPath(new URL("../resolver/doctor/standin.ts", import.meta.url));
const BITS = 4;
const ACK = "198.18.0.7";

/** Healthy, delegated by example.net. */
const ZONE = "r.example.net";
const SERVER = "127.0.0.50";

/** The zone above those that are ill; what it says of them is in its own hands. */
const ABOVE = "ill.example";
const ABOVE_SERVER = "127.0.0.51";
const ABOVE_RECORDS = `
@ 3600 SOA ns.${ABOVE}. hostmaster.${ABOVE}. 1 3600 900 604800 300
@ 3600 NS ns.${ABOVE}.
ns 3600 A ${ABOVE_SERVER}
glueless 3600 NS ns1.glueless.${ABOVE}.
misglued 3600 NS ns1.misglued.${ABOVE}.
ns1.misglued 3600 A 127.0.0.99
ns1.misglued 3600 A 127.0.0.52
misglued 3600 DS 12345 13 2 ${"ab".repeat(32)}
udponly 3600 NS ns1.udponly.${ABOVE}.
ns1.udponly 3600 A 127.0.0.53
nxdomain 3600 NS ns1.nxdomain.${ABOVE}.
ns1.nxdomain 3600 A 127.0.0.54
lowercase 3600 NS ns1.lowercase.${ABOVE}.
ns1.lowercase 3600 A 127.0.0.55
private 3600 NS ns1.private.${ABOVE}.
ns1.private 3600 A 127.0.0.56
`;

let namespace: Namespace;
let root: FakeRoot;
let unbound: Resolver;
let bind: Resolver;
let dnsmasq: Resolver;
let folder: string;

beforeAll(async () => {
  requirePackages();
  namespace = Namespace.create("doctor");
  folder = namespace.makeDirectory("doctor");
  root = await startRoot(namespace, [
    { zone: ZONE, servers: [{ name: `ns1.${ZONE}`, address: SERVER }] },
    { zone: ABOVE, servers: [{ name: `ns.${ABOVE}`, address: ABOVE_SERVER }] },
  ]);
  await startAbove();
  [unbound, bind, dnsmasq] = await Promise.all([
    RESOLVERS.unbound(namespace, root),
    RESOLVERS.bind(namespace, root),
    RESOLVERS.dnsmasq(namespace, root),
  ]);
});

afterAll(async () => {
  await namespace?.close();
});

describe("a healthy zone", () => {
  beforeAll(() => startZone(ZONE, SERVER));

  it("is all right through unbound and BIND, as text and as JSON", async () => {
    const config = join(folder, "sotto.toml");
    writeFileSync(
      config,
      `listen = "${SERVER}:53"\ndata = "${join(folder, "unused")}"\n[[zone]]\nname = "${ZONE}"\nack = "${ACK}"\nbits = ${BITS}\n`,
    );
    const args = ["--zone", ZONE, "--resolver", bind.address, "--config", config];
    const text = await doctor(unbound, ...args);
    const checks = text.stdout.split("\n").filter((line) => /^(ok|warning) /.test(line));
    // Verdict, check, place, words: in columns, so the words of every line begin at one place.
    const columns = checks.map(
      (line) => /^(?:ok {5}|warning) {2}[A-Za-z].*? {2,}\S.*? {2,}(?=\S)/.exec(line)?.[0].length,
    );
    expect(new Set(columns).size).toBe(1);
    expect(checks.length).toBeGreaterThanOrEqual(25);
    expect(text.stdout).toContain("from 29 a day on");
    expect(text.stdout).toContain("up to 4 frames are in the zone's log now");
    expect(text.stdout).toMatch(/\nr\.example\.net: \d+ ok, 2 to look at, 0 wrong\n$/);
    expect(text.stdout).not.toContain("\u001b");
    expect({ code: text.code, stderr: text.stderr }).toEqual({ code: 0, stderr: "" });

    const { findings, verdict } = await examine(0, unbound, ...args);
    expect(verdict).toBe("warning");
    expect(found(findings, "warning")).toEqual([`ack address ${ACK}`, "nak address 198.18.0.8"]);
    expect(found(findings, "ok")).toContain(`clock ns1.${ZONE} ${SERVER}`);
    expect(found(findings, "ok").filter((line) => line.startsWith("report"))).toEqual([
      `report ${unbound.address} (resolv.conf)`,
      `report ${bind.address} (given)`,
      "report this system (getaddrinfo)",
    ]);
  });

  it("whose configuration says otherwise is told where", async () => {
    const config = join(folder, "other.toml");
    writeFileSync(
      config,
      `listen = "127.0.0.90:53"\ndata = "d"\n[[zone]]\nname = "${ZONE}"\nack = "${ACK}"\nbits = 3\nretention = "100h"\n`,
    );
    const { findings } = await examine(1, unbound, "--config", config);
    const policy = findings.find(({ check, verdict }) => check === "policy" && verdict === "wrong");
    expect(policy?.says).toContain(`bits is ${BITS}, not 3`);
    expect(policy?.says).toContain("retention is 168, not 100");
    expect(found(findings, "wrong")).toContain(`answers UDP ns1.${ZONE} 127.0.0.90`);
  });
});

describe("what is wrong is told, with what to do:", () => {
  it("no glue", async () => {
    const { findings } = await examine(1, unbound, "--zone", `glueless.${ABOVE}`);
    const glue = findings.find(({ check }) => check === "glue");
    expect(glue).toMatchObject({ verdict: "wrong", where: `ns1.glueless.${ABOVE}` });
    expect(glue?.fix).toContain(`ns1.glueless.${ABOVE}`);
  });

  it("other glue than the zone's address, and a DS record", async () => {
    await startZone(`misglued.${ABOVE}`, "127.0.0.52");
    const { findings } = await examine(1, bind, "--zone", `misglued.${ABOVE}`);
    const glue = findings.find(({ check }) => check === "glue");
    expect(glue?.says).toBe("127.0.0.52, 127.0.0.99 above, 127.0.0.52 in the zone itself");
    expect(found(findings, "wrong")).toEqual(
      expect.arrayContaining([
        `glue ns1.misglued.${ABOVE}`,
        `unsigned ${ABOVE} at ns.${ABOVE}`,
        `answers UDP ns1.misglued.${ABOVE} 127.0.0.99`,
      ]),
    );
    expect(found(findings, "ok")).toContain(`answers UDP ns1.misglued.${ABOVE} 127.0.0.52`);
  });

  it("no TCP", async () => {
    await startSpoiled("udponly", "127.0.0.53");
    const { findings } = await examine(1, bind, "--zone", `udponly.${ABOVE}`);
    const wrongs = findings.filter(({ verdict }) => verdict === "wrong");
    expect(wrongs).toMatchObject([{ check: "answers TCP", says: "nothing listens there (the port is closed)" }]);
    expect(wrongs[0]?.fix).toContain("port 53 TCP");
  });

  it("NXDOMAIN for partial names", async () => {
    await startSpoiled("nxdomain", "127.0.0.54");
    const { findings } = await examine(1, unbound, "--zone", `nxdomain.${ABOVE}`);
    expect(found(findings, "wrong")).toEqual(
      expect.arrayContaining([
        `partial names ns1.nxdomain.${ABOVE} 127.0.0.54`,
        `report ${unbound.address} (resolv.conf)`,
        "report this system (getaddrinfo)",
      ]),
    );
    expect(found(findings, "ok")).toContain(`stores reports ns1.nxdomain.${ABOVE} 127.0.0.54`);
  });

  it("a question that comes back in lower case", async () => {
    await startSpoiled("lowercase", "127.0.0.55");
    const { findings } = await examine(1, bind, "--zone", `lowercase.${ABOVE}`);
    expect(found(findings, "wrong")).toEqual([`letter case ns1.lowercase.${ABOVE} 127.0.0.55`]);
  });

  it("an ack address that a rebinding filter strips", async () => {
    await startZone(`private.${ABOVE}`, "127.0.0.56", { ack: "192.168.1.7" });
    const { findings } = await examine(1, bind, "--zone", `private.${ABOVE}`, "--resolver", dnsmasq.address);
    expect(found(findings, "wrong")).toEqual(["ack address 192.168.1.7", `report ${dnsmasq.address} (given)`]);
    const report = findings.find(({ check, verdict }) => check === "report" && verdict === "wrong");
    expect(report?.says).toContain("stripped");
    expect(report?.fix).toContain(`rebind-domain-ok=/private.${ABOVE}/`);
    expect(found(findings, "ok")).toContain(`report ${bind.address} (resolv.conf)`);
  });
});

describe("usage", () => {
  it("that is wrong ends with 2 and says what to do", async () => {
    const none = await doctor(unbound);
    expect(none).toMatchObject({ code: 2, stdout: "" });
    expect(none.stderr).toBe("sotto-resolver: say which zone: --zone r.example.net\n");
    expect((await doctor(unbound, "--zone", "-bad-")).code).toBe(2);
    expect((await doctor(unbound, "--zone", ZONE, "--config", join(folder, "missing.toml"))).code).toBe(2);
  });
});

/** Runs the doctor inside, with one of the resolvers as the system's. */
function doctor(system: Resolver, ...args: string[]) {
  const command = [process.execPath, binOf("sotto-resolver"), "doctor", ...args];
  return namespace.run(command, { nameserver: system.address });
}

async function examine(code: number, system: Resolver, ...args: string[]) {
  const run = await doctor(system, ...args, "--json");
  expect(run.code, run.stdout + run.stderr).toBe(code);
  return JSON.parse(run.stdout) as { findings: Finding[]; verdict: string };
}

/** The checks that came out so, each with its place. */
function found(findings: readonly Finding[], verdict: string): string[] {
  return findings.filter((finding) => finding.verdict === verdict).map(({ check, where }) => `${check} ${where}`);
}

/** Starts a real server for a zone, on the address that the zone publishes. */
async function startZone(zone: string, address: string, { ack = ACK, port = 53 } = {}): Promise<void> {
  const data = join(folder, zone);
  const command = [
    process.execPath,
    binOf("sotto-resolver"),
    "serve",
    "--zone",
    zone,
    "--listen",
    `${address}:${port}`,
  ];
  const server = namespace.spawn([
    ...command,
    ...["--http", `${address}:8053`, "--data", data, "--ack", ack, "--bits", String(BITS)],
  ]);
  if (port === 53) await untilAnswers(namespace, server, address, { name: zone, type: "SOA" });
}

/** Starts a stand-in that spoils the answers of a real server on another port of the same address. */
async function startSpoiled(mode: string, address: string): Promise<void> {
  const zone = `${mode}.${ABOVE}`;
  await startZone(zone, address, { port: 5353 });
  const standin = namespace.spawn([process.execPath, STANDIN, mode, address]);
  await untilAnswers(namespace, standin, address, { name: zone, type: "SOA" });
}

async function startAbove(): Promise<void> {
  const directory = namespace.makeDirectory("above");
  writeFileSync(join(directory, "zone"), ABOVE_RECORDS);
  const configuration = join(directory, "nsd.conf");
  writeFileSync(
    configuration,
    `server:
  ip-address: ${ABOVE_SERVER}
  do-ip6: no
  server-count: 1
  username: ""
  zonesdir: "${directory}"
  database: ""
  pidfile: ""
  xfrdfile: "${directory}/xfrd.state"
  xfrdir: "${directory}"
  zonelistfile: "${directory}/zone.list"
  rrl-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: "${ABOVE}."
  zonefile: "zone"
`,
  );
  const nsd = namespace.spawn(["nsd", "-d", "-c", configuration]);
  await untilAnswers(namespace, nsd, ABOVE_SERVER, { name: `${ABOVE}.`, type: "SOA" });
}
