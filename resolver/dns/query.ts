import { isCookieLength } from "./cookie.ts";
import {
  CLASS_IN,
  EDNS_DO,
  HEADER_OCTETS,
  MAX_LABEL_OCTETS,
  MAX_NAME_OCTETS,
  OPCODE_QUERY,
  OPTION,
  RCODE,
  TYPE,
} from "./numbers.ts";

/** EDNS as the query had it (RFC 6891). Options other than COOKIE are checked for their form and otherwise ignored. */
export interface Edns {
  readonly version: number;
  readonly dnssecOk: boolean;
  /** Where the data of the first COOKIE option begins (RFC 7873 section 5.2); 0: none, -1: of a malformed length. */
  readonly cookieAt: number;
  readonly cookieOctets: number;
}

/** A message to answer. The octets stay in it: the echo has to be theirs, letter case and all. */
export interface Query {
  readonly message: Uint8Array;
  /** The code to answer with when the question cannot be looked up; null when it can. */
  readonly refusal: number | null;
  /** The question's end in the message; its name begins at octet 12, where the question ends if there is none. */
  readonly questionEnd: number;
  /** Octets of the name, with the root's empty label. */
  readonly nameLength: number;
  readonly type: number;
  readonly edns: Edns | null;
}

/**
 * Reads a query's octets. Never throws, whatever they are.
 *
 * - Too short for a header, or a response (QR=1): null, not answered, so that two servers cannot be made to talk to each
 *   other.
 * - Another opcode: NOTIMP. Not exactly one question, or octets that break the format: FORMERR (RFC 1035 section
 *   4.1.1; RFC 6891 section 6.1.1 for a second OPT), but no question with a COOKIE option asks for a cookie (RFC 7873
 *   section 5.4).
 */
export function readQuery(message: Uint8Array): Query | null {
  if (message.length < HEADER_OCTETS || ((message[2] as number) & 0x80) !== 0) return null;
  const opcode = ((message[2] as number) >> 3) & 0x0f;
  const questions = uint16(message, 4);
  if (opcode !== OPCODE_QUERY || questions !== 1) return readUnusual(message, opcode, questions);
  const nameEnd = endOfQuestionName(message, HEADER_OCTETS);
  const questionEnd = nameEnd + 4;
  if (nameEnd < 0 || questionEnd > message.length) return headerOnly(message, RCODE.FORMERR, null);
  const edns = readEdns(message, questionEnd);
  if (edns === "malformed") return headerOnly(message, RCODE.FORMERR, null);
  const type = uint16(message, nameEnd);
  const refusal = refusalOf(type, uint16(message, nameEnd + 2), edns);
  return { message, refusal, questionEnd, nameLength: nameEnd - HEADER_OCTETS, type, edns };
}

/** Why a well-formed question is not looked up, whatever its name. */
function refusalOf(type: number, qclass: number, edns: Edns | null): number | null {
  if (edns !== null) {
    if (edns.version !== 0) return RCODE.BADVERS;
    if (edns.cookieAt < 0) return RCODE.FORMERR;
  }
  if (qclass !== CLASS_IN) return RCODE.REFUSED;
  // Transfers would hand out what is held before it is published.
  return type === TYPE.AXFR || type === TYPE.IXFR ? RCODE.REFUSED : null;
}

/** Another opcode, or not one question: answered with a header, and OPT if there was one (RFC 6891 section 6.1.1). */
function readUnusual(message: Uint8Array, opcode: number, questions: number): Query {
  const read = readEdns(message, endOfQuestions(message, questions));
  const edns = read === "malformed" ? null : read;
  if (opcode !== OPCODE_QUERY) return headerOnly(message, RCODE.NOTIMP, edns);
  if (edns !== null && edns.version !== 0) return headerOnly(message, RCODE.BADVERS, edns);
  const asksForCookie = questions === 0 && edns !== null && edns.cookieAt > 0;
  return headerOnly(message, asksForCookie ? RCODE.NOERROR : RCODE.FORMERR, edns);
}

function headerOnly(message: Uint8Array, refusal: number, edns: Edns | null): Query {
  return { message, refusal, questionEnd: HEADER_OCTETS, nameLength: 0, type: 0, edns };
}

/** A 16-bit number in network order. */
function uint16(octets: Uint8Array, at: number): number {
  return ((octets[at] as number) << 8) | (octets[at + 1] as number);
}

/** Where a question's name ends; -1 when it has no end, an overlong label or a compression pointer. */
function endOfQuestionName(message: Uint8Array, start: number): number {
  let at = start;
  while (at < message.length && at < start + MAX_NAME_OCTETS) {
    const length = message[at] as number;
    if (length === 0) return at + 1;
    if (length > MAX_LABEL_OCTETS) return -1;
    at += 1 + length;
  }
  return -1;
}

/** Where any number of questions ends; -1 when they are cut. */
function endOfQuestions(message: Uint8Array, questions: number): number {
  let at = HEADER_OCTETS;
  for (let i = 0; i < questions; i++) {
    at = endOfRecordName(message, at);
    if (at < 0 || at + 4 > message.length) return -1;
    at += 4;
  }
  return at;
}

/** The one OPT record among what follows the questions, null when there is none. */
function readEdns(message: Uint8Array, start: number): Edns | null | "malformed" {
  if (start < 0) return "malformed";
  const answers = uint16(message, 6) + uint16(message, 8);
  const total = answers + uint16(message, 10);
  let edns: Edns | null = null;
  let at = start;
  for (let i = 0; i < total; i++) {
    const nameStart = at;
    at = endOfRecordName(message, at);
    if (at < 0 || at + 10 > message.length) return "malformed";
    const dataEnd = at + 10 + uint16(message, at + 8);
    if (dataEnd > message.length) return "malformed";
    if (uint16(message, at) === TYPE.OPT) {
      // Its owner is the root, and it stands in the additional section, once (RFC 6891 section 6.1.1).
      if (edns !== null || i < answers || at !== nameStart + 1) return "malformed";
      edns = readOpt(message, at, dataEnd);
      if (edns === null) return "malformed";
    }
    at = dataEnd;
  }
  return edns;
}

/** An OPT record from its type on; null when an option is cut. Options of another version are not looked at. */
function readOpt(message: Uint8Array, at: number, end: number): Edns | null {
  const version = message[at + 5] as number;
  const dnssecOk = (uint16(message, at + 6) & EDNS_DO) !== 0;
  let cookieAt = 0;
  let cookieOctets = 0;
  let option = version === 0 ? at + 10 : end;
  while (option + 4 <= end) {
    const octets = uint16(message, option + 2);
    if (cookieAt === 0 && uint16(message, option) === OPTION.COOKIE) {
      cookieAt = isCookieLength(octets) ? option + 4 : -1;
      cookieOctets = octets;
    }
    option += 4 + octets;
  }
  return option === end ? { version, dnssecOk, cookieAt, cookieOctets } : null;
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
