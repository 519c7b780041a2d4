import type { Endpoint } from "./endpoint.ts";
import type { Keeping } from "./log/bucket.ts";

/** A name server of a zone with the addresses that its zone publishes for it. */
export interface NameServer {
  /** Host name, lower case, no trailing dot; within the zone or outside of it. */
  readonly host: string;
  /** IPv4 and IPv6 addresses; empty for a host outside of the zone. */
  readonly addresses: readonly string[];
}

/** Everything that belongs to one zone. Times are in seconds. */
export interface ZoneSettings extends Keeping {
  /** Lower case, no trailing dot. */
  readonly zone: string;
  readonly nameServers: readonly NameServer[];
  /** Mailbox of whoever runs the zone, `hostmaster@example.net`: SOA, policy record, apex TXT and page. */
  readonly contact?: string;
  /** Where the operator says more. */
  readonly url?: string;
  /** What the operator says of the zone in a sentence or two: apex TXT and page. */
  readonly text?: string;
  /** IPv4 addresses that mean "stored": the first is answered, all are published. */
  readonly ack: readonly string[];
  /** IPv4 address that means "not stored, come back later". */
  readonly nak: string;
  /** Zero bits that the zone enforces. */
  readonly bits: number;
  /** Zero bits that the policy record asks for: `bits`, or more when they are about to be raised. */
  readonly publishBits: number;
  /** Names of projects that ask their clients to fall silent. */
  readonly stop: readonly string[];
  /** Folder of the zone's log; empty where a store has it. */
  readonly data: string;
  /** Connection string of the PostgreSQL database that keeps the zone's log. It may hold a password: it is never told. */
  readonly store?: string;
  /** Octets that the zone's log may take on disk; 10 GiB where none is set. */
  readonly diskBudget?: number;
  /** Secret key file that signs the segment list; none: unsigned. */
  readonly signKey?: string;
}

/** Everything a server is started with. */
export interface Settings {
  readonly zones: readonly ZoneSettings[];
  /** DNS over UDP and TCP. */
  readonly listen: readonly Endpoint[];
  readonly http?: Endpoint;
  /** Health and metrics, for the operator alone. */
  readonly admin?: Endpoint;
  /** Processes that answer DNS. */
  readonly workers: number;
  /** Whether the limit per source and the cookie rule hold. */
  readonly rateLimit: boolean;
}
