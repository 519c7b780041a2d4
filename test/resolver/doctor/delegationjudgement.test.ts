import { describe, expect, it } from "vitest";
import { type DelegationEvidence, judgeDelegation } from "../../../resolver/doctor/delegationjudgement.ts";
import type { Finding } from "../../../resolver/doctor/finding.ts";
import type { Outcome } from "../../../resolver/doctor/message.ts";
import { record, reply, SILENT, ZONE } from "./replies.ts";

const HOST = `ns1.${ZONE}`;
const NS = record(ZONE, "NS", HOST);
const GLUE = record(HOST, "A", "192.0.2.53");
const view = { nameServers: [HOST], addresses: [{ host: HOST, address: "192.0.2.53" }] };

function judge(referral: Outcome, changes: Partial<DelegationEvidence> = {}, signatures: Outcome = reply()): Finding[] {
  const askedAt = { host: "ns.example.net", address: "192.0.2.1" };
  const delegation = { parent: "example.net", askedAt, referral, signatures };
  return judgeDelegation({ zone: ZONE, delegation, view, resolved: [], configured: null, ...changes });
}

function one(findings: readonly Finding[], check: string): Finding | undefined {
  return findings.find((finding) => finding.check === check);
}

const referral = reply({ authoritative: false, authority: [NS], additional: [GLUE] });

describe("a delegation", () => {
  it("that is right has nothing to fix", () => {
    expect(judge(referral).map(({ check, verdict }) => `${check} ${verdict}`)).toEqual([
      "delegation ok",
      "glue ok",
      "unsigned ok",
    ]);
  });

  it("that stands in the answer, as where one server holds both zones", () => {
    expect(one(judge(reply({ answers: [NS], additional: [GLUE] })), "delegation")?.verdict).toBe("ok");
  });

  it("that nobody finds, or that is not there", () => {
    expect(judge(referral, { delegation: null })).toMatchObject([{ check: "delegation", verdict: "wrong" }]);
    const missing = judge(reply({ rcode: "NXDOMAIN" }));
    expect(missing).toMatchObject([{ check: "delegation", verdict: "wrong" }]);
    expect(missing[0]?.fix).toBe(`have the zone above hold: ${ZONE}. NS ${HOST}.`);
  });

  it("without glue says which records to add, from the zone or its configuration", () => {
    const bare = reply({ authority: [NS] });
    const fix = `have the zone above hold, as glue: ${HOST}. A 192.0.2.53`;
    expect(one(judge(bare), "glue")).toMatchObject({ verdict: "wrong", fix });
    const configured = [{ host: HOST, addresses: ["192.0.2.53"] }];
    expect(one(judge(bare, { view: null, configured }), "glue")).toMatchObject({ verdict: "wrong", fix });
  });

  it("whose glue is not what the zone says, in either family", () => {
    const six = { host: HOST, address: "2001:db8::53" };
    const addresses = [...view.addresses, six];
    const finding = one(judge(referral, { view: { ...view, addresses } }), "glue");
    expect(finding).toMatchObject({ verdict: "wrong" });
    expect(finding?.says).toContain("192.0.2.53 above, 192.0.2.53, 2001:db8::53 in the zone itself");
    expect(finding?.fix).toContain(`${HOST}. AAAA 2001:db8::53`);
  });

  it("whose name server the zone itself gives no address", () => {
    expect(one(judge(referral, { view: { ...view, addresses: [] } }), "glue")?.fix).toContain("[[zone.name-server]]");
    expect(one(judge(referral, { view: null }), "glue")).toMatchObject({ verdict: "warning" });
  });

  it("to a host outside of the zone needs an address, no glue", () => {
    const outside = reply({ authority: [record(ZONE, "NS", "ns.elsewhere.example")] });
    expect(one(judge(outside), "addresses")).toMatchObject({ verdict: "wrong" });
    const resolved = [{ host: "ns.elsewhere.example", address: "192.0.2.9" }];
    expect(one(judge(outside, { resolved }), "addresses")).toMatchObject({ verdict: "ok" });
    expect(one(judge(outside), "glue")).toBeUndefined();
  });

  it("must not be signed", () => {
    const signed = reply({ answers: [record(ZONE, "DS", "")] });
    expect(one(judge(referral, {}, signed), "unsigned")?.verdict).toBe("wrong");
    expect(one(judge(referral, {}, SILENT), "unsigned")?.verdict).toBe("warning");
  });

  it("must name the configured name servers", () => {
    const other = [{ host: `ns2.${ZONE}`, addresses: [] }];
    expect(one(judge(referral, { configured: other }), "config file")?.verdict).toBe("wrong");
    const same = [{ host: HOST, addresses: [] }];
    expect(one(judge(referral, { configured: same }), "config file")?.verdict).toBe("ok");
  });
});
