import { ADVERTISED_PAYLOAD, EDNS_DO, FLAG, HEADER_OCTETS, OPCODE_QUERY, OPTION, RCODE, TYPE } from "./numbers.ts";
import type { Query } from "./query.ts";
import { type RecordTemplate, writeRecord } from "./record.ts";

/** Octets of an OPT record without options (RFC 6891 section 6.1.2), and of an option's code and length. */
const OPT_OCTETS = 11;
const OPTION_HEADER_OCTETS = 4;

/** An answer's content beside its question, the same for all who ask the same. */
export interface Content {
  readonly rcode: number;
  readonly authoritative: boolean;
  /** Says TC whatever the size: ask again over TCP. */
  readonly truncated: boolean;
  readonly answers: readonly RecordTemplate[];
  readonly authority: readonly RecordTemplate[];
  /** Left out silently where they do not fit. */
  readonly additional: readonly RecordTemplate[];
  /** Octets of answers and authority. */
  readonly octets: number;
  readonly additionalOctets: number;
}

/** Prepares an answer's content. */
export function makeContent(parts: Partial<Omit<Content, "octets" | "additionalOctets">>): Content {
  const { rcode = RCODE.NOERROR, authoritative = true, truncated = false } = parts;
  const { answers = [], authority = [], additional = [] } = parts;
  const octets = sizeOf(answers) + sizeOf(authority);
  const additionalOctets = sizeOf(additional);
  return { rcode, authoritative, truncated, answers, authority, additional, octets, additionalOctets };
}

/** "Ask again over TCP", where an answer over UDP would go to whoever's address was written on the query. */
export const ASK_OVER_TCP = makeContent({ truncated: true });

/** As {@link ASK_OVER_TCP}, without having looked for the zone. */
export const ASK_OVER_TCP_UNSEEN = makeContent({ truncated: true, authoritative: false });

/**
 * Builds an answer: the query's id, its question octet for octet (resolvers compare letter case, "0x20"), the records,
 * and an OPT record if and only if the query had one. What does not fit is left out whole, with TC set: additional
 * records silently, any other section with TC (RFC 2181 section 9).
 *
 * Of the query's flags only RD comes back, and for QUERY alone: CD, AD and Z are clear in an authoritative answer (RFC
 * 4035 section 3.1.6, RFC 1035 section 4.1.1).
 *
 * @param zoneAt where the zone's name stands in the question, for compression.
 * @param maxOctets of the answer; header, question and OPT always go.
 * @param cookie client and server cookie to send, or null. Nothing else of the query's options is ever sent back.
 */
export function buildAnswer(
  query: Query,
  content: Content,
  zoneAt: number,
  maxOctets: number,
  cookie: Uint8Array | null,
): Buffer {
  const { message, questionEnd, edns } = query;
  const optionsOctets = cookie === null ? 0 : OPTION_HEADER_OCTETS + cookie.length;
  const room = maxOctets - questionEnd - (edns === null ? 0 : OPT_OCTETS + optionsOctets);
  const whole = content.octets <= room;
  const extra = whole && content.octets + content.additionalOctets <= room;
  const recordsEnd = questionEnd + (whole ? content.octets : 0) + (extra ? content.additionalOctets : 0);

  const answer = Buffer.allocUnsafe(recordsEnd + (edns === null ? 0 : OPT_OCTETS + optionsOctets));
  for (let i = 0; i < questionEnd; i++) answer[i] = message[i] as number;
  const opcode = ((message[2] as number) >> 3) & 0x0f;
  let flags = FLAG.QR | (opcode << 11) | (content.rcode & 0x0f);
  if (opcode === OPCODE_QUERY) flags |= (message[2] as number) & 1 ? FLAG.RD : 0;
  if (content.authoritative) flags |= FLAG.AA;
  if (content.truncated || !whole) flags |= FLAG.TC;
  writeUint16(answer, 2, flags);
  writeUint16(answer, 4, questionEnd > HEADER_OCTETS ? 1 : 0);
  writeUint16(answer, 6, whole ? content.answers.length : 0);
  writeUint16(answer, 8, whole ? content.authority.length : 0);
  writeUint16(answer, 10, (extra ? content.additional.length : 0) + (edns === null ? 0 : 1));
  if (whole) {
    const at = writeRecords(answer, questionEnd, content.answers, zoneAt);
    const end = writeRecords(answer, at, content.authority, zoneAt);
    if (extra) writeRecords(answer, end, content.additional, zoneAt);
  }
  if (edns !== null) writeOpt(answer, recordsEnd, content.rcode, edns.dnssecOk, cookie);
  return answer;
}

function writeRecords(answer: Buffer, start: number, records: readonly RecordTemplate[], zoneAt: number): number {
  let at = start;
  for (let i = 0; i < records.length; i++) at = writeRecord(answer, at, records[i] as RecordTemplate, zoneAt);
  return at;
}

/** Of the flags DO alone comes back, as asked (RFC 3225 section 3; RFC 6891 section 6.1.4). */
function writeOpt(answer: Buffer, at: number, rcode: number, dnssecOk: boolean, cookie: Uint8Array | null): void {
  answer[at] = 0;
  writeUint16(answer, at + 1, TYPE.OPT);
  writeUint16(answer, at + 3, ADVERTISED_PAYLOAD);
  answer[at + 5] = rcode >> 4;
  answer[at + 6] = 0;
  writeUint16(answer, at + 7, dnssecOk ? EDNS_DO : 0);
  writeUint16(answer, at + 9, cookie === null ? 0 : OPTION_HEADER_OCTETS + cookie.length);
  if (cookie === null) return;
  writeUint16(answer, at + 11, OPTION.COOKIE);
  writeUint16(answer, at + 13, cookie.length);
  answer.set(cookie, at + 15);
}

function writeUint16(answer: Buffer, at: number, value: number): void {
  answer[at] = value >> 8;
  answer[at + 1] = value & 0xff;
}

function sizeOf(records: readonly RecordTemplate[]): number {
  return records.reduce((sum, record) => sum + record.octets.length, 0);
}
