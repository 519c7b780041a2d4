import type { Endpoint } from "../endpoint.ts";
import type { Asker } from "./asking.ts";
import { type AnsweredRecord, type Outcome, type Question, recordsOf } from "./message.ts";

/** The port of DNS: delegations name none. */
const DNS_PORT = 53;

/** How many servers of the parent are tried before it is given up. */
const PARENT_TRIES = 4;

const EDNS = { payload: 1232, options: [] };

/** An address with the host that it belongs to. */
export interface HostAddress {
  readonly host: string;
  readonly address: string;
}

/** What the zone above says. */
export interface Delegation {
  /** Its name; empty for the root. */
  readonly parent: string;
  /** The server of it that was asked. */
  readonly askedAt: HostAddress;
  readonly referral: Outcome;
  readonly signatures: Outcome;
}

/** Where a name server is asked. */
export function endpointOf({ address }: Pick<HostAddress, "address">): Endpoint {
  return { address, port: DNS_PORT };
}

/**
 * Finds the zone above and asks a server of it for the delegation.
 *
 * @param guides recursive resolvers that show the way to it; the first that does is taken.
 * @returns null when none of them does, or no server of the zone above answers.
 */
export async function findDelegation(
  asker: Asker,
  zone: string,
  guides: readonly Endpoint[],
): Promise<Delegation | null> {
  for (const guide of guides) {
    const parent = await findParent(asker, zone, guide);
    if (parent === null) continue;
    const servers = await findServers(asker, parent, guide);
    for (const askedAt of servers.slice(0, PARENT_TRIES)) {
      const ask = (type: Question["type"]) => asker.ask(endpointOf(askedAt), { name: zone, type, edns: EDNS });
      const referral = await ask("NS");
      if ("reply" in referral) return { parent, askedAt, referral, signatures: await ask("DS") };
    }
  }
  return null;
}

/** A host's addresses as a resolver finds them. */
export async function resolveHost(asker: Asker, host: string, guide: Endpoint): Promise<HostAddress[]> {
  const addresses: HostAddress[] = [];
  for (const type of ["A", "AAAA"] as const) {
    const outcome = await asker.ask(guide, { name: host, type, recursion: true });
    addresses.push(...textsIn(outcome, host, type).map((address) => ({ host, address })));
  }
  return addresses;
}

/** The texts of the records of a type at a name, sorted; none when there was no answer. */
export function textsIn(outcome: Outcome, name: string, type: string): string[] {
  if (!("reply" in outcome)) return [];
  return recordsOf(outcome.reply.answers, name, type)
    .map(({ text }) => text)
    .sort();
}

/** The name servers that the zone above gives; they stand in the answer where it serves the zone below as well. */
export function delegatedHosts(zone: string, referral: Outcome): string[] {
  if (!("reply" in referral)) return [];
  const { answers, authority } = referral.reply;
  const hosts = recordsOf([...answers, ...authority], zone, "NS").map(({ text }) => text);
  return [...new Set(hosts)].sort();
}

/** The addresses that the zone above gives for the name servers. */
export function glueOf(referral: Outcome): HostAddress[] {
  if (!("reply" in referral)) return [];
  const isAddress = ({ type }: AnsweredRecord) => type === "A" || type === "AAAA";
  return referral.reply.additional.filter(isAddress).map(({ name, text }) => ({ host: name, address: text }));
}

/** The zone that a name above lies in is the owner of the SOA that answers for it, whatever the answer. */
async function findParent(asker: Asker, zone: string, guide: Endpoint): Promise<string | null> {
  const above = zone.split(".").slice(1).join(".");
  const outcome = await asker.ask(guide, { name: above === "" ? "." : above, type: "SOA", recursion: true });
  if (!("reply" in outcome)) return null;
  const { answers, authority } = outcome.reply;
  const owners = [...answers, ...authority].filter(({ type }) => type === "SOA").map(({ name }) => name);
  return owners.find((owner) => owner === "" || above === owner || above.endsWith(`.${owner}`)) ?? null;
}

async function findServers(asker: Asker, parent: string, guide: Endpoint): Promise<HostAddress[]> {
  const outcome = await asker.ask(guide, { name: parent === "" ? "." : parent, type: "NS", recursion: true });
  const servers: HostAddress[] = [];
  for (const host of textsIn(outcome, parent, "NS").slice(0, PARENT_TRIES)) {
    servers.push(...(await resolveHost(asker, host, guide)));
  }
  return servers;
}
