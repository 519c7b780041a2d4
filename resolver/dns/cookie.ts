import { SipHash } from "./siphash.ts";

/** Octets of a client cookie (RFC 7873 section 4). */
export const CLIENT_COOKIE_OCTETS = 8;

/** Octets of a server cookie: version, reserved, timestamp, hash (RFC 9018 section 4). */
export const SERVER_COOKIE_OCTETS = 16;

/** The shortest and the longest COOKIE option that holds a server cookie (RFC 7873 section 4). */
const MIN_BOTH_OCTETS = 16;
const MAX_BOTH_OCTETS = 40;

/** Octets of the secret (RFC 9018 section 4.4: SipHash-2-4 takes 128 bits). */
export const COOKIE_SECRET_OCTETS = 16;

/** The one version there is (RFC 9018 section 4.1). */
const VERSION = 1;

/** Seconds for which a cookie is good, and by how many it may be from the future (RFC 9018 section 4.3). */
const VALID_SECONDS = 3600;
const FUTURE_SECONDS = 300;

/** Seconds after which a new cookie is made instead of sending the old one back (RFC 9018 section 4.3). */
const RENEW_SECONDS = 1800;

/** What a requester's COOKIE option proves. */
export type CookieStanding =
  /** A client cookie alone, so nothing. */
  | "client"
  /** A server cookie that is not ours, or no longer. */
  | "invalid"
  /** That answers reach the requester's address. */
  | "valid";

/** Whether a COOKIE option may have so many octets; others are malformed (RFC 7873 section 5.2.2). */
export function isCookieLength(octets: number): boolean {
  return octets === CLIENT_COOKIE_OCTETS || (octets >= MIN_BOTH_OCTETS && octets <= MAX_BOTH_OCTETS);
}

/**
 * Interoperable server cookies (RFC 9018): a hash of client cookie, time and address under a secret that all processes
 * of one server share. The secret is made at start and dies with the process, so no cookie outlives it.
 */
export class ServerCookies {
  readonly #hash: SipHash;
  /** Client cookie, version, reserved, timestamp, address: what is hashed (RFC 9018 section 4.4). */
  readonly #input = new Uint8Array(32);

  /** @param secret 16 random octets. */
  constructor(secret: Uint8Array) {
    this.#hash = new SipHash(secret);
  }

  /**
   * What the COOKIE option at `at` proves of an address.
   *
   * @param length the option's octets, as {@link isCookieLength} accepts them.
   * @param addressOctets 4 or 16: how many of `address` count.
   */
  standing(
    message: Uint8Array,
    at: number,
    length: number,
    address: Uint8Array,
    addressOctets: number,
    unixSeconds: number,
  ): CookieStanding {
    if (length === CLIENT_COOKIE_OCTETS) return "client";
    if (length !== CLIENT_COOKIE_OCTETS + SERVER_COOKIE_OCTETS || message[at + CLIENT_COOKIE_OCTETS] !== VERSION) {
      return "invalid";
    }
    const age = ageOf(message, at, unixSeconds);
    if (age > VALID_SECONDS || age < -FUTURE_SECONDS) return "invalid";
    const input = this.#input;
    for (let i = 0; i < 16; i++) input[i] = message[at + i] as number;
    this.#run(address, addressOctets);
    // No early end: how long the comparison takes must not tell where it differs.
    const differs = (uint32(message, at + 16) ^ this.#hash.low) | (uint32(message, at + 20) ^ this.#hash.high);
    return differs === 0 ? "valid" : "invalid";
  }

  /**
   * The client and server cookie to answer with: the option's own when it is valid and young, else a new one.
   *
   * @param standing as {@link standing} gave it.
   * @returns 24 octets.
   */
  answer(
    message: Uint8Array,
    at: number,
    standing: CookieStanding,
    address: Uint8Array,
    addressOctets: number,
    unixSeconds: number,
  ): Uint8Array {
    const cookie = new Uint8Array(CLIENT_COOKIE_OCTETS + SERVER_COOKIE_OCTETS);
    const kept = standing === "valid" && ageOf(message, at, unixSeconds) <= RENEW_SECONDS;
    const copied = kept ? cookie.length : CLIENT_COOKIE_OCTETS;
    for (let i = 0; i < copied; i++) cookie[i] = message[at + i] as number;
    if (kept) return cookie;
    const timestamp = Math.floor(unixSeconds) >>> 0;
    cookie[8] = VERSION;
    for (let i = 0; i < 4; i++) cookie[12 + i] = timestamp >>> (24 - 8 * i);
    this.#input.set(cookie.subarray(0, 16));
    this.#run(address, addressOctets);
    for (let i = 0; i < 4; i++) cookie[16 + i] = this.#hash.low >>> (8 * i);
    for (let i = 0; i < 4; i++) cookie[20 + i] = this.#hash.high >>> (8 * i);
    return cookie;
  }

  #run(address: Uint8Array, addressOctets: number): void {
    for (let i = 0; i < addressOctets; i++) this.#input[16 + i] = address[i] as number;
    this.#hash.hash(this.#input, 16 + addressOctets);
  }
}

/** Seconds since a cookie was made, negative from the future; in serial arithmetic, as its 32 bits turn over (RFC 1982). */
function ageOf(message: Uint8Array, at: number, unixSeconds: number): number {
  const made =
    ((message[at + 12] as number) << 24) |
    ((message[at + 13] as number) << 16) |
    ((message[at + 14] as number) << 8) |
    (message[at + 15] as number);
  return ((Math.floor(unixSeconds) >>> 0) - made) | 0;
}

/** Four octets of a hash, which SipHash gives least significant first. */
function uint32(octets: Uint8Array, at: number): number {
  const low = (octets[at] as number) | ((octets[at + 1] as number) << 8);
  return low | ((octets[at + 2] as number) << 16) | ((octets[at + 3] as number) << 24);
}
