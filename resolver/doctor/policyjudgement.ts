import { type Policy, parsePolicy, policyName, stopHash } from "@sotto/wire";
import type { ZoneSettings } from "../settings.ts";
import { rangeOf } from "./addressrange.ts";
import { type Finding, ok, warning, wrong } from "./finding.ts";
import { type Outcome, recordsOf, silenceText } from "./message.ts";

/** The policy in an answer; null when there is none, or none that follows the grammar. */
export function policyIn(zone: string, outcome: Outcome): Policy | null {
  if (!("reply" in outcome)) return null;
  const owner = policyName(zone).replace(/\.$/, "");
  return parsePolicy(recordsOf(outcome.reply.answers, owner, "TXT").map(({ strings }) => strings));
}

/** Judges the policy record of one server or resolver. */
export function judgePolicy(where: string, zone: string, outcome: Outcome, settings: ZoneSettings | null): Finding {
  if ("silence" in outcome) {
    const fix = `see why TXT ${policyName(zone)} is not answered: clients then go without ack addresses and bits`;
    return wrong("policy", where, silenceText(outcome.silence), fix);
  }
  const policy = policyIn(zone, outcome);
  if (policy === null) {
    const { rcode, answers } = outcome.reply;
    const says = answers.length > 0 ? "the record is not a valid v=sotto1" : `no record (${rcode})`;
    const fix = "see that sotto-resolver answers this name itself, and that nothing on the way changes TXT records";
    return wrong("policy", where, says, fix);
  }
  const text = `ack ${policy.ack.join(",") || "none"}, bits ${policy.bits ?? "none"}, kept ${policy.retentionHours ?? "?"} h`;
  const differing = settings === null ? [] : differences(policy, settings);
  if (differing.length === 0) return ok("policy", where, settings === null ? text : `${text}, as configured`);
  const fix =
    "reload the server with this configuration file, or wait for 1 h when a resolver still has the old record";
  return wrong("policy", where, `other than the configuration: ${differing.join(", ")}`, fix);
}

/** Judges the addresses that say "stored" and "not stored". */
export function judgeAckAddresses(
  zone: string,
  policy: Policy | null,
  expected: readonly string[],
  nak: string | null,
): Finding[] {
  const findings = expected.map((address) => judgeRange("ack address", address));
  const unpublished = policy === null ? [] : expected.filter((address) => !policy.ack.includes(address));
  if (unpublished.length > 0) {
    const fix = `add it to 'ack' of the zone, or give the right one with --ack`;
    findings.push(wrong("ack address", unpublished.join(", "), "the policy record does not name it", fix));
  }
  if (nak === null) return findings;
  if (expected.includes(nak) || policy?.ack.includes(nak) === true) {
    const fix = "choose another nak address: clients would take 'come back later' for 'stored' and drop their report";
    return [...findings, wrong("nak address", nak, "it is an ack address as well", fix)];
  }
  const range = judgeRange("nak address", nak);
  return [
    ...findings,
    range.verdict === "ok" ? ok("nak address", nak, `${range.says}, no ack address of ${zone}`) : range,
  ];
}

/** From how many reports a day on a zone's segments are released. */
export function judgeBatch({ zone, minBatch, retention, bucket }: ZoneSettings): Finding {
  const perDay = Math.ceil((minBatch * 2 * 86_400) / retention);
  const perBucket = Math.ceil((minBatch * 86_400) / bucket);
  const says =
    `${minBatch} reports are reached within half the retention from ${perDay} a day on (below that they are deleted ` +
    `unreleased), in every bucket of ${formatTime(bucket)} from ${perBucket} a day on`;
  return ok("minimum batch", zone, says);
}

function judgeRange(check: string, address: string): Finding {
  switch (rangeOf(address)) {
    case "public":
      return ok(check, address, "a public address");
    case "benchmark":
      return warning(
        check,
        address,
        "198.18.0.0/15 is for tests",
        `take a public address that you own, on which nothing listens`,
      );
    case "local":
      return wrong(
        check,
        address,
        "a loopback, private, documentation or multicast address: rebinding filters strip it from answers",
        "take a public address that you own, on which nothing listens",
      );
  }
}

function differences(policy: Policy, settings: ZoneSettings): string[] {
  const { ack, publishBits, retention, contact, url, stop } = settings;
  const sorted = (list: readonly string[]) => list.toSorted().join();
  const pairs: [string, unknown, unknown][] = [
    ["ack", sorted(policy.ack), sorted(ack)],
    ["bits", policy.bits, publishBits],
    ["retention", policy.retentionHours, Math.ceil(retention / 3600)],
    ["contact", policy.contact, contact],
    ["url", policy.url, url],
    ["stop", sorted(policy.stop), sorted(stop.map(stopHash))],
  ];
  return pairs
    .filter(([, published, configured]) => published !== configured)
    .map(([key, published, configured]) => `${key} is ${published || "absent"}, not ${configured || "absent"}`);
}

function formatTime(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}
