import dnsPacket from "dns-packet";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readQuery } from "../../../resolver/dns/query.ts";
import { makeQuery } from "../../e2e/asker.ts";
import { words } from "../../e2e/questions.ts";
import { Served, withOpt } from "./served.ts";

const header = (flags: number, counts: number[]) => words(4711, flags, ...counts);
const QUESTION = Buffer.from("\x01r\x07example\x03net\x00\x00\x01\x00\x01", "latin1");
const OPT = Buffer.from("\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00", "latin1");
const QUERY = Buffer.concat([header(0, [1, 0, 0, 0]), QUESTION]);

/** The code that a message is answered with; null when it is dropped. */
function rcodeOf(message: Uint8Array): number | null {
  const answer = new Served().respond(message);
  if (answer === null) return null;
  const { additionals = [] } = dnsPacket.decode(answer);
  const [opt] = additionals.filter(({ type }) => type === "OPT") as { extendedRcode?: number }[];
  return ((answer[3] as number) & 0x0f) | ((opt?.extendedRcode ?? 0) << 4);
}

describe("reading a message", () => {
  it("drops what is no query: fewer than 12 octets, and responses (QR=1)", () => {
    expect(rcodeOf(Buffer.alloc(11))).toBeNull();
    expect(rcodeOf(Buffer.concat([header(0x8000, [1, 0, 0, 0]), QUESTION]))).toBeNull();
  });

  it("answers other opcodes with NOTIMP and a header (RFC 1035 section 4.1.1)", () => {
    for (const opcode of [1, 2, 4, 5, 15]) {
      const message = Buffer.concat([header(opcode << 11, [1, 0, 0, 0]), QUESTION]);
      expect(new Served().respond(message)).toEqual(header(0x8004 | (opcode << 11), [0, 0, 0, 0]));
    }
  });

  it("answers with FORMERR and a header: no or two questions, a cut name, a pointer, an overlong name or label", () => {
    const one = header(0, [1, 0, 0, 0]);
    const cases = [
      header(0, [0, 0, 0, 0]),
      Buffer.concat([header(0, [2, 0, 0, 0]), QUESTION, QUESTION]),
      Buffer.concat([header(0, [2, 0, 0, 0]), QUESTION]),
      Buffer.concat([header(0, [0xffff, 0, 0, 0]), QUESTION]),
      Buffer.concat([one, QUESTION.subarray(0, -1)]),
      Buffer.concat([one, Buffer.from("\xc0\x0c\x00\x01\x00\x01", "latin1")]),
      Buffer.concat([one, Buffer.from("\x40"), Buffer.alloc(64, "a"), Buffer.from("\x00\x00\x01\x00\x01", "latin1")]),
      Buffer.concat([one, Buffer.from("\x3f".padEnd(64, "a").repeat(4), "latin1"), Buffer.alloc(5)]),
    ];
    for (const message of cases) expect(new Served().respond(message)).toEqual(header(0x8001, [0, 0, 0, 0]));
  });

  it("reads EDNS: unknown options ignored, two OPT records or a cut option FORMERR, version 1 BADVERS (RFC 6891)", () => {
    const two = Buffer.concat([header(0, [1, 0, 0, 2]), QUESTION, OPT, OPT]);
    const options = (text: string, version = 0) => withOpt(QUERY, Buffer.from(text, "latin1"), { version });
    expect([rcodeOf(withOpt(QUERY)), rcodeOf(two)]).toEqual([0, 1]);
    expect([rcodeOf(options("\xff\x00\x00\x02ab")), rcodeOf(options("\xff\x00\x00\x09ab"))]).toEqual([0, 1]);
    // What the options of another version look like nobody can know.
    expect([rcodeOf(options("", 1)), rcodeOf(options("\xff\x00\x00\x09ab", 1))]).toEqual([16, 16]);
    const outOfPlace = Buffer.concat([header(0, [1, 1, 0, 0]), QUESTION, OPT]);
    const notOfTheRoot = Buffer.concat([header(0, [1, 0, 0, 1]), QUESTION, Buffer.of(1, 0x78), OPT]);
    expect([rcodeOf(outOfPlace), rcodeOf(notOfTheRoot)]).toEqual([1, 1]);
  });

  it("answers an error with OPT when the message had a readable one (RFC 6891 section 7)", () => {
    for (const message of [
      withOpt(header(15 << 11, [0, 0, 0, 0])),
      withOpt(header(0, [0, 0, 0, 0])),
      withOpt(Buffer.concat([header(0, [2, 0, 0, 0]), QUESTION, QUESTION])),
    ]) {
      expect(new Served().ask(message).additionals).toEqual([expect.objectContaining({ type: "OPT", ednsVersion: 0 })]);
    }
  });

  it("refuses other classes, the server's version and name among them (RFC 4892), and transfers", () => {
    const served = new Served();
    for (const name of ["version.bind", "version.server", "id.server", "hostname.bind", "r.example.net"]) {
      const query = makeQuery({ name, type: "TXT" }, 1);
      query[query.length - 1] = 3;
      expect(served.ask(query)).toMatchObject({ rcode: "REFUSED", answers: [], authorities: [] });
    }
    for (const type of ["AXFR", "IXFR"]) expect(rcodeOf(makeQuery({ name: "r.example.net", type }, 1))).toBe(5);
  });

  it("never throws, and what it answers another decoder can read", () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ maxLength: 200 }).map((tail) => Buffer.concat([header(0, [1, 0, 0, 1]), QUESTION, tail])),
      fc.uint8Array({ maxLength: 60 }).map((options) => withOpt(QUERY, options)),
      fc.tuple(fc.nat(60), fc.nat(255)).map(([at, value]) => {
        const query = makeQuery({ name: "abc.r.example.net", options: [] }, 7);
        query[at % query.length] = value;
        return query;
      }),
    );
    const served = new Served();
    fc.assert(
      fc.property(noise, (message) => {
        const answer = served.respond(message);
        expect(answer === null).toBe(readQuery(message) === null);
        if (answer !== null) expect(dnsPacket.decode(answer).type).toBe("response");
      }),
      { numRuns: 10_000, seed: 20_773 },
    );
  });
});
