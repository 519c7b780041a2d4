import { ADVERTISED_PAYLOAD } from "../dns/numbers.ts";
import { judgeClock, serverTime } from "./clock.ts";
import { delegatedHosts, type HostAddress, textsIn } from "./delegation.ts";
import { type Finding, ok, warning, wrong } from "./finding.ts";
import { type Outcome, type Reply, recordsOf, silenceText } from "./message.ts";
import { type PartialAnswer, type ServerDetails, type ServerEvidence, SUBNET_OPTION } from "./serverprobe.ts";

/** Something other than sotto-resolver answers, or something on the way changes answers. */
const SOMETHING_ELSE =
  "see that sotto-resolver itself listens there, with no other name server or DNS firewall before it";

/** How a server is named in a finding. */
export function nameOf({ host, address }: HostAddress): string {
  return `${host} ${address}`;
}

/** Judges all that one name server said, but its policy record. */
export function judgeServer(zone: string, evidence: ServerEvidence, hosts: readonly string[]): Finding[] {
  const { server, udp, tcp, details } = evidence;
  const where = nameOf(server);
  const unreachable = [udp, tcp].every((outcome) => "silence" in outcome && outcome.silence === "unreachable");
  if (unreachable) {
    const fix = "run this on a machine that has IPv6 (or IPv4), or take the address out of the zone";
    return [warning("answers", where, `cannot be asked from here: ${silenceText("unreachable")}`, fix)];
  }
  const reached = [judgeReached("answers UDP", where, zone, udp), judgeReached("answers TCP", where, zone, tcp)];
  if (details === null) return reached;
  const shown = serverTime(details.edns);
  return [
    ...reached,
    judgeNameServers(where, zone, details, hosts),
    judgeCase(where, details.mixedCase),
    judgePartial(where, zone, details.partial),
    judgeOutside(where, details.outside),
    judgeEdns(where, details.edns),
    judgeTransfer(where, details.transfer),
    ...(shown === null ? [] : [judgeClock(where, shown, details.ednsAt)]),
  ];
}

/** Judges whether all servers say the same SOA, over both transports. */
export function judgeSoa(zone: string, servers: readonly ServerEvidence[]): Finding[] {
  const texts = servers.flatMap(({ server, udp, tcp }) =>
    [udp, tcp].flatMap((outcome) => textsIn(outcome, zone, "SOA").map((text) => ({ server, text }))),
  );
  const [first] = texts;
  if (first === undefined) return [];
  const other = texts.find(({ text }) => text !== first.text);
  if (other === undefined) return [ok("same SOA", zone, `${first.text} everywhere`)];
  const says = `${nameOf(first.server)} says '${first.text}', ${nameOf(other.server)} '${other.text}'`;
  return [wrong("same SOA", zone, says, "give every server the same name-server list and contact for this zone")];
}

function judgeReached(check: string, where: string, zone: string, outcome: Outcome): Finding {
  const protocol = check.slice(-3);
  if ("silence" in outcome) {
    const fix = `open port 53 ${protocol} to the world in every firewall, and see with 'ss -lntu' that sotto-resolver listens there`;
    return wrong(check, where, silenceText(outcome.silence), fix);
  }
  const { rcode, authoritative, answers } = outcome.reply;
  if (rcode !== "NOERROR" || !authoritative) {
    const says = rcode === "NOERROR" ? "the answer is not authoritative (AA)" : `it answers ${rcode}`;
    const fix = rcode === "REFUSED" ? `see that its configuration has a [[zone]] named ${zone}` : SOMETHING_ELSE;
    return wrong(check, where, says, fix);
  }
  if (recordsOf(answers, zone, "SOA").length !== 1) return wrong(check, where, "it has no SOA record", SOMETHING_ELSE);
  return ok(check, where, "authoritative, with the SOA");
}

function judgeNameServers(where: string, zone: string, details: ServerDetails, above: readonly string[]): Finding {
  const own = delegatedHosts(zone, details.nameServers);
  if (above.length === 0 || own.join() === above.join()) return ok("name servers", where, own.join(", "));
  const fix = "make the NS records above and the [[zone.name-server]] list the same";
  return wrong("name servers", where, `it says ${own.join(", ") || "none"}; the zone above ${above.join(", ")}`, fix);
}

function judgeCase(where: string, outcome: Outcome): Finding {
  return judgeReply("letter case", where, outcome, ({ sameQuestion }) =>
    sameQuestion
      ? ok("letter case", where, "the question comes back as it was written")
      : wrong(
          "letter case",
          where,
          "the question comes back in other letters: resolvers that mix case drop it",
          SOMETHING_ELSE,
        ),
  );
}

function judgePartial(where: string, zone: string, partial: readonly PartialAnswer[]): Finding {
  for (const { name, type, outcome } of partial) {
    const asked = `${shorten(name, zone)} ${type}`;
    if ("silence" in outcome) {
      const fix = "look for a DNS firewall that drops long or unusual names, and let this zone pass";
      return wrong("partial names", where, `${asked}: ${silenceText(outcome.silence)}`, fix);
    }
    const { rcode, answers, authority, authoritative } = outcome.reply;
    if (rcode === "NXDOMAIN") {
      return wrong(
        "partial names",
        where,
        `${asked}: NXDOMAIN, so resolvers cut off every report below`,
        SOMETHING_ELSE,
      );
    }
    const noData = rcode === "NOERROR" && authoritative && answers.length === 0;
    if (!noData || recordsOf(authority, zone, "SOA").length !== 1) {
      const says = rcode === "NOERROR" ? "not an empty authoritative answer with the SOA" : rcode;
      return wrong("partial names", where, `${asked}: ${says}`, SOMETHING_ELSE);
    }
  }
  return ok("partial names", where, `${partial.length} asked, each empty with the SOA`);
}

function judgeOutside(where: string, outcome: Outcome): Finding {
  return judgeReply("other names", where, outcome, ({ rcode }) => {
    if (rcode === "REFUSED") return ok("other names", where, "REFUSED");
    const fix = "the address must not serve recursion or other zones to the world: give sotto-resolver one of its own";
    return wrong("other names", where, `a name outside of the zone is answered ${rcode}`, fix);
  });
}

function judgeEdns(where: string, outcome: Outcome): Finding {
  return judgeReply("EDNS", where, outcome, ({ rcode, edns }) => {
    if (edns === null || rcode !== "NOERROR") {
      const says =
        edns === null ? "a question with EDNS is answered without" : `a question with EDNS is answered ${rcode}`;
      return wrong("EDNS", where, says, SOMETHING_ELSE);
    }
    if (edns.options.some(({ code }) => code === SUBNET_OPTION.code)) {
      return wrong(
        "EDNS",
        where,
        "the client subnet is sent back: resolvers would split their cache by it",
        SOMETHING_ELSE,
      );
    }
    if (edns.payload !== ADVERTISED_PAYLOAD) {
      return warning("EDNS", where, `it offers ${edns.payload} octets, not ${ADVERTISED_PAYLOAD}`, SOMETHING_ELSE);
    }
    return ok("EDNS", where, `${ADVERTISED_PAYLOAD} octets, no client subnet`);
  });
}

function judgeTransfer(where: string, outcome: Outcome): Finding {
  if ("silence" in outcome) {
    return ok("no transfer", where, `AXFR gets nothing: ${silenceText(outcome.silence)}`);
  }
  const { rcode, answers } = outcome.reply;
  if (answers.length === 0 && rcode !== "NOERROR") return ok("no transfer", where, `AXFR is answered ${rcode}`);
  return wrong("no transfer", where, "it hands the zone to whoever asks (AXFR)", SOMETHING_ELSE);
}

function judgeReply(check: string, where: string, outcome: Outcome, judge: (reply: Reply) => Finding): Finding {
  if ("reply" in outcome) return judge(outcome.reply);
  const fix = "run this again; if it stays, look for a firewall that drops such questions";
  return wrong(check, where, silenceText(outcome.silence), fix);
}

/** A partial name as a person can read it: `_.<63>.<63>.r.example.net`. */
function shorten(name: string, zone: string): string {
  const labels = name.slice(0, -zone.length).split(".");
  return labels.map((label) => (label.length > 3 ? `<${label.length}>` : label)).join(".") + zone;
}
