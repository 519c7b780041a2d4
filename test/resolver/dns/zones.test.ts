import { encodeName, parsePolicy, stopHash } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { Zone } from "../../../resolver/dns/zone.ts";
import { makeQuery } from "../../e2e/asker.ts";
import { seededFrame } from "../../e2e/frames.ts";
import { BITS, NOON_DAY, Served, ZONE, zoneDefinition } from "./served.ts";

const query = (name: string, type: string) => makeQuery({ name, type }, 1);

/** The text of the one TXT record at a name, asked over TCP. */
function textAt(served: Served, name: string): string[] {
  const [record, ...more] = served.ask(query(name, "TXT"), "tcp").answers ?? [];
  expect(more).toEqual([]);
  return record?.type === "TXT" ? [record.data].flat().map(String) : [];
}

/** RNAME in wire form: what follows MNAME in the data of the SOA, names not compressed there being in full. */
function mailboxOf(contact: string): string {
  const served = new Served({ zones: [zoneDefinition({ nameServers: [{ host: "a.b", addresses: [] }], contact })] });
  const answer = served.respond(query(ZONE, "SOA")) as Buffer;
  const primary = Buffer.from("\x01a\x01b\x00", "latin1");
  return answer.subarray(answer.indexOf(primary) + primary.length, -20).toString("latin1");
}

describe("a zone's settings", () => {
  it("become the mailbox of the SOA, the dots of its local part within one label (RFC 1035 section 8)", () => {
    expect(mailboxOf("hostmaster@example.org")).toBe("\x0ahostmaster\x07example\x03org\x00");
    expect(mailboxOf("first.last@Example.ORG")).toBe("\x0afirst.last\x07example\x03org\x00");
    expect(mailboxOf("a@b@example.org")).toBe("\x03a@b\x07example\x03org\x00");
    const [soa] = new Served().ask(query(ZONE, "SOA")).answers ?? [];
    expect(soa?.type === "SOA" && [soa.data.mname, soa.data.rname]).toEqual([`ns1.${ZONE}`, `hostmaster.${ZONE}`]);
  });

  it("share the zone's end in an answer, wherever it begins (RFC 1035 section 4.1.4)", () => {
    const nameServers = [{ host: "ns.example.net", addresses: [] }];
    const served = new Served({ zones: [zoneDefinition({ nameServers, contact: "dns@other.net" })] });
    for (const name of [ZONE, `x.${ZONE}`, `a.b.c.${ZONE}`]) {
      const [soa] = served.ask(query(name, "MX")).authorities ?? [];
      expect(soa?.type === "SOA" && [soa.name, soa.data.mname, soa.data.rname]).toEqual([
        ZONE,
        "ns.example.net",
        "dns.other.net",
      ]);
    }
    // Header, question, then the record: pointer, type, class, TTL, length, two names with a pointer each, 20 octets.
    expect(served.respond(query(ZONE, "MX"))?.length).toBe(12 + 15 + 4 + 12 + (3 + 2) + (4 + 6 + 2) + 20);
  });

  it.each(["nobody", "@example.net", "a b@example.net", "\u00e9@example.net", "x@", `${"a".repeat(64)}@example.net`])(
    "that name %j as contact are refused",
    (contact) => {
      expect(() => new Zone(zoneDefinition({ contact }))).toThrow(expect.objectContaining({ code: "SOTTO_RECORD" }));
    },
  );

  it("become the policy record", () => {
    const stop = ["one", "two"];
    const contact = "dns@example.net";
    const url = "https://example.net/sotto";
    const ack = ["198.18.0.7", "198.18.0.9"];
    const zones = [zoneDefinition({ stop, contact, url, ack, bits: 4, publishBits: 19, retention: 100 * 3600 + 1 })];
    expect(parsePolicy([textAt(new Served({ zones }), `_policy.${ZONE}`)])).toEqual({
      ack,
      bits: 19,
      retentionHours: 101,
      contact,
      url,
      stop: stop.map(stopHash),
    });
    expect(textAt(new Served(), `_policy.${ZONE}`)).toEqual([`v=sotto1; ack=198.18.0.7; bits=${BITS}; retention=168h`]);
    expect(() => new Zone(zoneDefinition({ url: "https://example.net/;x" }))).toThrow(
      expect.objectContaining({ code: "SOTTO_POLICY" }),
    );
  });

  it("become the text at the apex that tells a person what this is", () => {
    const zones = [
      zoneDefinition({ text: "Run by Example.", contact: "dns@example.net", url: "https://example.net/" }),
    ];
    const text = textAt(new Served({ zones }), ZONE).join("");
    for (const part of [ZONE, "168 hours", "Run by Example.", "dns@example.net", "https://example.net/"]) {
      expect(text).toContain(part);
    }
  });

  it("name servers outside of the zone, which have no addresses in it", () => {
    const nameServers = [
      { host: "ns1.example.org", addresses: [] },
      { host: `ns2.${ZONE}`, addresses: ["192.0.2.2"] },
    ];
    const answer = new Served({ zones: [zoneDefinition({ nameServers })] }).ask(query(ZONE, "NS"));
    expect(answer.answers?.map((record) => "data" in record && record.data)).toEqual([
      "ns1.example.org",
      `ns2.${ZONE}`,
    ]);
    expect(answer.additionals?.map((record) => record.type === "A" && [record.name, record.data])).toEqual([
      [`ns2.${ZONE}`, "192.0.2.2"],
    ]);
    const outside = [{ host: "ns1.example.org", addresses: ["192.0.2.1"] }];
    expect(() => new Zone(zoneDefinition({ nameServers: outside }))).toThrow(/outside/);
  });

  it("may name the zone itself as its name server", () => {
    const served = new Served({ zones: [zoneDefinition({ nameServers: [{ host: ZONE, addresses: ["192.0.2.2"] }] })] });
    expect(served.ask(query(ZONE, "A")).answers).toEqual([expect.objectContaining({ data: "192.0.2.2" })]);
    expect(served.ask(query(ZONE, "NS")).additionals).toHaveLength(1);
  });
});

describe("several zones in one process", () => {
  const inner = `inner.${ZONE}`;
  const zones = [
    zoneDefinition({ ack: ["198.18.0.1"] }),
    zoneDefinition({ zone: inner, ack: ["198.18.0.2"] }),
    zoneDefinition({ zone: "other.example", ack: ["198.18.0.3"] }),
  ];

  it("each answer their own names; of two that match it is the longer", () => {
    const served = new Served({ zones });
    const frame = seededFrame("zones", NOON_DAY, BITS);
    const ack = (zone: string) => {
      const [record] = served.ask(query(encodeName(frame, zone), "A")).answers ?? [];
      return record?.type === "A" && record.data;
    };
    expect([ack(ZONE), ack(inner), ack("other.example")]).toEqual(["198.18.0.1", "198.18.0.2", "198.18.0.3"]);
    const soa = (name: string) => served.ask(query(name, "MX")).authorities?.[0]?.name;
    expect([soa(`x.${ZONE}`), soa(inner), soa(`x.${inner}`), soa(`x${inner}`)]).toEqual([ZONE, inner, inner, ZONE]);
    expect(served.ask(query("example", "SOA")).rcode).toBe("REFUSED");
  });
});
