import dnsPacket from "dns-packet";
import { describe, expect, it } from "vitest";
import { encodeQuery, readReply } from "../../../resolver/doctor/message.ts";
import { formatJson, formatText } from "../../../resolver/doctor/report.ts";

const ID = 0x1234;
const query = encodeQuery({ name: "R.ExAmple.net.", type: "SOA" }, ID);

/** The query sent back as an answer, changed. */
function answer(change: (message: Buffer) => void = () => {}): Buffer {
  const message = Buffer.from(query);
  message[2] = 0x84;
  change(message);
  return message;
}

describe("an answer", () => {
  it("is one to this question, whatever its letters; those are told", () => {
    expect(readReply(query, answer())).toMatchObject({
      reply: { rcode: "NOERROR", authoritative: true, truncated: false, sameQuestion: true, edns: null },
    });
    const lower = answer((message) => message.write("r", 13, "latin1"));
    expect(readReply(query, lower)).toMatchObject({ reply: { sameQuestion: false } });
  });

  it("to another question, another id, or that is a query is passed over", () => {
    expect(
      readReply(
        query,
        answer((message) => message.writeUInt16BE(ID + 1, 0)),
      ),
    ).toBeNull();
    expect(
      readReply(
        query,
        answer((message) => message.write("x", 13, "latin1")),
      ),
    ).toBeNull();
    expect(readReply(query, query)).toBeNull();
    expect(readReply(query, Buffer.alloc(5))).toBeNull();
  });

  it("of an error may come without its question", () => {
    const header = Buffer.from([0x12, 0x34, 0x80, 0x01, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(readReply(query, header)).toMatchObject({ reply: { rcode: "FORMERR" } });
    header[3] = 0;
    expect(readReply(query, header)).toBeNull();
  });

  it("that cannot be read is no exception", () => {
    const cut = answer((message) => message.writeUInt16BE(3, 6));
    expect(readReply(query, cut)).toEqual({ silence: "malformed" });
  });

  it("has its records in one form, and its EDNS", () => {
    const asked = encodeQuery({ name: "ns1.r.example.net", type: "AAAA" }, ID);
    const message = dnsPacket.encode({
      type: "response",
      id: ID,
      questions: [{ name: "ns1.r.example.net", type: "AAAA", class: "IN" }],
      answers: [{ name: "NS1.r.example.net", type: "AAAA", data: "2001:0db8:0:0:0:0:0:53" }],
      authorities: [{ name: "r.example.net", type: "NS", data: "NS1.R.example.net" }],
    });
    expect(readReply(asked, message)).toMatchObject({
      reply: {
        answers: [{ name: "ns1.r.example.net", type: "AAAA", text: "2001:db8::53" }],
        authority: [{ text: "ns1.r.example.net" }],
      },
    });
  });
});

describe("a query", () => {
  it("carries the options that it is given in an OPT record", () => {
    const options = [{ code: 8, data: Uint8Array.of(0, 1, 24, 0, 192, 0, 2) }];
    const sent = dnsPacket.decode(encodeQuery({ name: "x.example", type: "A", edns: { payload: 4096, options } }, ID));
    expect(sent.additionals).toMatchObject([
      { type: "OPT", udpPayloadSize: 4096, options: [{ code: 8, ip: "192.0.2.0" }] },
    ]);
    expect(sent.flag_rd).toBe(false);
    expect(dnsPacket.decode(encodeQuery({ name: ".", type: "NS", recursion: true }, ID)).flag_rd).toBe(true);
  });
});

describe("an examination", () => {
  const examination = {
    zone: "r.example.net",
    framesSent: 1,
    findings: [
      { check: "glue", where: "ns1", verdict: "ok", says: "fine" },
      { check: "letter case", where: "a longer place", verdict: "wrong", says: "not so", fix: "do this" },
    ],
  } as const;

  it("is a line for each check, in columns, and what to do below it", () => {
    expect(formatText(examination, (_, text) => text)).toBe(
      [
        "ok     glue         ns1             fine",
        "wrong  letter case  a longer place  not so",
        "                    -> do this",
        "",
        "1 frame is in the zone's log now, sealed for keys that were thrown away: nobody can open them.",
        "r.example.net: 1 ok, 0 to look at, 1 wrong",
        "",
      ].join("\n"),
    );
  });

  it("is one object for a program", () => {
    expect(JSON.parse(formatJson(examination))).toEqual({ ...examination, verdict: "wrong" });
  });
});
