import { SipHash } from "./siphash.ts";

/** Octets of an IPv4 and of an IPv6 address. */
export const IPV4_OCTETS = 4;
export const IPV6_OCTETS = 16;

/** What counts as one source: a /24 of IPv4, and a /56 of IPv6, which is what one customer usually gets (RFC 6177). */
const IPV4_PREFIX_OCTETS = 3;
const IPV6_PREFIX_OCTETS = 7;

const DOT = 0x2e;
const COLON = 0x3a;

/**
 * Reads an address as the system writes it, without making strings of it; `octets` is overwritten. An IPv4 address
 * mapped into IPv6 is read as IPv4, a zone index (`%eth0`) is left out.
 *
 * @param octets 16 of them.
 * @returns the octets written: 4 or 16, or 0 when the text is no address.
 */
export function readAddress(text: string, octets: Uint8Array): number {
  return readIpv4(text, 0, text.length, octets, 0) ? IPV4_OCTETS : readIpv6(text, octets);
}

function readIpv4(text: string, start: number, end: number, octets: Uint8Array, to: number): boolean {
  let value = 0;
  let digits = 0;
  let written = 0;
  for (let i = start; i <= end; i++) {
    const code = i === end ? DOT : text.charCodeAt(i);
    if (code === DOT) {
      if (digits === 0 || value > 255 || written === IPV4_OCTETS) return false;
      octets[to + written++] = value;
      value = 0;
      digits = 0;
    } else {
      if (code < 0x30 || code > 0x39 || ++digits > 3) return false;
      value = value * 10 + code - 0x30;
    }
  }
  return written === IPV4_OCTETS;
}

function readIpv6(text: string, octets: Uint8Array): number {
  const percent = text.indexOf("%");
  const end = percent < 0 ? text.length : percent;
  let written = 0;
  let gap = -1;
  let at = 0;
  if (text.charCodeAt(0) === COLON && text.charCodeAt(1) === COLON) {
    gap = 0;
    at = 2;
  }
  while (at < end) {
    let group = 0;
    let next = at;
    for (let digit = hexDigit(text, next); digit >= 0 && next < end; digit = hexDigit(text, next)) {
      group = group * 16 + digit;
      if (++next - at > 4) return 0;
    }
    if (next < end && text.charCodeAt(next) === DOT) {
      if (written + IPV4_OCTETS > IPV6_OCTETS || !readIpv4(text, at, end, octets, written)) return 0;
      written += IPV4_OCTETS;
      break;
    }
    if (next === at || written === IPV6_OCTETS) return 0;
    octets[written++] = group >> 8;
    octets[written++] = group & 0xff;
    if (next === end) break;
    if (text.charCodeAt(next) !== COLON || next + 1 === end) return 0;
    at = next + 1;
    if (text.charCodeAt(at) === COLON) {
      if (gap >= 0) return 0;
      gap = written;
      at++;
    }
  }
  if (gap < 0) return written === IPV6_OCTETS ? unmapped(octets) : 0;
  if (written > IPV6_OCTETS - 2) return 0;
  octets.copyWithin(IPV6_OCTETS - (written - gap), gap, written);
  octets.fill(0, gap, IPV6_OCTETS - (written - gap));
  return unmapped(octets);
}

/** The value of a hexadecimal digit, -1 when there is none. */
function hexDigit(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1;
}

/** `::ffff:192.0.2.1` is IPv4 (RFC 4291 section 2.5.5.2). */
function unmapped(octets: Uint8Array): number {
  for (let i = 0; i < 10; i++) if (octets[i] !== 0) return IPV6_OCTETS;
  if (octets[10] !== 0xff || octets[11] !== 0xff) return IPV6_OCTETS;
  octets.copyWithin(0, 12, IPV6_OCTETS);
  return IPV4_OCTETS;
}

/**
 * What is left of a source here: a salted hash of its truncated prefix, in {@link low} and {@link high} until the next
 * call. The salt is made at start and dies with the process (protocol.md section 4 rule 8).
 */
export class SourcePrefix {
  low = 0;
  high = 0;
  readonly #hash: SipHash;
  readonly #input = new Uint8Array(1 + IPV6_PREFIX_OCTETS);

  /** @param salt 16 random octets. */
  constructor(salt: Uint8Array) {
    this.#hash = new SipHash(salt);
  }

  /** @param addressOctets 4 or 16, the octets of `address` that count; 0 for an unknown one, which is a source too. */
  take(address: Uint8Array, addressOctets: number): void {
    const octets = addressOctets === IPV6_OCTETS ? IPV6_PREFIX_OCTETS : Math.min(addressOctets, IPV4_PREFIX_OCTETS);
    this.#input[0] = addressOctets;
    for (let i = 0; i < octets; i++) this.#input[1 + i] = address[i] as number;
    this.#hash.hash(this.#input, 1 + octets);
    this.low = this.#hash.low;
    this.high = this.#hash.high;
  }
}
