import { ADVERTISED_PAYLOAD, EDNS_DO, FLAG, HEADER_OCTETS, MAX_UDP_OCTETS, RCODE, TYPE } from "./numbers.ts";
import type { Edns, Query } from "./query.ts";
import { type RecordTemplate, writeRecord } from "./record.ts";

const OPT_OCTETS = 11;

/** An answer's content beside its question. */
export interface Content {
  readonly rcode: number;
  readonly authoritative: boolean;
  readonly answers: readonly RecordTemplate[];
  readonly authority: readonly RecordTemplate[];
  readonly additional: readonly RecordTemplate[];
  /** Where the zone's name stands in the question, for compression. */
  readonly zoneAt: number;
}

/** How the query came: over UDP an answer has at most 512 octets (RFC 1035 section 4.2.1). */
export type Transport = "udp" | "tcp";

/** An answer without records. */
export function emptyContent(rcode: number): Content {
  return { rcode, authoritative: false, answers: [], authority: [], additional: [], zoneAt: 0 };
}

/**
 * Builds an answer: the query's id, its question octet for octet (resolvers compare letter case, "0x20"), the records,
 * and an OPT record if and only if the query had one. What does not fit is left out whole, with TC set: additional
 * records silently, any other section with TC (RFC 2181 section 9).
 */
export function buildAnswer(
  query: Pick<Query, "message" | "questionEnd"> & { readonly edns: Edns | null },
  content: Content,
  transport: Transport,
): Buffer {
  const optOctets = query.edns === null ? 0 : OPT_OCTETS;
  const room = (transport === "udp" ? MAX_UDP_OCTETS : 0xffff) - query.questionEnd - optOctets;
  const needed = sizeOf(content.answers) + sizeOf(content.authority);
  const truncated = needed > room;
  const answers = truncated ? [] : content.answers;
  const authority = truncated ? [] : content.authority;
  const additional = truncated || needed + sizeOf(content.additional) > room ? [] : content.additional;

  const records = [...answers, ...authority, ...additional];
  const answer = Buffer.allocUnsafe(query.questionEnd + sizeOf(records) + optOctets);
  answer.set(query.message.subarray(0, query.questionEnd));
  let flags = FLAG.QR | (answer.readUInt16BE(2) & (0x7800 | FLAG.RD)) | (content.rcode & 0x0f);
  if (content.authoritative) flags |= FLAG.AA;
  if (truncated) flags |= FLAG.TC;
  answer.writeUInt16BE(flags, 2);
  answer.writeUInt16BE(query.questionEnd > HEADER_OCTETS ? 1 : 0, 4);
  answer.writeUInt16BE(answers.length, 6);
  answer.writeUInt16BE(authority.length, 8);
  answer.writeUInt16BE(additional.length + (query.edns === null ? 0 : 1), 10);
  let at = query.questionEnd;
  for (const record of records) at = writeRecord(answer, at, record, content.zoneAt);
  if (query.edns !== null) writeOpt(answer, at, content.rcode, query.edns.dnssecOk);
  return answer;
}

/** An OPT record without options (RFC 6891 section 6.1.2): nothing of the query's options is ever sent back. */
function writeOpt(answer: Buffer, at: number, rcode: number, dnssecOk: boolean): void {
  answer[at] = 0;
  answer.writeUInt16BE(TYPE.OPT, at + 1);
  answer.writeUInt16BE(ADVERTISED_PAYLOAD, at + 3);
  answer[at + 5] = rcode >> 4;
  answer[at + 6] = 0;
  answer.writeUInt16BE(dnssecOk ? EDNS_DO : 0, at + 7);
  answer.writeUInt16BE(0, at + 9);
}

function sizeOf(records: readonly RecordTemplate[]): number {
  return records.reduce((sum, record) => sum + record.octets.length, 0);
}

/** The content of an answer that holds nothing: the SOA tells how long that may be remembered (RFC 2308 section 2.2). */
export function noData(soa: RecordTemplate, zoneAt: number): Content {
  return { rcode: RCODE.NOERROR, authoritative: true, answers: [], authority: [soa], additional: [], zoneAt };
}

/** The content of an answer that holds records of the zone. */
export function records(found: Pick<Content, "answers" | "additional">, zoneAt: number): Content {
  const { answers, additional } = found;
  return { rcode: RCODE.NOERROR, authoritative: true, answers, authority: [], additional, zoneAt };
}
