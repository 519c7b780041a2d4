import { DEFAULT_BITS, dayOf, encodeName, generateKeyPair, type Policy, seal } from "@sotto/wire";
import { type Endpoint, formatEndpoint } from "../endpoint.ts";
import type { ZoneSettings } from "../settings.ts";
import type { Asker } from "./asking.ts";
import {
  delegatedHosts,
  endpointOf,
  findDelegation,
  glueOf,
  type HostAddress,
  resolveHost,
  textsIn,
} from "./delegation.ts";
import { judgeDelegation, type ZoneView } from "./delegationjudgement.ts";
import { type Finding, ok, wrong } from "./finding.ts";
import { silenceText } from "./message.ts";
import { judgeAckAddresses, judgeBatch, judgePolicy, policyIn } from "./policyjudgement.ts";
import {
  type Expected,
  isAcknowledged,
  judgeReport,
  judgeStored,
  type Receipt,
  receiptOf,
  receiptOfLookup,
} from "./reportjudgement.ts";
import { judgeServer, judgeSoa, nameOf } from "./serverjudgement.ts";
import { probeServer, type ServerEvidence } from "./serverprobe.ts";

/** A sealed report says nothing but that it is one, to nobody: its key is thrown away. */
const TEXT = '{"doctor":1}';

/** A resolver to go through. */
export interface Path {
  readonly endpoint: Endpoint;
  /** `resolv.conf` or `given`. */
  readonly origin: string;
}

/** What is examined. */
export interface Subject {
  readonly zone: string;
  readonly paths: readonly Path[];
  /** Ack addresses that the operator expects; empty: those of the configuration or the policy record. */
  readonly ack: readonly string[];
  /** The zone in a configuration file, when there is one. */
  readonly settings: ZoneSettings | null;
}

/** What an examination found. */
export interface Examination {
  /** Left out where a database alone was examined. */
  readonly zone?: string;
  readonly findings: readonly Finding[];
  /** Frames that were sent and that nobody can open. */
  readonly framesSent: number;
}

/**
 * Examines a zone as the world sees it.
 *
 * @param clock Unix seconds.
 */
export async function examine(asker: Asker, subject: Subject, clock: () => number): Promise<Examination> {
  const { zone, settings } = subject;
  const guides = subject.paths.map(({ endpoint }) => endpoint);
  const delegation = await findDelegation(asker, zone, guides);
  const hosts = delegation === null ? [] : delegatedHosts(zone, delegation.referral);
  const glue = delegation === null ? [] : glueOf(delegation.referral);
  const inZone = (host: string) => host.endsWith(`.${zone}`);
  const resolved = await resolveFirst(
    asker,
    hosts.filter((host) => !inZone(host)),
    guides,
  );
  const configured = (settings?.nameServers ?? []).flatMap(({ host, addresses }) =>
    addresses.map((address) => ({ host, address })),
  );
  const known = unique([...glue.filter(({ host }) => hosts.includes(host)), ...resolved, ...configured]);
  const view = await viewZone(asker, zone, known);
  const servers = await Promise.all(
    unique([...known, ...(view?.addresses ?? [])]).map((server) => probeServer(asker, zone, server, clock)),
  );

  const policy = firstPolicy(zone, servers);
  const ack = [subject.ack, settings?.ack ?? [], policy?.ack ?? []].find((list) => list.length > 0) ?? [];
  const expected: Expected = { ack, nak: settings?.nak ?? null };
  const bits = Math.max(policy?.bits ?? DEFAULT_BITS, settings?.bits ?? 0);
  const frames = new FrameMaker(zone, bits, clock);
  const stored = await sendDirect(asker, servers, frames);
  const ways = await Promise.all([
    ...subject.paths.map((path) => examinePath(asker, subject, path, servers, frames, expected)),
    examineSystem(asker, zone, servers, frames, expected),
  ]);
  const findings = [
    ...judgeDelegation({ zone, delegation, view, resolved, configured: settings?.nameServers ?? null }),
    ...servers.flatMap((evidence) => [
      ...judgeServer(zone, evidence, hosts),
      ...(evidence.details === null
        ? []
        : [judgePolicy(nameOf(evidence.server), zone, evidence.details.policy, settings)]),
      ...stored
        .filter(({ server }) => server === evidence.server)
        .map((one) => judgeStored(nameOf(one.server), one.receipt, expected)),
    ]),
    ...judgeSoa(zone, servers),
    ...judgeAckAddresses(zone, policy, ack, expected.nak),
    ...(settings === null ? [] : [judgeBatch(settings)]),
    ...ways.flat(),
  ];
  return { zone, findings, framesSent: frames.made };
}

/** Makes one name after the other, each with a frame and a key of its own. */
class FrameMaker {
  made = 0;
  readonly #zone: string;
  readonly #bits: number;
  readonly #clock: () => number;

  constructor(zone: string, bits: number, clock: () => number) {
    this.#zone = zone;
    this.#bits = bits;
    this.#clock = clock;
  }

  next(): string {
    const { publicKey } = generateKeyPair();
    const [sealed] = seal(TEXT, publicKey, { day: dayOf(this.#clock()), bits: this.#bits });
    if (sealed === undefined) throw new RangeError("a report of one part has one frame");
    this.made++;
    return encodeName(sealed.frame, this.#zone);
  }
}

async function resolveFirst(
  asker: Asker,
  hosts: readonly string[],
  guides: readonly Endpoint[],
): Promise<HostAddress[]> {
  const found: HostAddress[] = [];
  for (const host of hosts) {
    for (const guide of guides) {
      const addresses = await resolveHost(asker, host, guide);
      found.push(...addresses);
      if (addresses.length > 0) break;
    }
  }
  return found;
}

/** What the first server that answers with authority says of the zone's name servers. */
async function viewZone(asker: Asker, zone: string, servers: readonly HostAddress[]): Promise<ZoneView | null> {
  for (const server of servers) {
    const endpoint = endpointOf(server);
    const outcome = await asker.ask(endpoint, { name: zone, type: "NS" });
    if (!("reply" in outcome) || !outcome.reply.authoritative) continue;
    const nameServers = textsIn(outcome, zone, "NS");
    const addresses: HostAddress[] = [];
    for (const host of nameServers.filter((name) => name.endsWith(`.${zone}`))) {
      for (const type of ["A", "AAAA"] as const) {
        const answer = await asker.ask(endpoint, { name: host, type });
        addresses.push(...textsIn(answer, host, type).map((address) => ({ host, address })));
      }
    }
    return { nameServers, addresses };
  }
  return null;
}

function firstPolicy(zone: string, servers: readonly ServerEvidence[]): Policy | null {
  for (const { details } of servers) {
    const policy = details === null ? null : policyIn(zone, details.policy);
    if (policy !== null) return policy;
  }
  return null;
}

/** Sends one frame to every name server that answers: the union of their logs holds it once. */
async function sendDirect(asker: Asker, servers: readonly ServerEvidence[], frames: FrameMaker) {
  const answering = servers.filter(({ details }) => details !== null);
  if (answering.length === 0) return [];
  const name = frames.next();
  return Promise.all(
    answering.map(async ({ server, udp }) => ({ server, receipt: await sendTo(asker, server, name, "reply" in udp) })),
  );
}

async function sendTo(asker: Asker, server: HostAddress, name: string, overUdp: boolean): Promise<Receipt> {
  const question = { name, type: "A" } as const;
  const endpoint = endpointOf(server);
  return receiptOf(overUdp ? await asker.ask(endpoint, question) : await asker.askOverTcp(endpoint, question));
}

async function examinePath(
  asker: Asker,
  { zone, settings }: Subject,
  { endpoint, origin }: Path,
  servers: readonly ServerEvidence[],
  frames: FrameMaker,
  expected: Expected,
): Promise<Finding[]> {
  const where = `${formatEndpoint(endpoint).replace(/:53$/, "")} (${origin})`;
  const soa = await asker.ask(endpoint, { name: zone, type: "SOA", recursion: true });
  if ("silence" in soa) {
    const fix = "see that this resolver runs and answers this machine, or take it out of --resolver or resolv.conf";
    return [wrong("resolver", where, silenceText(soa.silence), fix)];
  }
  const policy = await asker.ask(endpoint, { name: `_policy.${zone}`, type: "TXT", recursion: true });
  const name = frames.next();
  const receipt = receiptOf(await asker.ask(endpoint, { name, type: "A", recursion: true }));
  const direct = await retrace(asker, servers, name, receipt, expected);
  const found = soa.reply.answers.some((record) => record.name === zone && record.type === "SOA");
  return [
    found
      ? ok("resolver", where, "finds the zone")
      : wrong(
          "resolver",
          where,
          `does not find the zone (${soa.reply.rcode})`,
          "see the findings about the delegation first",
        ),
    judgePolicy(where, zone, policy, settings),
    judgeReport(where, zone, receipt, direct, expected),
  ];
}

async function examineSystem(
  asker: Asker,
  zone: string,
  servers: readonly ServerEvidence[],
  frames: FrameMaker,
  expected: Expected,
): Promise<Finding[]> {
  const name = frames.next();
  const receipt = receiptOfLookup(await asker.lookup(name));
  const direct = await retrace(asker, servers, name, receipt, expected);
  return [judgeReport("this system (getaddrinfo)", zone, receipt, direct, expected)];
}

/** Asks a name server itself for a report that a resolver did not bring back, to tell which of the two it was. */
async function retrace(
  asker: Asker,
  servers: readonly ServerEvidence[],
  name: string,
  receipt: Receipt,
  expected: Expected,
): Promise<Receipt | null> {
  if (isAcknowledged(receipt, expected)) return null;
  const alive = servers.find(({ details }) => details !== null);
  return alive === undefined ? null : sendTo(asker, alive.server, name, "reply" in alive.udp);
}

function unique(list: readonly HostAddress[]): HostAddress[] {
  return [...new Map(list.map((entry) => [nameOf(entry), entry])).values()];
}
