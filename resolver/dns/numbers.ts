/** Numbers of DNS that this server speaks (RFC 1035, 6891; IANA's registry of DNS parameters). */

export const HEADER_OCTETS = 12;

/** The longest name in wire form (RFC 1035 section 2.3.4). */
export const MAX_NAME_OCTETS = 255;

/** The longest label (RFC 1035 section 2.3.4). */
export const MAX_LABEL_OCTETS = 63;

/** What every requester can receive over UDP (RFC 1035 section 4.2.1); our answers never need more. */
export const MAX_UDP_OCTETS = 512;

/** The payload size that we advertise (DNS flag day 2020): fits every path without fragments. */
export const ADVERTISED_PAYLOAD = 1232;

export const RCODE = { NOERROR: 0, FORMERR: 1, NOTIMP: 4, REFUSED: 5, BADVERS: 16, BADCOOKIE: 23 } as const;

export const TYPE = { A: 1, NS: 2, SOA: 6, TXT: 16, AAAA: 28, OPT: 41, IXFR: 251, AXFR: 252, ANY: 255 } as const;

/** EDNS options that are understood (RFC 7873 section 4). */
export const OPTION = { COOKIE: 10 } as const;

export const CLASS_IN = 1;

export const OPCODE_QUERY = 0;

/** Bits of the header's second 16-bit word (RFC 1035 section 4.1.1). */
export const FLAG = { QR: 0x8000, AA: 0x0400, TC: 0x0200, RD: 0x0100 } as const;

/** DNSSEC OK, in the flags of an OPT record; answered as asked (RFC 3225 section 3). */
export const EDNS_DO = 0x8000;
