import type { NameServer } from "../settings.ts";
import { type Delegation, delegatedHosts, glueOf, type HostAddress } from "./delegation.ts";
import { type Finding, ok, warning, wrong } from "./finding.ts";
import { silenceText } from "./message.ts";

/** What the zone's own servers say of it. */
export interface ZoneView {
  readonly nameServers: readonly string[];
  readonly addresses: readonly HostAddress[];
}

/** What is needed to judge a delegation. */
export interface DelegationEvidence {
  readonly zone: string;
  readonly delegation: Delegation | null;
  /** Null when no server of the zone answers. */
  readonly view: ZoneView | null;
  /** Addresses of name servers outside of the zone, as a resolver finds them. */
  readonly resolved: readonly HostAddress[];
  /** The name servers of the configuration file, when there is one. */
  readonly configured: readonly NameServer[] | null;
}

/** Judges what the zone above says: that it delegates, to whom, with which addresses, and unsigned. */
export function judgeDelegation(evidence: DelegationEvidence): Finding[] {
  const { zone, delegation } = evidence;
  if (delegation === null) {
    const fix = "check the name given with --zone, and that this machine's resolvers and port 53 to the outside work";
    return [wrong("delegation", zone, "no resolver leads to a server of the zone above it", fix)];
  }
  const { parent, askedAt, referral } = delegation;
  const above = `${parent === "" ? "the root" : parent} at ${askedAt.host}`;
  const hosts = delegatedHosts(zone, referral);
  if (hosts.length === 0) {
    const wanted = evidence.configured?.map(({ host }) => host) ?? evidence.view?.nameServers ?? [`ns1.${zone}`];
    const fix = `have the zone above hold: ${wanted.map((host) => `${zone}. NS ${host}.`).join(", ")}`;
    return [wrong("delegation", above, `it does not delegate ${zone}`, fix)];
  }
  return [
    ok("delegation", above, `delegates ${zone} to ${hosts.join(", ")}`),
    ...hosts.map((host) => judgeHost(evidence, host, referral)),
    judgeSignatures(delegation, above, zone),
    ...judgeConfigured(evidence, hosts),
  ];
}

/** Judges the addresses of one name server: glue where the host lies in the zone itself, else that it resolves. */
function judgeHost(evidence: DelegationEvidence, host: string, referral: Delegation["referral"]): Finding {
  const { zone, view } = evidence;
  if (host !== zone && !host.endsWith(`.${zone}`)) {
    const found = addressesOf(evidence.resolved, host);
    if (found.length > 0) return ok("addresses", host, found.join(", "));
    return wrong("addresses", host, "it has no address", `give ${host} an A or AAAA record where its zone is run`);
  }
  const glue = addressesOf(glueOf(referral), host);
  const inZone = view === null ? null : addressesOf(view.addresses, host);
  const configured = evidence.configured?.find((server) => server.host === host)?.addresses ?? [];
  const right = inZone !== null && inZone.length > 0 ? inZone : [...configured].sort();
  const records = right.map((address) => `${host}. ${address.includes(":") ? "AAAA" : "A"} ${address}`).join(", ");
  if (glue.length === 0) {
    const what = records === "" ? `the A or AAAA record of ${host}.` : records;
    return wrong("glue", host, "the zone above has no address for it", `have the zone above hold, as glue: ${what}`);
  }
  if (inZone === null) {
    const fix = "run this again when a name server of the zone answers";
    return warning("glue", host, `${glue.join(", ")}; no server of the zone answers to compare it with`, fix);
  }
  if (inZone.length === 0) {
    const fix = `list ${glue.join(", ")} as addresses of ${host} under [[zone.name-server]] and restart`;
    return wrong("glue", host, `${glue.join(", ")} above, no address in the zone itself`, fix);
  }
  if (glue.join() !== inZone.join()) {
    const fix = `correct the one that is wrong: the glue above, or the addresses under [[zone.name-server]] (${records})`;
    return wrong("glue", host, `${glue.join(", ")} above, ${inZone.join(", ")} in the zone itself`, fix);
  }
  return ok("glue", host, `${glue.join(", ")}, as in the zone itself`);
}

function judgeSignatures({ signatures }: Delegation, above: string, zone: string): Finding {
  if (!("reply" in signatures)) {
    const fix = `see with 'kdig DS ${zone}' that the answer is empty`;
    return warning("unsigned", above, `cannot tell: ${silenceText(signatures.silence)}`, fix);
  }
  if (!signatures.reply.answers.some(({ type }) => type === "DS")) return ok("unsigned", above, "no DS record");
  const fix = `have the DS records of ${zone} removed above: this server does not sign, so validating resolvers refuse it`;
  return wrong("unsigned", above, "it has a DS record for the zone", fix);
}

function judgeConfigured({ configured, zone }: DelegationEvidence, hosts: readonly string[]): Finding[] {
  if (configured === null) return [];
  const wanted = configured.map(({ host }) => host).sort();
  if (wanted.join() === hosts.join())
    return [ok("config file", zone, `names the same name servers: ${hosts.join(", ")}`)];
  const fix = "make both the same: the NS records above, and [[zone.name-server]] in the configuration file";
  return [wrong("config file", zone, `it names ${wanted.join(", ")}; the zone above ${hosts.join(", ")}`, fix)];
}

function addressesOf(list: readonly HostAddress[], host: string): string[] {
  const addresses = list.filter((entry) => entry.host === host).map(({ address }) => address);
  return [...new Set(addresses)].sort();
}
