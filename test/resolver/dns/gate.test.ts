import { encodeName } from "@sotto/wire";
import dnsPacket from "dns-packet";
import { beforeAll, describe, expect, it } from "vitest";
import { RateLimit, SourceRateLimit } from "../../../resolver/dns/ratelimit.ts";
import { SourcePrefix } from "../../../resolver/dns/source.ts";
import { makeQuery } from "../../e2e/asker.ts";
import { seededFrame } from "../../e2e/frames.ts";
import { words } from "../../e2e/questions.ts";
import { BITS, cookieIn, cookieOption, NOON_DAY, Served, withOpt, ZONE } from "./served.ts";

const CLIENT = "0102030405060708";
const FORGED = `${CLIENT}010000006afb0000aaaaaaaaaaaaaaaa`;

let report: Buffer;
beforeAll(() => {
  report = makeQuery({ name: encodeName(seededFrame("gate", NOON_DAY, BITS), ZONE) }, 7);
});

const withCookie = (hex: string, query: Buffer = report) => withOpt(query, cookieOption(hex));

/** The cookie that a server gives to an address. */
function learn(served: Served, address?: string): string {
  return cookieIn(served.respond(withCookie(CLIENT), "tcp", address) ?? Buffer.alloc(12)) ?? "";
}

const rcodeOf = (answer: Buffer | null) => {
  const { additionals = [] } = dnsPacket.decode(answer ?? Buffer.alloc(12));
  const [opt] = additionals as { extendedRcode?: number }[];
  return ((answer?.[3] ?? 0) & 0x0f) | ((opt?.extendedRcode ?? 0) << 4);
};

/** A server that no longer answers reports over UDP without a cookie, for either reason. */
const SHUT = {
  "over the source's limit": () => {
    const limit = new SourceRateLimit({ perSecond: 1e-9, burst: 1 });
    const served = new Served({ sources: { prefix: new SourcePrefix(Buffer.alloc(16)), limit } });
    served.respond(report);
    return served;
  },
  "above the zone's intake": () => {
    const served = new Served({ rate: new RateLimit({ perSecond: 1e-9, burst: 1 }) });
    served.respond(report);
    return served;
  },
};

describe("a query with a COOKIE option (RFC 7873 section 5.2)", () => {
  it("is answered with its client cookie and a server cookie of RFC 9018, over UDP and TCP, whatever the answer", () => {
    const served = new Served();
    const outside = makeQuery({ name: "example.org" }, 1);
    const partial = makeQuery({ name: `x.${ZONE}` }, 1);
    for (const query of [report, outside, partial]) {
      for (const transport of ["udp", "tcp"] as const) {
        const cookie = cookieIn(served.respond(withCookie(CLIENT, query), transport) ?? Buffer.alloc(12));
        expect(cookie).toMatch(/^010203040506070801000000[0-9a-f]{24}$/);
      }
    }
  });

  it("with a client cookie or a forged server cookie is answered as one without, and gets a new cookie (section 5.2.3, 5.2.4)", () => {
    const served = new Served();
    for (const cookie of [CLIENT, FORGED, `${CLIENT}${"00".repeat(8)}`, `${CLIENT}${"00".repeat(32)}`]) {
      const answer = served.respond(withCookie(cookie)) ?? Buffer.alloc(12);
      expect(dnsPacket.decode(answer).answers).toHaveLength(1);
      expect(cookieIn(answer)).toBe(learn(served));
    }
  });

  it("of a malformed length gets FORMERR and no cookie (section 5.2.2)", () => {
    const served = new Served();
    for (let length = 0; length <= 48; length++) {
      const legal = length === 8 || (length >= 16 && length <= 40);
      const answer = served.respond(withCookie("11".repeat(length)));
      expect([length, rcodeOf(answer)]).toEqual([length, legal ? 0 : 1]);
      expect([length, cookieIn(answer as Buffer) !== null]).toEqual([length, legal]);
    }
  });

  it("has its first cookie taken, others ignored (section 5.2)", () => {
    const served = new Served();
    const twice = withOpt(report, Buffer.concat([cookieOption(CLIENT), cookieOption("11".repeat(5))]));
    expect(cookieIn(served.respond(twice) as Buffer)?.slice(0, 16)).toBe(CLIENT);
  });

  it("of another EDNS version gets BADVERS and no cookie (RFC 6891 section 6.1.3)", () => {
    const answer = new Served().respond(withOpt(report, cookieOption(CLIENT), { version: 1 })) as Buffer;
    expect([rcodeOf(answer), cookieIn(answer)]).toEqual([16, null]);
  });
});

describe("a query for nothing but a cookie (RFC 7873 section 5.4)", () => {
  const empty = words(7, 0, 0, 0, 0, 0);

  it("is NOERROR with a cookie; BADCOOKIE with a new one when the server cookie shown is invalid", () => {
    const served = new Served();
    const valid = learn(served);
    for (const [shown, rcode] of [
      [CLIENT, 0],
      [valid, 0],
      [FORGED, 23],
    ] as const) {
      const answer = served.respond(withCookie(shown, empty)) as Buffer;
      expect([rcodeOf(answer), cookieIn(answer)]).toEqual([rcode, valid]);
      expect(dnsPacket.decode(answer)).toMatchObject({ questions: [], answers: [], authorities: [] });
    }
  });

  it("is FORMERR without a COOKIE option", () => {
    expect([empty, withOpt(empty)].map((message) => rcodeOf(new Served().respond(message)))).toEqual([1, 1]);
  });
});

describe.each(Object.entries(SHUT))("%s", (_, makeShut) => {
  it("a report over UDP gets TC with its question and no records, and so with a client cookie, which it can use next", () => {
    const served = makeShut();
    for (const query of [report, withCookie(CLIENT), withCookie(FORGED)]) {
      const answer = served.respond(query) as Buffer;
      const decoded = dnsPacket.decode(answer) as { flag_tc?: boolean };
      expect(decoded).toMatchObject({ flag_tc: true, answers: [], authorities: [] });
      expect(answer.subarray(12, report.length)).toEqual(report.subarray(12));
    }
    expect(cookieIn(served.respond(withCookie(CLIENT)) as Buffer)).toBe(learn(served));
    expect(served.intake.stored).toHaveLength(2);
  });

  it("a valid server cookie and TCP are answered", () => {
    const served = makeShut();
    const cookie = learn(served);
    for (let i = 0; i < 5; i++) expect(served.ask(withCookie(cookie)).answers).toHaveLength(1);
    expect(served.ask(report, "tcp").answers).toHaveLength(1);
    expect(served.ask(withCookie(cookie), "udp", "198.51.100.101").flag_tc).toBe(true);
  });
});

describe("a gate without limits", () => {
  it("answers as many as come", () => {
    const served = new Served();
    for (let i = 0; i < 5000; i++) served.respond(report);
    expect([served.intake.stored.length, served.gate.counters.limited]).toEqual([5000, 0]);
  });

  it("answers errors whatever the limit, since they hold nothing", () => {
    const served = SHUT["over the source's limit"]();
    expect(rcodeOf(served.respond(words(7, 15 << 11, 0, 0, 0, 0)))).toBe(4);
  });
});
