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
  stopHash,
} from "@sotto/wire";
import { ConfigError } from "../errors.ts";
import type { Candidate } from "../log/candidate.ts";
import type { ZoneSettings } from "../settings.ts";
import { type Content, makeContent } from "./answer.ts";
import { mailboxLabels } from "./mailbox.ts";
import { HEADER_OCTETS, TYPE } from "./numbers.ts";
import type { Query } from "./query.ts";
import { encodeWireName, makeRecord, type RecordSource, type RecordTemplate } from "./record.ts";

/** Seconds for which caches repeat an ack. It is still true for an identical frame; with TTL 0 resolvers re-ask. */
const ACK_TTL = 60;

/** Seconds: "come back later" must not be kept. */
const NAK_TTL = 0;

/** Seconds for which a resolver may remember that a name holds nothing (RFC 2308 section 5). */
const NEGATIVE_TTL = 60;

/** Time to live of the zone's own records, in seconds. */
const RECORD_TTL = 3600;

/** Octets of a report's three labels in wire form, each with its length. */
const REPORT_LABELS_OCTETS = 3 * (LABEL_DIGITS + 1);

/** Of a zone's settings, what it says and asks of reports. */
export type ZoneDefinition = Pick<
  ZoneSettings,
  "zone" | "nameServers" | "contact" | "url" | "text" | "ack" | "nak" | "bits" | "publishBits" | "stop" | "retention"
>;

/** A collection zone, ready to answer. What it says is a pure function of zone, question and time. */
export class Zone {
  readonly name: string;
  /** The answer to a report that was stored, and to one that was not. */
  readonly ack: Content;
  readonly nak: Content;
  readonly noData: Content;
  /** The zone's name in wire form, lower case. */
  readonly wireName: Uint8Array;
  readonly #bits: number;
  /** Owner's labels in wire form before the zone's, lower case, as latin1 -> type -> answer. */
  readonly #rrsets = new Map<string, Map<number, Content>>();
  #longestOwner = 0;

  /** @throws ConfigError `SOTTO_CONFIG`, `SOTTO_RECORD`, ZoneError `SOTTO_ZONE`, PolicyError `SOTTO_POLICY`. */
  constructor(definition: ZoneDefinition) {
    this.name = parseZone(definition.zone);
    this.wireName = encodeWireName(this.name);
    this.#bits = definition.bits;
    const record = (owner: string, ttl: number, data: RecordSource["data"]) =>
      makeRecord({ owner, ttl, data }, this.name);
    this.ack = makeContent({ answers: [record("?", ACK_TTL, ipv4Data(definition.ack[0] ?? ""))] });
    this.nak = makeContent({ answers: [record("?", NAK_TTL, ipv4Data(definition.nak))] });
    const soa = soaData(definition, this.name);
    this.noData = makeContent({ authority: [record("", NEGATIVE_TTL, soa)] });
    const glue = definition.nameServers.flatMap(({ host, addresses }) => this.#addHost(host, addresses));
    this.#add("", TYPE.SOA, [record("", RECORD_TTL, soa)]);
    const servers = definition.nameServers.map(({ host }) => record("", RECORD_TTL, { type: "NS", host }));
    if (servers.length > 0) this.#add("", TYPE.NS, servers, glue);
    this.#add("", TYPE.TXT, [record("", RECORD_TTL, { type: "TXT", text: apexText(definition, this.name) })]);
    const policy = encodePolicy(policyOf(definition));
    this.#add("_policy", TYPE.TXT, [record("_policy", RECORD_TTL, { type: "TXT", text: policy })]);
  }

  /** Where the zone's name stands in the question, or -1 when the question is outside the zone. */
  offsetIn(query: Query): number {
    const at = HEADER_OCTETS + query.nameLength - this.wireName.length;
    if (at < HEADER_OCTETS || !endsWithFolded(query.message, at, this.wireName)) return -1;
    // The octets may agree by chance in the middle of a label: walk to be sure.
    let label = HEADER_OCTETS;
    while (label < at) label += 1 + (query.message[label] as number);
    return label === at ? at : -1;
  }

  /**
   * The frame that a question in this zone carries, when it is one to store: complete, canonical, of a known version and
   * an accepted week, its puzzle solved (protocol.md section 4 rule 5).
   *
   * @param zoneAt as {@link offsetIn} gave it.
   * @param unixSeconds by the collector's clock.
   */
  candidateIn({ message }: Query, zoneAt: number, unixSeconds: number): Candidate | null {
    if (zoneAt !== HEADER_OCTETS + REPORT_LABELS_OCTETS) return null;
    for (let label = HEADER_OCTETS; label < zoneAt; label += LABEL_DIGITS + 1) {
      if (message[label] !== LABEL_DIGITS) return null;
    }
    const frame = decodeLabels(message, HEADER_OCTETS + 1);
    if (frame === null) return null;
    const { version, week } = readHead(frame);
    if (version !== FRAME_VERSION || !collectorAcceptsWeek(week, dayOf(unixSeconds))) return null;
    const digest = puzzleDigest(frame);
    return leadingZeroBits(digest) >= this.#bits ? { frame, digest } : null;
  }

  /**
   * What the zone says to a question that is no report to store. ANY gets one RRset (RFC 8482 section 4.1). Names that
   * hold nothing, partial names among them, get NODATA, since a resolver that minimises QNAMEs would take NXDOMAIN for
   * the end of all below (RFC 8020).
   *
   * @param zoneAt as {@link offsetIn} gave it.
   */
  contentFor({ message, type }: Query, zoneAt: number): Content {
    if (zoneAt - HEADER_OCTETS > this.#longestOwner) return this.noData;
    const rrsets = this.#rrsets.get(foldedText(message, HEADER_OCTETS, zoneAt));
    if (rrsets === undefined) return this.noData;
    if (type !== TYPE.ANY) return rrsets.get(type) ?? this.noData;
    return rrsets.values().next().value ?? this.noData;
  }

  /** A name server's addresses, when the zone is to tell them. */
  #addHost(host: string, addresses: readonly string[]): RecordTemplate[] {
    const owner = host === this.name ? "" : host.slice(0, -this.name.length - 1);
    if (host !== this.name && !host.endsWith(`.${this.name}`)) {
      if (addresses.length === 0) return [];
      throw new ConfigError("SOTTO_CONFIG", `${host} is outside of ${this.name}, which cannot tell its addresses`);
    }
    // A report, or a part of one that a resolver asks for on its way, has labels of 63 characters.
    if (owner === "_policy" || owner.split(".").some((label) => label.length >= LABEL_DIGITS)) {
      throw new ConfigError("SOTTO_CONFIG", `${host} cannot be a name server's name, since reports have such names`);
    }
    const records = addresses.map((text) => ({
      type: isIPv6(text) ? TYPE.AAAA : TYPE.A,
      record: makeRecord({ owner, ttl: RECORD_TTL, data: addressData(text) }, this.name),
    }));
    for (const type of [TYPE.A, TYPE.AAAA]) {
      const found = records.filter((one) => one.type === type).map(({ record }) => record);
      if (found.length > 0) this.#add(owner, type, found);
    }
    return records.map(({ record }) => record);
  }

  #add(owner: string, type: number, answers: readonly RecordTemplate[], additional: readonly RecordTemplate[] = []) {
    const key = encodeWireName(owner).subarray(0, -1).toString("latin1");
    const types = this.#rrsets.get(key) ?? new Map<number, Content>();
    types.set(type, makeContent({ answers, additional }));
    this.#rrsets.set(key, types);
    this.#longestOwner = Math.max(this.#longestOwner, key.length);
  }
}

function addressData(address: string): RecordSource["data"] {
  return isIPv6(address) ? { type: "AAAA", address } : ipv4Data(address);
}

function ipv4Data(address: string): RecordSource["data"] {
  if (isIPv4(address)) return { type: "A", address };
  throw new ConfigError("SOTTO_CONFIG", `'${address}' is not an address`);
}

function soaData({ nameServers, contact }: ZoneDefinition, zone: string): RecordSource["data"] {
  const primary = nameServers[0]?.host ?? zone;
  return { type: "SOA", primary, mailbox: mailboxLabels(contact ?? `hostmaster@${zone}`), minimum: NEGATIVE_TTL };
}

function policyOf(definition: ZoneDefinition): Policy {
  const { ack, publishBits, contact, url, stop } = definition;
  return {
    ack,
    bits: publishBits,
    retentionHours: hoursOf(definition),
    ...(contact === undefined ? {} : { contact }),
    ...(url === undefined ? {} : { url }),
    stop: stop.map(stopHash),
  };
}

/** What a person reads who asks the zone what it is. */
function apexText(definition: ZoneDefinition, zone: string): string {
  const { text, contact, url } = definition;
  return [
    `${zone} collects sealed usage reports for many projects (sotto).`,
    `Who asked is not recorded; reports are deleted after ${hoursOf(definition)} hours.`,
    ...(text === undefined ? [] : [text]),
    ...(contact === undefined ? [] : [`Contact: ${contact}`]),
    ...(url === undefined ? [] : [url]),
  ].join(" ");
}

function hoursOf({ retention }: ZoneDefinition): number {
  return Math.ceil(retention / 3600);
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
