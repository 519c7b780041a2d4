import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Namespace } from "./namespace.ts";
import type { Program } from "./program.ts";
import { type Question, untilAnswers } from "./ready.ts";

export interface NameServer {
  /** Absolute or not, in any domain: its address is put where a resolver will look for it. */
  readonly name: string;
  /** IPv4; it has to answer on port 53. */
  readonly address: string;
}

export interface Delegation {
  readonly zone: string;
  readonly servers: readonly NameServer[];
}

export interface FakeRoot {
  readonly address: string;
  /** Path of a root hints file that names this root and nothing else. */
  readonly hints: string;
  /** Answered only by walking down from here, and without an address, which a rebinding filter might drop. */
  readonly witness: Question;
  stop(): Promise<void>;
}

interface Zone {
  /** Without its last dot; empty for the root. */
  readonly name: string;
  readonly server: NameServer;
  readonly records: string[];
}

/** Lowest address; every zone above the delegated ones takes the next. */
const FIRST_ADDRESS = 10;
const TTL = 86_400;

/**
 * Starts the DNS above the delegated zones: for `r.example.net` a root, `net` and `example.net`, all unsigned. Each
 * zone has an NSD and an address of its own, for a server that held several would answer from the deepest, and a
 * resolver would never take the steps that it takes outside.
 */
export async function startRoot(namespace: Namespace, delegations: readonly Delegation[]): Promise<FakeRoot> {
  const zones = plan(delegations);
  const programs: Program[] = [];
  const stop = async () => {
    await Promise.all(programs.map((program) => program.stop()));
  };
  try {
    await Promise.all(zones.map((zone) => startNsd(namespace, zone, programs)));
  } catch (error) {
    await stop();
    throw error;
  }
  const [root] = zones;
  const deepest = zones.at(-1);
  if (root === undefined || deepest === undefined) throw new Error("no zone to serve");
  const hints = join(namespace.directory, "root.hints");
  writeFileSync(hints, `. ${TTL} NS ${root.server.name}\n${root.server.name} ${TTL} A ${root.server.address}\n`);
  return { address: root.server.address, hints, witness: { name: `${deepest.name}.`, type: "SOA" }, stop };
}

/** The zones to serve, the root first, parents before their children. */
function plan(delegations: readonly Delegation[]): Zone[] {
  const zones: Zone[] = [];
  for (const { zone } of delegations) {
    const labels = relative(zone).split(".");
    for (let depth = labels.length; depth >= 1; depth--) {
      const name = labels.slice(depth).join(".");
      if (zones.some((known) => known.name === name)) continue;
      const server = {
        name: name === "" ? "a.root." : `ns.${name}.`,
        address: `127.0.0.${FIRST_ADDRESS + zones.length}`,
      };
      const parent = closest(zones, name);
      zones.push({ name, server, records: [] });
      addAddress(zones, server);
      if (parent !== undefined) addDelegation(zones, parent, name, [server]);
    }
  }
  for (const { zone, servers } of delegations) {
    const name = relative(zone);
    if (zones.some((known) => known.name === name)) throw new Error(`${name} is delegated, and above another zone`);
    const parent = closest(zones, name);
    if (parent !== undefined) addDelegation(zones, parent, name, servers);
  }
  return zones;
}

function addDelegation(zones: readonly Zone[], parent: Zone, child: string, servers: readonly NameServer[]): void {
  for (const server of servers) {
    const name = `${relative(server.name)}.`;
    parent.records.push(`${child}. ${TTL} NS ${name}`);
    // Glue if the name lies below a cut, an ordinary record of that zone if not.
    addAddress(zones, { ...server, name }, parent);
  }
}

function addAddress(zones: readonly Zone[], server: NameServer, parent?: Zone): void {
  const record = `${server.name} ${TTL} A ${server.address}`;
  const home = closest(zones, relative(server.name));
  for (const zone of [home, parent]) {
    if (zone === undefined || zone.records.includes(record) || !contains(zone, relative(server.name))) continue;
    zone.records.push(record);
  }
}

function closest(zones: readonly Zone[], name: string): Zone | undefined {
  const above = zones.filter((zone) => contains(zone, name));
  return above.toSorted((a, b) => b.name.length - a.name.length)[0];
}

function contains(zone: Zone, name: string): boolean {
  return zone.name === "" || name === zone.name || name.endsWith(`.${zone.name}`);
}

function relative(name: string): string {
  return name.replace(/\.$/, "");
}

async function startNsd(namespace: Namespace, zone: Zone, programs: Program[]): Promise<void> {
  const directory = namespace.makeDirectory("nsd");
  const { name, address } = zone.server;
  const zoneFile = join(directory, "zone");
  const configuration = join(directory, "nsd.conf");
  const soa = `${zone.name}. ${TTL} SOA ${name} hostmaster.${name} 1 3600 900 604800 300`;
  writeFileSync(zoneFile, [soa, `${zone.name}. ${TTL} NS ${name}`, ...zone.records, ""].join("\n"));
  writeFileSync(
    configuration,
    `server:
  ip-address: ${address}
  port: 53
  do-ip6: no
  server-count: 1
  username: ""
  chroot: ""
  zonesdir: "${directory}"
  database: ""
  pidfile: ""
  xfrdfile: "${directory}/xfrd.state"
  xfrdir: "${directory}"
  zonelistfile: "${directory}/zone.list"
  # Resolvers on one machine look like one source that repeats itself.
  rrl-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: "${zone.name}."
  zonefile: "${zoneFile}"
`,
  );
  const program = namespace.spawn(["nsd", "-d", "-c", configuration]);
  programs.push(program);
  await untilAnswers(namespace, program, address, { name: `${zone.name}.`, type: "SOA" });
}
