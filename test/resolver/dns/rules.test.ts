import { createHash } from "node:crypto";
import { encodeName } from "@sotto/wire";
import dnsPacket from "dns-packet";
import { beforeAll, describe, expect, it } from "vitest";
import { Responder } from "../../resolver/dns/responder.ts";
import type { Candidate } from "../../resolver/dns/zone.ts";
import { Zone } from "../../resolver/dns/zone.ts";
import type { Intake } from "../../resolver/log/intake.ts";
import { makeQuery } from "../e2e/asker.ts";
import { NOON, NOON_DAY } from "../e2e/collector.ts";
import { mixCase, otherVersion, seededFrame } from "../e2e/frames.ts";

const BITS = 6;
const ZONE = "r.example.net";

/** A responder over a store that keeps what it is given, or fails. */
function responder({ failing = false } = {}) {
  const stored: Candidate[] = [];
  const intake = {
    submit: (candidate: Candidate, done: (stored: boolean) => void) => {
      if (!failing) stored.push(candidate);
      done(!failing);
    },
  } as unknown as Intake;
  const zone = new Zone({
    zone: ZONE,
    nameServers: [{ host: `ns1.${ZONE}`, addresses: ["192.0.2.53", "2001:db8::53"] }],
    ack: ["198.18.0.7"],
    nak: "198.18.0.8",
    bits: BITS,
    retentionHours: 168,
  });
  const answerer = new Responder(zone, intake, () => NOON);
  const respond = (query: Uint8Array, transport: "udp" | "tcp" = "udp"): Buffer | null => {
    const answers: (Buffer | null)[] = [];
    answerer.respond(query, transport, (answer) => answers.push(answer));
    expect(answers).toHaveLength(1);
    return answers[0] ?? null;
  };
  const ask = (name: string, type = "A", options?: unknown[]) => {
    const answer = respond(makeQuery({ name, type, ...(options ? { options } : {}) }, 4711));
    if (answer === null) throw new Error("no answer");
    return dnsPacket.decode(answer) as ReturnType<typeof dnsPacket.decode> & { flag_aa: boolean; rcode: string };
  };
  return { stored, respond, ask };
}

let frame: Uint8Array;
let name: string;
beforeAll(() => {
  frame = seededFrame("answers", NOON_DAY, BITS);
  name = encodeName(frame, ZONE);
});

describe("a report (protocol.md section 3)", () => {
  it("is stored and answered with the ack address, TTL 60, authoritative", () => {
    const { ask, stored } = responder();
    const answer = ask(name);
    expect(answer).toMatchObject({ rcode: "NOERROR", flag_aa: true });
    expect(answer.answers).toEqual([expect.objectContaining({ type: "A", ttl: 60, data: "198.18.0.7" })]);
    expect(stored.map((one) => Buffer.from(one.frame))).toEqual([Buffer.from(frame)]);
  });

  it("that cannot be stored gets the nak address with TTL 0, never SERVFAIL or REFUSED", () => {
    const answer = responder({ failing: true }).ask(name);
    expect(answer.rcode).toBe("NOERROR");
    expect(answer.answers).toEqual([expect.objectContaining({ type: "A", ttl: 0, data: "198.18.0.8" })]);
  });

  it("is recorded whatever its QTYPE; ANY gets the address, other types get NODATA with the SOA (RFC 2308)", () => {
    for (const type of ["AAAA", "TXT", "NS", "MX"]) {
      const { ask, stored } = responder();
      const answer = ask(name, type);
      expect(answer).toMatchObject({ rcode: "NOERROR", answers: [] });
      expect(answer.authorities).toEqual([expect.objectContaining({ type: "SOA", name: ZONE, ttl: 60 })]);
      expect(stored).toHaveLength(1);
    }
    expect(responder().ask(name, "ANY").answers).toEqual([expect.objectContaining({ data: "198.18.0.7" })]);
  });

  it("is echoed in the letter case it came in (0x20), and understood in any", () => {
    const { respond, stored } = responder();
    const query = makeQuery({ name: mixCase(name, "case") }, 1);
    const answer = respond(query);
    expect(answer?.subarray(12, query.length)).toEqual(query.subarray(12));
    expect(stored.map((one) => Buffer.from(one.frame))).toEqual([Buffer.from(frame)]);
  });

  it("of another version, an unsolved puzzle or a week out of range is not stored and gets NODATA", () => {
    const unsolved = new Uint8Array(frame);
    const names = [1, 2, 3].map((version) => encodeName(otherVersion(frame, version), ZONE));
    for (let salt = 0; names.length < 6; salt++) {
      unsolved[3] = salt;
      const digest = new Uint8Array(createHash("sha256").update(unsolved).digest());
      if ((digest[0] as number) >= 4) names.push(encodeName(unsolved, ZONE));
    }
    for (const weeks of [-3, 2]) names.push(encodeName(seededFrame("week", NOON_DAY + 7 * weeks, BITS), ZONE));
    const { ask, stored } = responder();
    for (const refused of names) expect(ask(refused)).toMatchObject({ rcode: "NOERROR", answers: [] });
    expect(stored).toEqual([]);
    for (const weeks of [-2, -1, 1]) ask(encodeName(seededFrame("week", NOON_DAY + 7 * weeks, BITS), ZONE));
    expect(stored).toHaveLength(3);
  });
});

describe("names that are no report (protocol.md section 4 rule 4)", () => {
  it("get NOERROR without data, SOA in authority with minimum 60, never NXDOMAIN (RFC 8020)", () => {
    const labels = name.split(".");
    const partial = [labels[2], `${labels[1]}.${labels[2]}`, `_.${labels[2]}`, `_.${labels[1]}.${labels[2]}`];
    const others = ["x", "_dmarc", `x.${labels.slice(0, 3).join(".")}`, "a.b.c.d.e.f"];
    const { ask, stored } = responder();
    for (const owner of [...partial, ...others]) {
      for (const type of ["A", "NS", "AAAA", "DS"]) {
        const answer = ask(`${owner}.${ZONE}`, type);
        expect(answer).toMatchObject({ rcode: "NOERROR", flag_aa: true, answers: [] });
        expect(answer.authorities).toEqual([
          expect.objectContaining({ type: "SOA", name: ZONE, data: expect.objectContaining({ minimum: 60 }) }),
        ]);
      }
    }
    expect(stored).toEqual([]);
  });

  it("outside the zone are REFUSED, also where octets happen to agree with it", () => {
    const { ask } = responder();
    for (const outside of ["example.net", "net", ".", "xr.example.net", "r.example.net.org"]) {
      expect(ask(outside, "SOA")).toMatchObject({ rcode: "REFUSED", flag_aa: false });
    }
  });
});

describe("the zone's own records (rules 4 and 6)", () => {
  it("are SOA, NS with glue, TXT, and the name server's A and AAAA", () => {
    const { ask } = responder();
    expect(ask(ZONE, "SOA").answers).toEqual([expect.objectContaining({ type: "SOA" })]);
    const ns = ask(ZONE.toUpperCase(), "NS");
    expect(ns.answers).toEqual([expect.objectContaining({ type: "NS", data: "ns1.R.EXAMPLE.NET" })]);
    expect(ns.additionals?.map((record) => record.type)).toEqual(["A", "AAAA"]);
    expect(ask(`ns1.${ZONE}`, "A").answers).toEqual([expect.objectContaining({ data: "192.0.2.53" })]);
    expect(ask(`NS1.${ZONE}`, "AAAA").answers).toEqual([expect.objectContaining({ data: "2001:db8::53" })]);
    expect(String(ask(ZONE, "TXT").answers?.map((record) => "data" in record && record.data))).toContain("168 hours");
    expect(ask(ZONE, "MX")).toMatchObject({ rcode: "NOERROR", answers: [] });
  });

  it("include the policy record with what clients need", () => {
    const [record] = responder().ask(`_policy.${ZONE}`, "TXT").answers ?? [];
    expect(record).toMatchObject({ type: "TXT", ttl: 3600 });
    expect(String(record && "data" in record ? record.data : "")).toBe(
      `v=sotto1; ack=198.18.0.7; bits=${BITS}; retention=168h`,
    );
  });

  it("answer ANY with one RRset (RFC 8482)", () => {
    expect(responder().ask(ZONE, "ANY").answers).toHaveLength(1);
  });
});
