import { rangeOf } from "./addressrange.ts";
import type { Lookup } from "./asking.ts";
import { type Finding, ok, wrong } from "./finding.ts";
import { type Outcome, silenceText } from "./message.ts";

/** What became of a report that was asked for, as a client could tell. */
export type Receipt =
  | { readonly addresses: readonly string[] }
  /** An answer without an address. `getaddrinfo` does not tell the two kinds apart. */
  | { readonly nothing: "NXDOMAIN" | "NODATA" | "no address" }
  | { readonly failed: string };

/** What the zone's operator says. */
export interface Expected {
  readonly ack: readonly string[];
  readonly nak: string | null;
}

/** Reads an answer to a report. */
export function receiptOf(outcome: Outcome): Receipt {
  if ("silence" in outcome) return { failed: silenceText(outcome.silence) };
  const { rcode, answers } = outcome.reply;
  const addresses = answers.filter(({ type }) => type === "A").map(({ text }) => text);
  if (rcode === "NOERROR") return addresses.length > 0 ? { addresses } : { nothing: "NODATA" };
  return rcode === "NXDOMAIN" ? { nothing: "NXDOMAIN" } : { failed: `it answers ${rcode}` };
}

/** Reads what getaddrinfo gave for a report. */
export function receiptOfLookup(lookup: Lookup): Receipt {
  if ("addresses" in lookup) return { addresses: lookup.addresses };
  const nothing = lookup.code === "ENOTFOUND" || lookup.code === "ENODATA";
  return nothing ? { nothing: "no address" } : { failed: `getaddrinfo says ${lookup.code}` };
}

/** Whether a report was acknowledged (protocol.md section 9). */
export function isAcknowledged(receipt: Receipt, { ack }: Pick<Expected, "ack">): boolean {
  if (!("addresses" in receipt) || receipt.addresses.length !== 1) return false;
  return ack.includes(receipt.addresses[0] ?? "");
}

/** Judges a report that was sent straight to a name server. */
export function judgeStored(where: string, receipt: Receipt, expected: Expected): Finding {
  const check = "stores reports";
  const common = judgeCommon(check, where, receipt, expected);
  if (common !== null) return common;
  if ("addresses" in receipt) {
    const fix = "see that 'ack' is the same on every server of the zone, and in --ack";
    return wrong(check, where, `it answers ${receipt.addresses.join(", ")}, no ack address`, fix);
  }
  if ("failed" in receipt) {
    return wrong(check, where, receipt.failed, "look into the log of sotto-resolver on that server");
  }
  const fix =
    "set its clock and this machine's (a report of another week is refused), and see that it enforces no more 'bits' than it publishes";
  return wrong(check, where, `it refuses a well-made report of today (${receipt.nothing})`, fix);
}

/**
 * Judges a report that went through a resolver.
 *
 * @param direct what a name server of the zone said to the very same name afterwards; null when none could be asked.
 */
export function judgeReport(
  where: string,
  zone: string,
  receipt: Receipt,
  direct: Receipt | null,
  expected: Expected,
): Finding {
  const check = "report";
  const common = judgeCommon(check, where, receipt, expected);
  if (common !== null) return common;
  if ("addresses" in receipt) {
    const fix = `let the zone pass: something on the way puts other addresses into answers (a filter, a captive portal)`;
    return wrong(check, where, `answered with ${receipt.addresses.join(", ")}, no ack address`, fix);
  }
  const says = "failed" in receipt ? receipt.failed : receipt.nothing;
  if (direct === null || !isAcknowledged(direct, expected)) {
    return wrong(check, where, `not acknowledged: ${says}`, "see the findings about the name servers first");
  }
  if (expected.ack.some((address) => rangeOf(address) !== "public") && says !== "NXDOMAIN") {
    const fix =
      "take a public ack address; or exempt the zone on this resolver " +
      `(dnsmasq: rebind-domain-ok=/${zone}/, unbound: private-domain: "${zone}")`;
    return wrong(check, where, `the ack address is stripped on its way (${says}): a rebinding filter`, fix);
  }
  const fix =
    says === "NXDOMAIN"
      ? "see 'partial names' above; if they are all right, this resolver blocks the zone: ask whoever runs it"
      : "see that this resolver reaches every name server over UDP and TCP; else it blocks the zone: ask whoever runs it";
  return wrong(check, where, `the name server acknowledges, this resolver does not pass it on (${says})`, fix);
}

/** What is the same whichever way a report went; null when it is not. */
function judgeCommon(check: string, where: string, receipt: Receipt, expected: Expected): Finding | null {
  if (isAcknowledged(receipt, expected))
    return ok(check, where, `acknowledged with ${"addresses" in receipt ? receipt.addresses.join() : ""}`);
  if (!("addresses" in receipt)) return null;
  const [first] = receipt.addresses;
  if (first === "0.0.0.0") {
    return wrong(check, where, "answered with 0.0.0.0: blocked by whoever runs this", "ask them to let the zone pass");
  }
  if (first === expected.nak) {
    const fix = "look for a full disk, the disk budget or the cap on a bucket: see the server's log and its metrics";
    return wrong(check, where, `answered with the nak address ${first}: not stored`, fix);
  }
  return null;
}
