import { describe, expect, it } from "vitest";
import { judgeServer, judgeSoa } from "../../../resolver/doctor/serverjudgement.ts";
import type { ServerDetails, ServerEvidence } from "../../../resolver/doctor/serverprobe.ts";
import { NODATA, record, reply, SILENT, SOA, ZONE } from "./replies.ts";

const NOW = 1_794_830_400;
const HOST = `ns1.${ZONE}`;
const LONG = `_.${"a".repeat(63)}.${ZONE}`;
const apex = reply({ answers: [SOA] });

const healthy: ServerDetails = {
  mixedCase: apex,
  nameServers: reply({ answers: [record(ZONE, "NS", HOST)] }),
  partial: [{ name: LONG, type: "NS", outcome: NODATA }],
  outside: reply({ rcode: "REFUSED", authoritative: false }),
  edns: reply({ answers: [SOA], edns: { payload: 1232, options: [] } }),
  ednsAt: NOW,
  transfer: reply({ rcode: "REFUSED", authoritative: false }),
  policy: NODATA,
};

function evidence(changes: Partial<ServerDetails> = {}, ways: Partial<ServerEvidence> = {}): ServerEvidence {
  return {
    server: { host: HOST, address: "192.0.2.53" },
    udp: apex,
    tcp: apex,
    details: { ...healthy, ...changes },
    ...ways,
  };
}

/** The checks that did not come out well, with what they say. */
function troubles(given: ServerEvidence): Record<string, string> {
  const findings = judgeServer(ZONE, given, [HOST]).filter(({ verdict }) => verdict !== "ok");
  for (const { fix } of findings) expect(fix?.length).toBeGreaterThan(20);
  return Object.fromEntries(findings.map(({ check, verdict, says }) => [check, `${verdict}: ${says}`]));
}

describe("a name server", () => {
  it("that does everything right has nothing to fix", () => {
    expect(troubles(evidence())).toEqual({});
  });

  it("that answers over one transport only, not with authority, or nothing for the zone", () => {
    expect(troubles(evidence({}, { tcp: SILENT }))).toEqual({ "answers TCP": "wrong: no answer in time" });
    const cached = reply({ answers: [SOA], authoritative: false });
    expect(troubles(evidence({}, { udp: cached }))["answers UDP"]).toContain("not authoritative");
    const refused = reply({ rcode: "REFUSED" });
    expect(troubles(evidence({}, { udp: refused }))["answers UDP"]).toBe("wrong: it answers REFUSED");
    expect(troubles(evidence({}, { udp: reply() }))["answers UDP"]).toContain("no SOA");
  });

  it("that answers nothing is asked and told no more", () => {
    const dead = evidence({}, { udp: SILENT, tcp: { silence: "refused" }, details: null });
    expect(Object.keys(troubles(dead))).toEqual(["answers UDP", "answers TCP"]);
  });

  it("whose address this machine has no way to is no fault of the zone", () => {
    const far = { silence: "unreachable" } as const;
    const given = troubles(evidence({}, { udp: far, tcp: far, details: null }));
    expect(given).toEqual({ answers: "warning: cannot be asked from here: this machine has no way to that address" });
  });

  it("that says other name servers than the zone above", () => {
    const other = reply({ answers: [record(ZONE, "NS", "ns.elsewhere.example")] });
    expect(troubles(evidence({ nameServers: other }))["name servers"]).toContain(
      `it says ns.elsewhere.example; the zone above ${HOST}`,
    );
  });

  it("that changes the letters of a question", () => {
    const lower = reply({ answers: [SOA], sameQuestion: false });
    expect(Object.keys(troubles(evidence({ mixedCase: lower })))).toEqual(["letter case"]);
  });

  it("that answers a partial name otherwise than empty, with authority and the SOA", () => {
    const says = (outcome: typeof NODATA) =>
      troubles(evidence({ partial: [{ name: LONG, type: "NS", outcome }] }))["partial names"];
    expect(says(reply({ rcode: "NXDOMAIN", authority: [SOA] }))).toBe(
      `wrong: _.<63>.${ZONE} NS: NXDOMAIN, so resolvers cut off every report below`,
    );
    for (const bad of [
      reply(),
      reply({ authority: [SOA], authoritative: false }),
      reply({ rcode: "REFUSED" }),
      SILENT,
    ]) {
      expect(says(bad)).toMatch(/^wrong: /);
    }
    expect(says(reply({ authority: [SOA], answers: [record(LONG, "A", "192.0.2.1")] }))).toMatch(/^wrong: /);
  });

  it("that answers for other names, hands out the zone, or has no EDNS of its own", () => {
    expect(troubles(evidence({ outside: reply({ rcode: "NXDOMAIN" }) }))["other names"]).toContain("NXDOMAIN");
    expect(troubles(evidence({ transfer: apex }))["no transfer"]).toContain("AXFR");
    expect(troubles(evidence({ transfer: { silence: "closed" } }))).toEqual({});
    expect(troubles(evidence({ edns: apex })).EDNS).toContain("without");
    const payload = reply({ edns: { payload: 4096, options: [] } });
    expect(troubles(evidence({ edns: payload })).EDNS).toBe("warning: it offers 4096 octets, not 1232");
    const subnet = reply({ edns: { payload: 1232, options: [{ code: 8, data: new Uint8Array(7) }] } });
    expect(troubles(evidence({ edns: subnet })).EDNS).toContain("client subnet");
  });

  it("shows its clock by its cookie", () => {
    const at = (seconds: number) => {
      const data = Buffer.alloc(24);
      data[8] = 1;
      data.writeUInt32BE(seconds, 12);
      return troubles(evidence({ edns: reply({ edns: { payload: 1232, options: [{ code: 10, data }] } }) })).clock;
    };
    expect([at(NOW), at(NOW - 60), at(NOW + 60)]).toEqual([undefined, undefined, undefined]);
    expect(at(NOW + 61)).toBe("warning: 61 s ahead of this machine's");
    expect(at(NOW - 86_400)).toBe("wrong: 86400 s behind this machine's");
  });
});

describe("several name servers", () => {
  it("must say the same SOA", () => {
    const other = reply({ answers: [record(ZONE, "SOA", "ns9.r.example.net x 1 2 3 4 5")] });
    expect(judgeSoa(ZONE, [evidence(), evidence()])).toMatchObject([{ verdict: "ok" }]);
    expect(judgeSoa(ZONE, [evidence(), evidence({}, { tcp: other })])).toMatchObject([{ verdict: "wrong" }]);
    expect(judgeSoa(ZONE, [])).toEqual([]);
  });
});
