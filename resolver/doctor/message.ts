import { SocketAddress } from "node:net";
import dnsPacket, { type Answer, type RecordType } from "dns-packet";
import { HEADER_OCTETS, TYPE } from "../dns/numbers.ts";

/** An EDNS option as it stands in a message. */
export interface EdnsOption {
  readonly code: number;
  readonly data: Uint8Array;
}

/** A question for a server. */
export interface Question {
  /** In the letter case to ask with; a trailing dot is optional. */
  readonly name: string;
  readonly type: RecordType;
  /** For recursive resolvers only. */
  readonly recursion?: boolean;
  /** Payload and options of an OPT record; none: plain DNS. */
  readonly edns?: { readonly payload: number; readonly options: readonly EdnsOption[] };
}

/** A record of an answer. */
export interface AnsweredRecord {
  /** Lower case, no trailing dot. */
  readonly name: string;
  readonly type: string;
  /** An address, a host in lower case, or the fields in a row; empty for types of no concern here. */
  readonly text: string;
  /** The character strings of a TXT record. */
  readonly strings: readonly string[];
}

/** An answer as far as the checks look at it. */
export interface Reply {
  /** `NOERROR`, `NXDOMAIN`, or `RCODE9` for one without a name here. */
  readonly rcode: string;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  /** Whether the question came back octet for octet. */
  readonly sameQuestion: boolean;
  readonly answers: readonly AnsweredRecord[];
  readonly authority: readonly AnsweredRecord[];
  readonly additional: readonly AnsweredRecord[];
  readonly edns: { readonly payload: number; readonly options: readonly EdnsOption[] } | null;
}

/** Why there is no answer. */
export type Silence = "silent" | "refused" | "unreachable" | "closed" | "malformed";

/** What came of asking. */
export type Outcome = { readonly reply: Reply } | { readonly silence: Silence };

const RCODES = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"];
const OPT_OCTETS = 11;

/** What follows the labels of a name in a question: the root label, type and class. */
const QUESTION_TAIL_OCTETS = 5;

/** Writes a query. */
export function encodeQuery(question: Question, id: number): Buffer {
  const { name, type, recursion, edns } = question;
  const flags = recursion === true ? dnsPacket.RECURSION_DESIRED : 0;
  const plain = dnsPacket.encode({ type: "query", id, flags, questions: [{ name, type, class: "IN" }] });
  return edns === undefined ? plain : withOpt(plain, edns.payload, edns.options);
}

function withOpt(query: Buffer, payload: number, options: readonly EdnsOption[]): Buffer {
  const data = options.map(({ code, data }) => {
    const head = Buffer.alloc(4);
    head.writeUInt16BE(code, 0);
    head.writeUInt16BE(data.length, 2);
    return Buffer.concat([head, data]);
  });
  const opt = Buffer.alloc(OPT_OCTETS);
  opt.writeUInt16BE(TYPE.OPT, 1);
  opt.writeUInt16BE(payload, 3);
  opt.writeUInt16BE(Buffer.concat(data).length, 9);
  const whole = Buffer.concat([query, opt, ...data]);
  whole.writeUInt16BE(1, 10);
  return whole;
}

/**
 * Reads what came back for a query.
 *
 * @returns null when it answers another query, so that a forged or late datagram is passed over.
 */
export function readReply(query: Uint8Array, message: Buffer): Outcome | null {
  if (message.length < HEADER_OCTETS || message.readUInt16BE(0) !== Buffer.from(query).readUInt16BE(0)) return null;
  const flags = message.readUInt16BE(2);
  if ((flags & 0x8000) === 0) return null;
  const end = questionEnd(query);
  const asked = Buffer.from(query.subarray(HEADER_OCTETS, end));
  const echoed = message.subarray(HEADER_OCTETS, end);
  const sameName = folded(asked).equals(folded(echoed));
  // Only an error may come without its question (RFC 1035 section 4.1.1: the server may not have understood it).
  if (!sameName && ((flags & 0x0f) === 0 || message.readUInt16BE(4) > 0)) return null;
  try {
    const { answers = [], authorities = [], additionals = [] } = dnsPacket.decode(message);
    const opt = additionals.find((record) => record.type === "OPT");
    const options = opt?.type === "OPT" ? opt.options : [];
    return {
      reply: {
        rcode: RCODES[flags & 0x0f] ?? `RCODE${flags & 0x0f}`,
        authoritative: (flags & 0x0400) !== 0,
        truncated: (flags & 0x0200) !== 0,
        sameQuestion: asked.equals(echoed),
        answers: answers.map(recordOf),
        authority: authorities.map(recordOf),
        additional: additionals.filter(({ type }) => type !== "OPT").map(recordOf),
        edns:
          opt?.type === "OPT"
            ? { payload: opt.udpPayloadSize, options: options.map(({ code, data }) => ({ code, data: octets(data) })) }
            : null,
      },
    };
  } catch {
    return { silence: "malformed" };
  }
}

/** The records of a type at a name, from whatever part of an answer. */
export function recordsOf(records: readonly AnsweredRecord[], name: string, type: string): AnsweredRecord[] {
  return records.filter((record) => record.name === name && record.type === type);
}

/** Says why there is no answer. */
export function silenceText(silence: Silence): string {
  const texts: Record<Silence, string> = {
    silent: "no answer in time",
    refused: "nothing listens there (the port is closed)",
    unreachable: "this machine has no way to that address",
    closed: "the connection was closed without an answer",
    malformed: "the answer cannot be read as a DNS message",
  };
  return texts[silence];
}

function recordOf(record: Answer): AnsweredRecord {
  const name = hostOf(record.name);
  const of = (text: string, strings: string[] = []) => ({ name, type: record.type, text, strings });
  switch (record.type) {
    case "A":
      return of(record.data);
    case "AAAA":
      return of(new SocketAddress({ address: record.data, family: "ipv6" }).address);
    case "NS":
    case "CNAME":
      return of(hostOf(record.data));
    case "SOA": {
      const { mname, rname, serial, refresh, retry, expire, minimum } = record.data;
      return of([hostOf(mname), hostOf(rname), serial, refresh, retry, expire, minimum].join(" "));
    }
    case "TXT": {
      const strings = [record.data].flat().map(String);
      return of(strings.join(""), strings);
    }
    default:
      return of("");
  }
}

function hostOf(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

function octets(data: unknown): Uint8Array {
  return data instanceof Uint8Array ? data : new Uint8Array();
}

function folded(question: Buffer): Buffer {
  return Buffer.from(question.map((octet) => (octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet)));
}

/** Where the one question of a query of ours ends. */
function questionEnd(query: Uint8Array): number {
  let at = HEADER_OCTETS;
  while ((query[at] ?? 0) > 0) at += 1 + (query[at] as number);
  return at + QUESTION_TAIL_OCTETS;
}
