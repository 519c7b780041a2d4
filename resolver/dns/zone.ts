import { isIPv4, isIPv6 } from "node:net";
import {
  collectorAcceptsWeek,
  dayOf,
  decodeLabels,
  encodePolicy,
  FRAME_VERSION,
  LABEL_DIGITS,
  leadingZeroBits,
  type Policy,
  parseZone,
  puzzleDigest,
  readHead,
} from "@sotto/wire";
import { ConfigError } from "../errors.ts";
import { HEADER_OCTETS, TYPE } from "./numbers.ts";
import type { Query } from "./query.ts";
import { encodeWireName, makeRecord, type RecordSource, type RecordTemplate } from "./record.ts";

/** An ack is still true when a cache repeats it for an identical frame; with TTL 0 resolvers re-ask. */
const ACK_TTL = 60;

/** "Come back later" must not be kept. */
const NAK_TTL = 0;

/** How long a resolver may remember that a name holds nothing (RFC 2308 section 5). */
const NEGATIVE_TTL = 60;

/** Time to live of the zone's own records. */
const RECORD_TTL = 3600;

/** Octets of a report's three labels in wire form, each with its length. */
const REPORT_LABELS_OCTETS = 3 * (LABEL_DIGITS + 1);

/** What an operator says of a zone. */
export interface ZoneConfig {
  readonly zone: string;
  /** Host names within the zone with their addresses. */
  readonly nameServers: readonly { readonly host: string; readonly addresses: readonly string[] }[];
  /** Addresses that mean "stored"; the first is answered, all are published. */
  readonly ack: readonly string[];
  /** The address that means "not stored, come back later". */
  readonly nak: string;
  /** Zero bits a frame's hash has to begin with. */
  readonly bits: number;
  readonly retentionHours: number;
}

/** A frame that may be stored, with the hash that proved its puzzle. */
export interface Candidate {
  readonly frame: Uint8Array;
  /** Its `puzzleDigest`. */
  readonly digest: string;
}

/** What a zone has to say to a question. */
export type Decision =
  | { readonly type: "report"; readonly candidate: Candidate }
  | {
      readonly type: "records";
      readonly answers: readonly RecordTemplate[];
      readonly additional: readonly RecordTemplate[];
    }
  | { readonly type: "nodata" };

const NODATA: Decision = { type: "nodata" };

/** A collection zone, ready to answer. The decision is a pure function of zone, question and day. */
export class Zone {
  readonly name: string;
  readonly soa: RecordTemplate;
  readonly ack: RecordTemplate;
  readonly nak: RecordTemplate;
  /** The zone's name in wire form, lower case. */
  readonly #wire: Uint8Array;
  readonly #bits: number;
  /** Owner's labels in wire form before the zone's, lower case, as latin1 -> type -> records. */
  readonly #rrsets = new Map<string, Map<number, RecordTemplate[]>>();
  readonly #glue: readonly RecordTemplate[];

  /** @throws ConfigError `SOTTO_CONFIG`, `SOTTO_RECORD`, ZoneError `SOTTO_ZONE`, PolicyError `SOTTO_POLICY`. */
  constructor(config: ZoneConfig) {
    this.name = parseZone(config.zone);
    this.#wire = encodeWireName(this.name);
    this.#bits = config.bits;
    const record = (source: RecordSource) => makeRecord(source, this.name);
    const address = (owner: string, ttl: number, text: string) => record({ owner, ttl, data: addressData(text) });
    this.ack = address("?", ACK_TTL, config.ack[0] ?? "");
    this.nak = address("?", NAK_TTL, config.nak);
    const soaData = {
      type: "SOA",
      primary: config.nameServers[0]?.host ?? this.name,
      mailbox: `hostmaster.${this.name}`,
      minimum: NEGATIVE_TTL,
    } as const;
    this.soa = record({ owner: "", ttl: NEGATIVE_TTL, data: soaData });
    this.#add("", TYPE.SOA, record({ owner: "", ttl: RECORD_TTL, data: soaData }));
    for (const { host } of config.nameServers) {
      this.#add("", TYPE.NS, record({ owner: "", ttl: RECORD_TTL, data: { type: "NS", host } }));
    }
    this.#add("", TYPE.TXT, record({ owner: "", ttl: RECORD_TTL, data: { type: "TXT", text: apexText(config) } }));
    const policy = { type: "TXT", text: encodePolicy(policyOf(config)) } as const;
    this.#add("_policy", TYPE.TXT, record({ owner: "_policy", ttl: RECORD_TTL, data: policy }));
    this.#glue = config.nameServers.flatMap(({ host, addresses }) => this.#addHost(host, addresses, address));
  }

  /** Where the zone's name stands in the question, or -1 when the question is outside the zone. */
  offsetIn(query: Query): number {
    const at = HEADER_OCTETS + query.nameLength - this.#wire.length;
    if (at < HEADER_OCTETS || !endsWithFolded(query.message, at, this.#wire)) return -1;
    // The octets may agree by chance in the middle of a label: walk to be sure.
    let label = HEADER_OCTETS;
    while (label < at) label += 1 + (query.message[label] as number);
    return label === at ? at : -1;
  }

  /**
   * Decides what a question in this zone gets.
   *
   * @param zoneAt as {@link offsetIn} gave it.
   * @param unixSeconds by the collector's clock.
   */
  decide(query: Query, zoneAt: number, unixSeconds: number): Decision {
    if (zoneAt === HEADER_OCTETS + REPORT_LABELS_OCTETS) {
      const candidate = this.#candidate(query.message, unixSeconds);
      return candidate === null ? NODATA : { type: "report", candidate };
    }
    const rrsets = this.#rrsets.get(foldedText(query.message, HEADER_OCTETS, zoneAt));
    // ANY gets one RRset (RFC 8482 section 4.1); names that hold nothing, partial names among them, get NODATA, since
    // a resolver that minimises QNAMEs would take NXDOMAIN for the end of all below (RFC 8020).
    const [first] = rrsets?.keys() ?? [];
    const answers = rrsets?.get(query.type === TYPE.ANY ? (first ?? 0) : query.type);
    if (answers === undefined) return NODATA;
    return { type: "records", answers, additional: query.type === TYPE.NS ? this.#glue : [] };
  }

  #candidate(message: Uint8Array, unixSeconds: number): Candidate | null {
    for (const label of [0, 1, 2]) {
      if (message[HEADER_OCTETS + label * (LABEL_DIGITS + 1)] !== LABEL_DIGITS) return null;
    }
    const frame = decodeLabels(message, HEADER_OCTETS + 1);
    if (frame === null) return null;
    const { version, week } = readHead(frame);
    if (version !== FRAME_VERSION || !collectorAcceptsWeek(week, dayOf(unixSeconds))) return null;
    const digest = puzzleDigest(frame);
    return leadingZeroBits(digest) >= this.#bits ? { frame, digest } : null;
  }

  #addHost(
    host: string,
    addresses: readonly string[],
    make: (owner: string, ttl: number, text: string) => RecordTemplate,
  ): RecordTemplate[] {
    if (!host.endsWith(`.${this.name}`)) return [];
    const owner = host.slice(0, -this.name.length - 1);
    return addresses.map((text) => {
      const record = make(owner, RECORD_TTL, text);
      this.#add(owner, isIPv6(text) ? TYPE.AAAA : TYPE.A, record);
      return record;
    });
  }

  #add(owner: string, type: number, record: RecordTemplate): void {
    const key = encodeWireName(owner).subarray(0, -1).toString("latin1");
    const types = this.#rrsets.get(key) ?? new Map<number, RecordTemplate[]>();
    types.set(type, [...(types.get(type) ?? []), record]);
    this.#rrsets.set(key, types);
  }
}

function addressData(address: string): RecordSource["data"] {
  if (isIPv4(address)) return { type: "A", address };
  if (isIPv6(address)) return { type: "AAAA", address };
  throw new ConfigError("SOTTO_CONFIG", `'${address}' is not an address`);
}

function policyOf({ ack, bits, retentionHours }: ZoneConfig): Policy {
  return { ack, bits, retentionHours, stop: [] };
}

function apexText({ zone, retentionHours }: ZoneConfig): string {
  return (
    `${parseZone(zone)} collects sealed usage reports for many projects (sotto). ` +
    `Names below it are encrypted; who asked is not recorded; they are deleted after ${retentionHours} hours.`
  );
}

/** Compares to the end, ASCII letters in either case; `wire` is in lower case. */
function endsWithFolded(message: Uint8Array, at: number, wire: Uint8Array): boolean {
  for (let i = 0; i < wire.length; i++) if (fold(message[at + i] as number) !== wire[i]) return false;
  return true;
}

function foldedText(message: Uint8Array, start: number, end: number): string {
  return Buffer.from(message.subarray(start, end).map(fold)).toString("latin1");
}

/** ASCII upper case to lower; label lengths are below 64, so none is taken for a letter. */
function fold(octet: number): number {
  return octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet;
}
