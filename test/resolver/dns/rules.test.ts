import { createHash } from "node:crypto";
import { encodeName, parsePolicy } from "@sotto/wire";
import { beforeAll, describe, expect, it } from "vitest";
import { RateLimit, SourceRateLimit } from "../../../resolver/dns/ratelimit.ts";
import { SourcePrefix } from "../../../resolver/dns/source.ts";
import { makeQuery } from "../../e2e/asker.ts";
import { mixCase, otherVersion, seededFrame } from "../../e2e/frames.ts";
import { BITS, NOON_DAY, Served, withOpt, ZONE, zoneDefinition } from "./served.ts";

// The numbered rules of protocol.md section 4 (the design) that are about DNS, by number.

let frame: Uint8Array;
let name: string;
beforeAll(() => {
  frame = seededFrame("answers", NOON_DAY, BITS);
  name = encodeName(frame, ZONE);
});

const query = (asked: string, type = "A") => makeQuery({ name: asked, type }, 4711);

/** Types whose RRset would change what resolvers make of the zone: a signature, a delegation. */
const SIGNING = ["DS", "DNSKEY", "RRSIG", "NSEC", "NSEC3", "NSEC3PARAM", "CDS", "CDNSKEY"];

describe("section 3: a report's answer", () => {
  it("is NOERROR, AA, one ack address with TTL 60 (RFC 1035 section 4.1.1)", () => {
    const served = new Served();
    const answer = served.ask(query(name));
    expect(answer).toMatchObject({ rcode: "NOERROR", flag_aa: true, flag_tc: false });
    expect(answer.answers).toEqual([expect.objectContaining({ type: "A", ttl: 60, data: "198.18.0.7" })]);
    expect(served.intake.stored).toEqual([Buffer.from(frame)]);
    expect(served.responder.counters).toMatchObject({ acks: 1, naks: 0 });
  });

  it("is the nak address with TTL 0 when it cannot be stored, never SERVFAIL (RFC 2308 section 7.1) or REFUSED", () => {
    const served = new Served();
    served.intake.failing = true;
    const answer = served.ask(query(name));
    expect(answer.rcode).toBe("NOERROR");
    expect(answer.answers).toEqual([expect.objectContaining({ type: "A", ttl: 0, data: "198.18.0.8" })]);
    expect(served.responder.counters).toMatchObject({ acks: 0, naks: 1 });
  });

  it("is NODATA for another version, an unsolved puzzle and a week out of range; nothing is stored (RFC 2308 section 2.2)", () => {
    const unsolved = new Uint8Array(frame);
    const names = [1, 2, 3].map((version) => encodeName(otherVersion(frame, version), ZONE));
    for (let salt = 0; names.length < 6; salt++) {
      unsolved[3] = salt;
      const digest = new Uint8Array(createHash("sha256").update(unsolved).digest());
      if ((digest[0] as number) >= 4) names.push(encodeName(unsolved, ZONE));
    }
    for (const weeks of [-3, 2]) names.push(encodeName(seededFrame("week", NOON_DAY + 7 * weeks, BITS), ZONE));
    const served = new Served();
    for (const refused of names) expect(served.ask(query(refused))).toMatchObject({ rcode: "NOERROR", answers: [] });
    expect(served.intake.stored).toEqual([]);
    for (const weeks of [-2, -1, 1]) {
      served.ask(query(encodeName(seededFrame("week", NOON_DAY + 7 * weeks, BITS), ZONE)));
    }
    expect(served.intake.stored).toHaveLength(3);
  });

  it("asks for the bits that are enforced, while the policy record may ask clients for more of them", () => {
    const served = new Served({ zones: [zoneDefinition({ bits: BITS, publishBits: 20 })] });
    expect(served.ask(query(name)).answers).toHaveLength(1);
    const [record] = served.ask(query(`_policy.${ZONE}`, "TXT")).answers ?? [];
    const texts = record?.type === "TXT" ? [record.data].flat().map(String) : [];
    expect(parsePolicy([texts])).toMatchObject({ bits: 20 });
  });
});

describe("rule 4: names that are no report", () => {
  it("get NOERROR without data, the SOA with minimum 60, never NXDOMAIN (RFC 8020, RFC 9156, RFC 2308 section 5)", () => {
    const labels = name.split(".");
    const partial = [labels[2], `${labels[1]}.${labels[2]}`, `_.${labels[2]}`, `_.${labels[1]}.${labels[2]}`];
    const others = ["x", "_dmarc", `x.${labels.slice(0, 3).join(".")}`, "a.b.c.d.e.f", "_.x", "_policy.x"];
    const served = new Served();
    for (const owner of [...partial, ...others]) {
      for (const type of ["A", "NS", "AAAA", "DS"]) {
        const answer = served.ask(query(`${owner}.${ZONE}`, type));
        expect(answer).toMatchObject({ rcode: "NOERROR", flag_aa: true, flag_tc: false, answers: [] });
        expect(answer.authorities).toEqual([
          expect.objectContaining({ type: "SOA", name: ZONE, ttl: 60, data: expect.objectContaining({ minimum: 60 }) }),
        ]);
      }
    }
    expect(served.intake.stored).toEqual([]);
  });

  it("outside the zone are REFUSED, also where octets happen to agree with it (RFC 8906 section 3.1.3)", () => {
    const served = new Served();
    for (const outside of ["example.net", "net", ".", "xr.example.net", "r.example.net.org"]) {
      expect(served.ask(query(outside, "SOA"))).toMatchObject({ rcode: "REFUSED", flag_aa: false });
    }
    // "\x01r\x07example\x03net" as the end of one label of the name "<label>" below the root.
    const label = Buffer.from("xx\x01r\x07example\x03net", "latin1");
    const wire = Buffer.concat([Buffer.of(label.length), label, Buffer.of(0, 0, 1, 0, 1)]);
    const header = query(ZONE).subarray(0, 12);
    expect((served.respond(Buffer.concat([header, wire]))?.[3] ?? 0) & 0x0f).toBe(5);
  });
});

describe("rule 5: a complete valid name", () => {
  it("is recorded whatever its QTYPE; ANY gets the address, other types NODATA with the SOA (RFC 2308 section 2.2)", () => {
    for (const type of ["AAAA", "TXT", "NS", "MX", "SOA", "HTTPS"]) {
      const served = new Served();
      const answer = served.ask(query(name, type));
      expect(answer).toMatchObject({ rcode: "NOERROR", flag_aa: true, answers: [] });
      expect(answer.authorities).toEqual([expect.objectContaining({ type: "SOA", name: ZONE, ttl: 60 })]);
      expect(served.intake.stored).toHaveLength(1);
    }
    expect(new Served().ask(query(name, "ANY")).answers).toEqual([expect.objectContaining({ data: "198.18.0.7" })]);
  });

  it("is echoed octet for octet in the letter case it came in, and understood in any (RFC 4343, 0x20)", () => {
    const served = new Served();
    const mixed = query(mixCase(name, "case"));
    expect(served.respond(mixed)?.subarray(12, mixed.length)).toEqual(mixed.subarray(12));
    expect(served.intake.stored).toEqual([Buffer.from(frame)]);
  });
});

describe("rule 6: the zone's own records", () => {
  it("are SOA, NS with glue, TXT at the apex, and the name server's A and AAAA (RFC 1034 section 4.2.1)", () => {
    const served = new Served();
    expect(served.ask(query(ZONE, "SOA")).answers).toEqual([expect.objectContaining({ type: "SOA" })]);
    const ns = served.ask(query(ZONE.toUpperCase(), "NS"));
    expect(ns.answers).toEqual([expect.objectContaining({ type: "NS", data: "ns1.R.EXAMPLE.NET" })]);
    expect(ns.additionals?.map((record) => record.type)).toEqual(["A", "AAAA"]);
    const address = (asked: string, type: string) => served.ask(query(asked, type)).answers;
    expect(address(`ns1.${ZONE}`, "A")).toEqual([expect.objectContaining({ data: "192.0.2.53" })]);
    expect(address(`NS1.${ZONE}`, "AAAA")).toEqual([expect.objectContaining({ data: "2001:db8::53" })]);
    expect(served.ask(query(ZONE, "MX"))).toMatchObject({ rcode: "NOERROR", answers: [] });
  });

  it("hold no NS below the apex (RFC 1034 section 4.2.1)", () => {
    const served = new Served();
    for (const owner of ["ns1", "_policy", "x", name.split(".")[2]]) {
      expect(served.ask(query(`${owner}.${ZONE}`, "NS")).answers).toEqual([]);
    }
  });

  it("cannot be name servers with names of reports or of parts of them", () => {
    for (const label of ["a".repeat(63), `x.${"a".repeat(63)}`, "_policy"]) {
      const nameServers = [{ host: `${label}.${ZONE}`, addresses: ["192.0.2.1"] }];
      expect(() => new Served({ zones: [zoneDefinition({ nameServers })] })).toThrow(/name server/);
    }
  });
});

describe("rule 7: messages", () => {
  it("over UDP are answered in at most 512 octets, with TC beyond, and whole over TCP (RFC 1035 section 4.2.1, RFC 2181 section 9)", () => {
    const served = new Served({ zones: [zoneDefinition({ text: "long ".repeat(200) })] });
    const padded = withOpt(query(ZONE, "TXT"), Buffer.concat([Buffer.of(0, 12, 1, 0x2c), Buffer.alloc(300)]));
    const udp = served.ask(padded);
    expect(udp).toMatchObject({ rcode: "NOERROR", flag_tc: true, answers: [] });
    const tcp = served.ask(padded, "tcp");
    expect(tcp.flag_tc).toBe(false);
    expect(tcp.answers).toHaveLength(1);
  });

  it("get an OPT record only if they have one, of 1232 octets and without options (RFC 6891 section 6.1.1, RFC 7871)", () => {
    const served = new Served();
    expect(served.ask(query(name)).additionals).toEqual([]);
    const subnet = { code: "CLIENT_SUBNET", ip: "203.0.113.0" };
    const answer = served.ask(makeQuery({ name, options: [subnet] }, 1));
    expect(answer.additionals).toEqual([expect.objectContaining({ type: "OPT", udpPayloadSize: 1232, options: [] })]);
  });

  it("get one RRset for ANY (RFC 8482 section 4.1), REFUSED for transfers (RFC 5936 section 2.2.1)", () => {
    const served = new Served();
    expect(served.ask(query(ZONE, "ANY")).answers).toHaveLength(1);
    for (const type of ["AXFR", "IXFR"]) expect(served.ask(query(ZONE, type), "tcp").rcode).toBe("REFUSED");
  });
});

describe("rule 8: limits", () => {
  it("over the limit of a source UDP gets TC and no records, TCP is answered (RFC 7873 section 5.2.3)", () => {
    const sources = {
      prefix: new SourcePrefix(Buffer.alloc(16)),
      limit: new SourceRateLimit({ perSecond: 10, burst: 10 }),
    };
    const served = new Served({ sources });
    const tc = (address: string) => served.ask(query(name), "udp", address).flag_tc;
    expect(Array.from({ length: 12 }, () => tc("192.0.2.1"))).toEqual([...Array(10).fill(false), true, true]);
    expect([tc("192.0.2.250"), tc("192.0.3.1")]).toEqual([true, false]);
    expect(served.ask(query(name), "tcp", "192.0.2.1").answers).toHaveLength(1);
    expect([served.gate.counters, served.intake.stored.length]).toEqual([{ limited: 3 }, 12]);
  });

  it("above a zone's rate of intake, reports over UDP without a cookie get TC (RFC 7873 section 5.2.3)", () => {
    const served = new Served({ rate: new RateLimit({ perSecond: 10, burst: 10 }) });
    const answers = Array.from({ length: 12 }, () => served.ask(query(name)));
    expect(answers.map(({ flag_tc, flag_aa }) => [flag_tc, flag_aa])).toEqual([
      ...Array(10).fill([false, true]),
      ...Array(2).fill([true, true]),
    ]);
    expect(served.ask(query(name), "tcp").answers).toHaveLength(1);
    // What is no report is answered as ever.
    expect(served.ask(query(`x.${ZONE}`)).flag_tc).toBe(false);
    expect(served.responder.counters).toEqual({ acks: 11, naks: 0, deferred: 2, others: 1, errors: 0 });
  });
});

describe("rule 9: the zone is unsigned", () => {
  it("NODATA for every type of DNSSEC, no RRSIG in an answer that could have one (RFC 8198, RFC 4035 section 3.1)", () => {
    const served = new Served();
    for (const type of SIGNING) {
      for (const owner of [ZONE, `_policy.${ZONE}`, `x.${ZONE}`]) {
        expect(served.ask(withOpt(query(owner, type), undefined, { flags: 0x8000 }))).toMatchObject({
          rcode: "NOERROR",
          answers: [],
          authorities: [expect.objectContaining({ type: "SOA" })],
        });
      }
    }
    const answer = served.ask(withOpt(query(ZONE, "SOA"), undefined, { flags: 0x8000 }));
    expect(answer.answers?.map(({ type }) => type)).toEqual(["SOA"]);
  });
});
