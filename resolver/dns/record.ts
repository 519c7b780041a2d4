import dnsPacket, { type Answer } from "dns-packet";
import { ConfigError } from "../errors.ts";
import { CLASS_IN, HEADER_OCTETS, MAX_LABEL_OCTETS, MAX_NAME_OCTETS, TYPE } from "./numbers.ts";

/** A compression pointer to the question's name, which begins at octet 12 (RFC 1035 section 4.1.4). */
const POINTER_TO_QUESTION = 0xc00c;

/**
 * A resource record with its names compressed. Where its zone's name stands in an answer depends on the question, so
 * those pointers are filled in when the record is written.
 */
export interface RecordTemplate {
  readonly octets: Uint8Array;
  /** Where pointers to the zone's name go. */
  readonly zonePointers: readonly number[];
}

/** A record of a zone: its owner, relative to the zone (`""` is the apex), or `"?"` for the question's own name. */
export interface RecordSource {
  readonly owner: string;
  readonly ttl: number;
  readonly data:
    | { readonly type: "A" | "AAAA"; readonly address: string }
    | { readonly type: "NS"; readonly host: string }
    | { readonly type: "TXT"; readonly text: string }
    | { readonly type: "SOA"; readonly primary: string; readonly mailbox: string; readonly minimum: number };
}

/**
 * Prepares a record.
 *
 * @param zone the zone's name, no trailing dot; names in the data that end in it are compressed.
 * @throws ConfigError `SOTTO_RECORD` when a name or text does not fit.
 */
export function makeRecord(source: RecordSource, zone: string): RecordTemplate {
  const writer = new RecordWriter(zone);
  if (source.owner === "?") writer.uint16(POINTER_TO_QUESTION);
  else writer.name(source.owner === "" ? zone : `${source.owner}.${zone}`);
  writer.uint16(TYPE[source.data.type]);
  writer.uint16(CLASS_IN);
  writer.uint32(source.ttl);
  writer.data(() => writeData(writer, source.data));
  return writer.template();
}

/** Writes a record into an answer at `at`; returns where it ends. `zoneAt` is where the zone's name stands in it. */
export function writeRecord(answer: Buffer, at: number, record: RecordTemplate, zoneAt: number): number {
  answer.set(record.octets, at);
  for (const pointer of record.zonePointers) answer.writeUInt16BE(0xc000 | zoneAt, at + pointer);
  return at + record.octets.length;
}

/** A name in wire form: lengths and labels, ended by the root's empty one. */
export function encodeWireName(name: string): Buffer {
  const labels = name === "" ? [] : name.split(".");
  const pieces = labels.map((label) => {
    const octets = Buffer.from(label, "latin1");
    if (octets.length === 0 || octets.length > MAX_LABEL_OCTETS) {
      throw new ConfigError("SOTTO_RECORD", `'${name}' is not a name in DNS: a label has 1 to 63 characters`);
    }
    return Buffer.concat([Buffer.of(octets.length), octets]);
  });
  const wire = Buffer.concat([...pieces, Buffer.of(0)]);
  if (wire.length > MAX_NAME_OCTETS) throw new ConfigError("SOTTO_RECORD", `'${name}' is too long for a name in DNS`);
  return wire;
}

function writeData(writer: RecordWriter, data: RecordSource["data"]): void {
  switch (data.type) {
    case "NS":
      writer.name(data.host);
      break;
    case "SOA":
      writer.name(data.primary);
      writer.name(data.mailbox);
      // Serial, refresh, retry, expire: nobody transfers this zone, whose content never changes.
      for (const value of [1, 86_400, 7200, 3_600_000, data.minimum]) writer.uint32(value);
      break;
    case "TXT":
      writer.raw(rdata({ type: "TXT", name: ".", data: characterStrings(data.text) }));
      break;
    case "A":
    case "AAAA":
      writer.raw(rdata({ type: data.type, name: ".", data: data.address }));
      break;
  }
}

/** The data of a record as dns-packet encodes it: what follows header, root name, type, class, TTL and length. */
function rdata(record: Answer): Buffer {
  return dnsPacket.encode({ type: "response", answers: [record] }).subarray(HEADER_OCTETS + 11);
}

/** Cuts a text into character strings of at most 255 octets (RFC 1035 section 3.3.14). */
function characterStrings(text: string): Buffer[] {
  const octets = Buffer.from(text, "utf8");
  const strings: Buffer[] = [];
  for (let at = 0; at < octets.length; at += 255) strings.push(octets.subarray(at, at + 255));
  return strings;
}

class RecordWriter {
  #octets = Buffer.alloc(0);
  readonly #zonePointers: number[] = [];
  readonly #zone: string;

  constructor(zone: string) {
    this.#zone = zone;
  }

  raw(octets: Uint8Array): void {
    this.#octets = Buffer.concat([this.#octets, octets]);
  }

  uint16(value: number): void {
    this.raw(Buffer.of(value >> 8, value & 0xff));
  }

  uint32(value: number): void {
    this.uint16(Math.floor(value / 0x10000));
    this.uint16(value % 0x10000);
  }

  /** A name; its tail becomes a pointer where that is the zone. */
  name(name: string): void {
    const inZone = name === this.#zone || name.endsWith(`.${this.#zone}`);
    if (!inZone) {
      this.raw(encodeWireName(name));
      return;
    }
    const prefix = name.slice(0, -this.#zone.length).replace(/\.$/, "");
    this.raw(encodeWireName(prefix).subarray(0, -1));
    this.#zonePointers.push(this.#octets.length);
    this.uint16(0);
  }

  /** What `write` appends, with its length before it. */
  data(write: () => void): void {
    const at = this.#octets.length;
    this.uint16(0);
    write();
    this.#octets.writeUInt16BE(this.#octets.length - at - 2, at);
  }

  template(): RecordTemplate {
    return { octets: this.#octets, zonePointers: this.#zonePointers };
  }
}
