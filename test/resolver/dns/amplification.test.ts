import { encodeName, stopHash } from "@sotto/wire";
import { beforeAll, describe, expect, it } from "vitest";
import type { ZoneDefinition } from "../../../resolver/dns/zone.ts";
import { makeQuery } from "../../e2e/asker.ts";
import { seededFrame } from "../../e2e/frames.ts";
import { BITS, cookieIn, cookieOption, NOON_DAY, Served, withOpt, zoneDefinition } from "./served.ts";

/** A zone with as much to say as makes sense. */
function talkative(zone: string, domain: string): ZoneDefinition {
  const addresses = (i: number) => [`192.0.2.${i}`, `2001:db8::${i}`];
  return zoneDefinition({
    zone,
    nameServers: [1, 2, 3, 4].map((i) => {
      const host = `name-server-${i}.${domain}`;
      return { host, addresses: host.endsWith(`.${zone}`) ? addresses(i) : [] };
    }),
    contact: `the.people.who.run.it@${domain}`,
    url: `https://www.${domain}/usage-reports/what-this-is.html`,
    text: "This zone is run by the Example Foundation for all projects of its members. ".repeat(3),
    ack: ["198.18.0.7", "198.18.0.9"],
    stop: Array.from({ length: 20 }, (_, i) => `project ${i}`),
  });
}

const LONG_ZONE = `reports.${"usage-statistics-of-free-software"}.example-org.net`;

const ZONES: readonly [string, ZoneDefinition][] = [
  ["an ordinary zone", zoneDefinition()],
  ["a short zone", zoneDefinition({ zone: "r.xx" })],
  ["a long zone with name servers in it", talkative(LONG_ZONE, LONG_ZONE)],
  ["a long zone with name servers at its parent", talkative(LONG_ZONE, "example-org.net")],
  ["a short zone with name servers elsewhere", talkative("r.xx", "some-provider-of-names.example.com")],
];

const TYPES = ["A", "AAAA", "NS", "SOA", "TXT", "MX", "ANY", "DNSKEY", "AXFR"];

/** What a requester may add to a query, and so what an answer has to bring back. */
const VARIANTS: readonly ((query: Buffer) => Buffer)[] = [
  (query) => query,
  (query) => withOpt(query),
  (query) => withOpt(query, undefined, { flags: 0x8000 }),
  (query) => withOpt(query, cookieOption("0102030405060708")),
  (query) => withOpt(query, undefined, { version: 1 }),
];

let frame: Uint8Array;
beforeAll(() => {
  frame = seededFrame("amplification", NOON_DAY, BITS);
});

describe.each(ZONES)("an answer over UDP from %s", (_, definition) => {
  const ask = (served: Served, name: string, type: string) =>
    VARIANTS.map((variant) => {
      const query = variant(makeQuery({ name, type }, 1));
      const answer = served.respond(query) as Buffer;
      return { ratio: answer.length / query.length, octets: answer.length };
    });
  const names = (): string[] => encodeName(frame, definition.zone).split(".");

  it("is below 1.2 times its query for an ack and a nak", () => {
    const served = new Served({ zones: [definition] });
    for (const failing of [false, true]) {
      served.intake.failing = failing;
      for (const { ratio } of ask(served, names().join("."), "A")) expect(ratio).toBeLessThan(1.2);
    }
    expect(served.responder.counters.acks + served.responder.counters.naks).toBe(8);
  });

  it("is below 2 times its query for a partial name, and whole", () => {
    const served = new Served({ zones: [definition] });
    for (const owner of [names().slice(2), names().slice(1), ["_", ...names().slice(2)], ["_", ...names().slice(1)]]) {
      for (const type of ["A", "NS"]) {
        for (const { ratio } of ask(served, owner.join("."), type)) expect(ratio).toBeLessThan(2);
      }
    }
  });

  it("is below 4.5 times its query and at most 512 octets for everything else", () => {
    const served = new Served({ zones: [definition] });
    const { zone, nameServers } = definition;
    const hosts = nameServers.map(({ host }) => host);
    for (const name of [zone, `_policy.${zone}`, `x.${zone}`, ...hosts, `x.${names().join(".")}`, "xx", "."]) {
      for (const type of TYPES) {
        for (const { ratio, octets } of ask(served, name, type)) {
          expect([name, type, ratio < 4.5, octets <= 512]).toEqual([name, type, true, true]);
        }
      }
    }
  });
});

describe("what would be larger", () => {
  const served = new Served({ zones: [talkative("r.xx", "example.com")] });
  const query = makeQuery({ name: "_policy.r.xx", type: "TXT" }, 1);

  it("goes out with TC over UDP and whole over TCP", () => {
    expect(served.ask(query)).toMatchObject({ flag_tc: true, answers: [], authorities: [] });
    const whole = served.ask(query, "tcp");
    expect([whole.flag_tc, JSON.stringify(whole.answers)]).toEqual([false, expect.stringContaining("")]);
    expect(String(whole.answers?.map((record) => "data" in record && record.data))).toContain(stopHash("project 19"));
  });

  it("goes out whole to a requester whose cookie is valid, up to 512 octets", () => {
    const cookie = cookieIn(served.respond(withOpt(query, cookieOption("0102030405060708"))) as Buffer) ?? "";
    const answer = served.ask(withOpt(query, cookieOption(cookie)));
    expect([answer.flag_tc, answer.answers?.length]).toEqual([false, 1]);
  });
});
