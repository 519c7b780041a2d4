import { BOX_OCTETS, dayOf, encodeName, headWeekOf, makeFrame } from "@sotto/wire";
import type { Dice } from "./dice.ts";
import { mixCase } from "./frames.ts";

/** A DNS message in its parts, so that each can be made wrong by itself before they are put together. */
export interface Parts {
  /** The header's second word: QR, opcode, flags and code. */
  flags: number;
  /** The four counts of the header. */
  counts: [number, number, number, number];
  /** The question's name in wire form. */
  name: Buffer;
  type: number;
  class: number;
  /** What follows the question, each record whole. */
  records: Buffer[];
}

export const OPT = 41;

const TYPES = { A: 1, NS: 2, SOA: 6, MX: 15, TXT: 16, AAAA: 28, SRV: 33, HTTPS: 65, IXFR: 251, AXFR: 252, ANY: 255 };
const OPTION = { NSID: 3, CLIENT_SUBNET: 8, COOKIE: 10, KEEPALIVE: 11, PADDING: 12, LOCAL: 65_001 };
const RECURSION_DESIRED = 0x0100;
const DNSSEC_OK = 0x8000;

/** A valid question of any kind that a collector meets: what an honest resolver, or a curious person, would send. */
export function validQuestion(dice: Dice, zone: string, maxOctets: number): Parts {
  const records = dice.once(3) ? [] : [optRecord(dice, maxOctets)];
  return {
    flags: dice.pick([0, RECURSION_DESIRED, RECURSION_DESIRED | 0x0020, 0x0010]),
    counts: [1, 0, 0, records.length],
    name: wireName(dice.pick(NAMES)(dice, zone)),
    type: dice.once(20) ? dice.below(0x10000) : dice.pick(Object.values(TYPES)),
    class: 1,
    records,
  };
}

/** Puts a message together, whatever its parts say. */
export function encodeParts({ flags, counts, name, type, class: qclass, records }: Parts): Buffer {
  return Buffer.concat([Buffer.of(0, 0), words(flags, ...counts), name, words(type, qclass), ...records]);
}

/** 16-bit numbers in network order. */
export function words(...values: readonly number[]): Buffer {
  const octets = Buffer.alloc(2 * values.length);
  for (const [i, value] of values.entries()) octets.writeUInt16BE(value & 0xffff, 2 * i);
  return octets;
}

/** A resource record. Its length may lie. */
export function makeRecord(owner: Buffer, type: number, data: Buffer, length = data.length): Buffer {
  return Buffer.concat([owner, words(type, 1232, 0, 0, length), data]);
}

/** An EDNS option. Its length may lie. */
export function makeOption(code: number, data: Buffer, length = data.length): Buffer {
  return Buffer.concat([words(code, length), data]);
}

/** A name's text in wire form. Its octets are taken as they are, so that hostile ones can be written. */
export function wireName(name: string): Buffer {
  const labels = name.split(".").filter((label) => label !== "");
  const octets = labels.map((label) => Buffer.from(label, "latin1"));
  return Buffer.concat([...octets.flatMap((label) => [Buffer.of(label.length), label]), Buffer.of(0)]);
}

/** A fresh report's name. No key opens it, which a collector cannot tell. */
function reportName(dice: Dice, zone: string): string {
  const frame = makeFrame(headWeekOf(dayOf(Date.now() / 1000)), dice.below(2 ** 24), dice.octets(BOX_OCTETS));
  const name = encodeName(frame, zone);
  return dice.once(2) ? name : mixCase(name, String(dice.below(2 ** 32)));
}

/** The last labels of a report's name, as a resolver that minimises names asks for them (RFC 9156). */
function partialName(dice: Dice, zone: string): string {
  const labels = reportName(dice, zone).split(".");
  return (dice.once(3) ? "_." : "") + labels.slice(dice.pick([1, 2])).join(".");
}

const NAMES: readonly ((dice: Dice, zone: string) => string)[] = [
  reportName,
  reportName,
  reportName,
  partialName,
  (_, zone) => zone,
  (dice, zone) => mixCase(zone, String(dice.below(1000))),
  (_, zone) => `_policy.${zone}`,
  (_, zone) => `ns1.${zone}`,
  (dice, zone) => `${dice.octets(4).toString("hex")}.${zone}`,
  (dice, zone) => `x.${reportName(dice, zone)}`,
  (_, zone) => `x${zone}`,
  (_, zone) => zone.replace(/^[^.]*\./, ""),
  () => "",
  () => "version.bind",
];

function optRecord(dice: Dice, maxOctets: number): Buffer {
  const kinds: readonly (() => Buffer)[] = [
    () => makeOption(OPTION.COOKIE, dice.octets(dice.pick([8, 16, 24, 40]))),
    () => makeOption(OPTION.CLIENT_SUBNET, Buffer.concat([words(1, 0x1800), dice.octets(3)])),
    () => makeOption(OPTION.CLIENT_SUBNET, Buffer.concat([words(2, 0x3800), dice.octets(7)])),
    () => makeOption(OPTION.NSID, Buffer.alloc(0)),
    () => makeOption(OPTION.KEEPALIVE, Buffer.alloc(0)),
    () => makeOption(OPTION.PADDING, Buffer.alloc(dice.between(0, 400))),
    () => makeOption(OPTION.LOCAL, dice.octets(dice.between(0, 40))),
  ];
  const options = Array.from({ length: dice.pick([0, 1, 1, 2, 3]) }, () => dice.pick(kinds)());
  // A message of a size that only TCP carries in one piece.
  if (dice.once(100)) options.push(makeOption(OPTION.PADDING, Buffer.alloc(dice.below(maxOctets - 1500))));
  const data = Buffer.concat(options);
  const flags = dice.once(3) ? DNSSEC_OK : 0;
  return Buffer.concat([
    Buffer.of(0),
    words(OPT, dice.pick([512, 1232, 4096, 0, 65_535]), 0, flags, data.length),
    data,
  ]);
}
