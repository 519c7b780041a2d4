import {
  CLASS_IN,
  EDNS_DO,
  HEADER_OCTETS,
  MAX_LABEL_OCTETS,
  MAX_NAME_OCTETS,
  OPCODE_QUERY,
  RCODE,
  TYPE,
} from "./numbers.ts";

/** EDNS as the query had it (RFC 6891). Its options are checked for their form and otherwise ignored. */
export interface Edns {
  readonly version: number;
  readonly dnssecOk: boolean;
}

/** A question that can be answered. The octets stay in the message: the echo has to be theirs, letter case and all. */
export interface Query {
  readonly message: Uint8Array;
  /** The question's end in the message; its name begins at octet 12. */
  readonly questionEnd: number;
  /** Octets of the name, with the root's empty label. */
  readonly nameLength: number;
  readonly type: number;
  readonly class: number;
  readonly edns: Edns | null;
}

/** A message that is answered with an error, or not at all. */
export type Unanswerable =
  | { readonly rcode: number; readonly message: Uint8Array; readonly questionEnd: number; readonly edns: Edns | null }
  | { readonly rcode: null };

const DROP: Unanswerable = { rcode: null };

/**
 * Reads a query's octets. Never throws, whatever they are.
 *
 * - Too short for a header, or a response (QR=1): dropped, so that two servers cannot be made to talk to each other.
 * - Another opcode: NOTIMP. Not exactly one question, or octets that break the format: FORMERR (RFC 1035 section
 *   4.1.1; RFC 6891 section 6.1.1 for a second OPT).
 */
export function readQuery(message: Uint8Array): Query | Unanswerable {
  if (message.length < HEADER_OCTETS || ((message[2] as number) & 0x80) !== 0) return DROP;
  const headerOnly = (rcode: number) => ({ rcode, message, questionEnd: HEADER_OCTETS, edns: null });
  if ((((message[2] as number) >> 3) & 0x0f) !== OPCODE_QUERY) return headerOnly(RCODE.NOTIMP);
  if (uint16(message, 4) !== 1) return headerOnly(RCODE.FORMERR);
  const nameEnd = endOfQuestionName(message);
  const questionEnd = nameEnd + 4;
  if (nameEnd < 0 || questionEnd > message.length) return headerOnly(RCODE.FORMERR);
  const edns = readEdns(message, questionEnd);
  if (edns === "malformed") return headerOnly(RCODE.FORMERR);
  return {
    message,
    questionEnd,
    nameLength: nameEnd - HEADER_OCTETS,
    type: uint16(message, nameEnd),
    class: uint16(message, nameEnd + 2),
    edns,
  };
}

/** Whether the query can be looked up in a zone; if not, the code to answer with. */
export function refusalOf(query: Query): number | null {
  if (query.edns !== null && query.edns.version !== 0) return RCODE.BADVERS;
  if (query.class !== CLASS_IN) return RCODE.REFUSED;
  // Transfers would hand out what is held before it is published.
  if (query.type === TYPE.AXFR || query.type === TYPE.IXFR) return RCODE.REFUSED;
  return null;
}

/** A 16-bit number in network order. */
function uint16(octets: Uint8Array, at: number): number {
  return ((octets[at] as number) << 8) | (octets[at + 1] as number);
}

/** Where the question's name ends; -1 when it has no end, an overlong label or a compression pointer. */
function endOfQuestionName(message: Uint8Array): number {
  let at = HEADER_OCTETS;
  while (at < message.length && at < HEADER_OCTETS + MAX_NAME_OCTETS) {
    const length = message[at] as number;
    if (length === 0) return at + 1;
    if (length > MAX_LABEL_OCTETS) return -1;
    at += 1 + length;
  }
  return -1;
}

/** The one OPT record among what follows the question, null when there is none. */
function readEdns(message: Uint8Array, start: number): Edns | null | "malformed" {
  const answers = uint16(message, 6) + uint16(message, 8);
  const total = answers + uint16(message, 10);
  let edns: Edns | null = null;
  let at = start;
  for (let i = 0; i < total; i++) {
    const nameStart = at;
    at = endOfRecordName(message, at);
    if (at < 0 || at + 10 > message.length) return "malformed";
    const type = uint16(message, at);
    const dataEnd = at + 10 + uint16(message, at + 8);
    if (dataEnd > message.length) return "malformed";
    if (type === TYPE.OPT) {
      // Its owner is the root, and it stands in the additional section, once (RFC 6891 section 6.1.1).
      if (edns !== null || i < answers || at !== nameStart + 1) return "malformed";
      if (!hasWholeOptions(message, at + 10, dataEnd)) return "malformed";
      edns = { version: message[at + 5] as number, dnssecOk: (uint16(message, at + 6) & EDNS_DO) !== 0 };
    }
    at = dataEnd;
  }
  return edns;
}

/** Skips a record's name, which may end in a compression pointer; -1 when it is cut. */
function endOfRecordName(message: Uint8Array, start: number): number {
  let at = start;
  while (at < message.length) {
    const length = message[at] as number;
    if (length === 0) return at + 1;
    if (length >= 0xc0) return at + 2;
    if (length > MAX_LABEL_OCTETS) return -1;
    at += 1 + length;
  }
  return -1;
}

function hasWholeOptions(message: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at + 4 <= end) at += 4 + uint16(message, at + 2);
  return at === end;
}
