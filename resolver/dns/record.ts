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
  /** With 0 to 60, an offset into the zone's name, where a pointer to it goes. */
  readonly octets: Uint8Array;
  /** Where pointers into the zone's name go. */
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
    | { readonly type: "SOA"; readonly primary: string; readonly mailbox: readonly string[]; readonly minimum: number };
}

/**
 * Prepares a record.
 *
 * @param zone the zone's name, no trailing dot; names that end as it does are compressed.
 * @throws ConfigError `SOTTO_RECORD` when a name or text does not fit.
 */
export function makeRecord(source: RecordSource, zone: string): RecordTemplate {
  const writer = new RecordWriter(zone);
  if (source.owner === "?") writer.uint16(POINTER_TO_QUESTION);
  else writer.name(labelsOf(source.owner === "" ? zone : `${source.owner}.${zone}`));
  writer.uint16(TYPE[source.data.type]);
  writer.uint16(CLASS_IN);
  writer.uint32(source.ttl);
  writer.data(() => writeData(writer, source.data));
  return writer.template();
}

/** Writes a record into an answer at `at`; returns where it ends. `zoneAt` is where the zone's name stands in it. */
export function writeRecord(answer: Buffer, at: number, record: RecordTemplate, zoneAt: number): number {
  const { octets, zonePointers } = record;
  for (let i = 0; i < octets.length; i++) answer[at + i] = octets[i] as number;
  for (let i = 0; i < zonePointers.length; i++) {
    const pointerAt = zonePointers[i] as number;
    const pointer = 0xc000 | (zoneAt + (octets[pointerAt + 1] as number));
    answer[at + pointerAt] = pointer >> 8;
    answer[at + pointerAt + 1] = pointer & 0xff;
  }
  return at + octets.length;
}

/** A name in wire form: lengths and labels, ended by the root's empty one. */
export function encodeWireName(name: string): Buffer {
  return encodeLabels(labelsOf(name));
}

function labelsOf(name: string): string[] {
  return name === "" ? [] : name.split(".");
}

function encodeLabels(labels: readonly string[]): Buffer {
  const refuse = (why: string) => new ConfigError("SOTTO_RECORD", `'${labels.join(".")}' ${why}`);
  const pieces = labels.map((label) => {
    const octets = Buffer.from(label, "latin1");
    if (octets.length === 0 || octets.length > MAX_LABEL_OCTETS) {
      throw refuse("is not a name in DNS: a label has 1 to 63 characters");
    }
    return Buffer.concat([Buffer.of(octets.length), octets]);
  });
  const wire = Buffer.concat([...pieces, Buffer.of(0)]);
  if (wire.length > MAX_NAME_OCTETS) throw refuse("is too long for a name in DNS");
  return wire;
}

function writeData(writer: RecordWriter, data: RecordSource["data"]): void {
  switch (data.type) {
    case "NS":
      writer.name(labelsOf(data.host));
      break;
    case "SOA":
      writer.name(labelsOf(data.primary));
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
  readonly #zone: readonly string[];

  constructor(zone: string) {
    this.#zone = labelsOf(zone);
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

  /** A name; what it has in common with the zone's end becomes a pointer into the zone's name. */
  name(labels: readonly string[]): void {
    const whole = encodeLabels(labels);
    const zone = this.#zone;
    let common = 0;
    while (common < Math.min(labels.length, zone.length) && labels.at(-1 - common) === zone.at(-1 - common)) common++;
    if (common === 0) {
      this.raw(whole);
      return;
    }
    this.raw(encodeLabels(labels.slice(0, -common)).subarray(0, -1));
    this.#zonePointers.push(this.#octets.length);
    this.uint16(encodeLabels(zone.slice(0, -common)).length - 1);
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
