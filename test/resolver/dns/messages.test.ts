import dnsPacket from "dns-packet";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildAnswer, emptyContent } from "../../resolver/dns/answer.ts";
import { readQuery, refusalOf } from "../../resolver/dns/query.ts";
import { makeQuery } from "../e2e/asker.ts";

const header = (flags: number, counts: number[]) => {
  const octets = Buffer.alloc(12);
  octets.writeUInt16BE(4711, 0);
  octets.writeUInt16BE(flags, 2);
  for (const [i, count] of counts.entries()) octets.writeUInt16BE(count, 4 + 2 * i);
  return octets;
};
const QUESTION = Buffer.from("\x01r\x07example\x03net\x00\x00\x01\x00\x01", "latin1");
const OPT = Buffer.from("\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00", "latin1");

/** The code that a message is answered with; null when it is dropped, 0 when it can be looked up. */
function rcodeOf(message: Uint8Array): number | null {
  const query = readQuery(message);
  return "nameLength" in query ? (refusalOf(query) ?? 0) : query.rcode;
}

describe("reading a message", () => {
  it("drops what is no query: fewer than 12 octets, and responses (QR=1)", () => {
    expect(rcodeOf(Buffer.alloc(11))).toBeNull();
    expect(rcodeOf(Buffer.concat([header(0x8000, [1, 0, 0, 0]), QUESTION]))).toBeNull();
  });

  it("answers other opcodes with NOTIMP (RFC 1035 section 4.1.1)", () => {
    for (const opcode of [1, 2, 4, 5, 15]) {
      expect(rcodeOf(Buffer.concat([header(opcode << 11, [1, 0, 0, 0]), QUESTION]))).toBe(4);
    }
  });

  it("answers with FORMERR: no or two questions, a cut name, a pointer, an overlong name or label", () => {
    const one = header(0, [1, 0, 0, 0]);
    const cases = [
      header(0, [0, 0, 0, 0]),
      Buffer.concat([header(0, [2, 0, 0, 0]), QUESTION, QUESTION]),
      Buffer.concat([one, QUESTION.subarray(0, -1)]),
      Buffer.concat([one, Buffer.from("\xc0\x0c\x00\x01\x00\x01", "latin1")]),
      Buffer.concat([one, Buffer.from("\x40"), Buffer.alloc(64, "a"), Buffer.from("\x00\x00\x01\x00\x01", "latin1")]),
      Buffer.concat([one, Buffer.from("\x3f".padEnd(64, "a").repeat(4), "latin1"), Buffer.alloc(5)]),
    ];
    for (const message of cases) expect(rcodeOf(message)).toBe(1);
  });

  it("reads EDNS: unknown options ignored, two OPT records or a cut option FORMERR, version 1 BADVERS (RFC 6891)", () => {
    const withOpt = (...records: Buffer[]) =>
      Buffer.concat([header(0, [1, 0, 0, records.length]), QUESTION, ...records]);
    expect(rcodeOf(withOpt(OPT))).toBe(0);
    expect(rcodeOf(withOpt(OPT, OPT))).toBe(1);
    expect(rcodeOf(withOpt(Buffer.concat([OPT.subarray(0, 6), Buffer.of(1), OPT.subarray(7)])))).toBe(16);
    const options = (data: string) =>
      Buffer.concat([OPT.subarray(0, 9), Buffer.of(0, data.length), Buffer.from(data, "latin1")]);
    expect(rcodeOf(withOpt(options("\xff\x00\x00\x02ab")))).toBe(0);
    expect(rcodeOf(withOpt(options("\xff\x00\x00\x09ab")))).toBe(1);
  });

  it("refuses other classes and transfers", () => {
    const chaos = Buffer.from(QUESTION);
    chaos[chaos.length - 1] = 3;
    expect(rcodeOf(Buffer.concat([header(0, [1, 0, 0, 0]), chaos]))).toBe(5);
    for (const type of ["AXFR", "IXFR"]) expect(rcodeOf(makeQuery({ name: "r.example.net", type }, 1))).toBe(5);
  });

  it("never throws, and what it answers another decoder can read", () => {
    const octets = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ maxLength: 200 }).map((tail) => Buffer.concat([header(0, [1, 0, 0, 1]), QUESTION, tail])),
      fc.tuple(fc.nat(60), fc.nat(255)).map(([at, value]) => {
        const query = makeQuery({ name: "abc.r.example.net", options: [] }, 7);
        query[at % query.length] = value;
        return query;
      }),
    );
    fc.assert(
      fc.property(octets, (message) => {
        const query = readQuery(message);
        if ("nameLength" in query || query.rcode === null) return;
        const answer = buildAnswer(query, emptyContent(query.rcode), "udp");
        expect(dnsPacket.decode(answer).type).toBe("response");
      }),
      { numRuns: 10_000, seed: 20_773 },
    );
  });
});

describe("an answer", () => {
  it("carries an OPT record only when asked, of 1232 octets and without options, and copies DO", () => {
    const asked = readQuery(
      makeQuery({ name: "x.example", options: [{ code: "CLIENT_SUBNET", ip: "203.0.113.0" }] }, 1),
    );
    if (!("nameLength" in asked)) throw new Error("not read");
    const answer = dnsPacket.decode(buildAnswer(asked, emptyContent(5), "udp"));
    expect(answer.additionals).toEqual([expect.objectContaining({ type: "OPT", udpPayloadSize: 1232, options: [] })]);
    const plain = readQuery(makeQuery({ name: "x.example" }, 1));
    if (!("nameLength" in plain)) throw new Error("not read");
    expect(dnsPacket.decode(buildAnswer(plain, emptyContent(5), "udp")).additionals).toEqual([]);
  });

  it("of more than 512 octets is cut with TC over UDP and whole over TCP (RFC 2181 section 9)", () => {
    const query = readQuery(makeQuery({ name: "x.example" }, 1));
    if (!("nameLength" in query)) throw new Error("not read");
    const big = { octets: Buffer.alloc(600), zonePointers: [] };
    const content = { ...emptyContent(0), answers: [big] };
    const udp = buildAnswer(query, content, "udp");
    expect([udp.readUInt16BE(2) & 0x0200, udp.readUInt16BE(6)]).toEqual([0x0200, 0]);
    const tcp = buildAnswer(query, content, "tcp");
    expect([tcp.readUInt16BE(2) & 0x0200, tcp.readUInt16BE(6)]).toEqual([0, 1]);
  });
});
