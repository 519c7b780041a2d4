import type { Dice } from "./dice.ts";
import { encodeParts, makeOption, makeRecord, OPT, type Parts, validQuestion, wireName, words } from "./questions.ts";

/** A message that a server has to survive, and what was done to it. */
export interface HostileMessage {
  readonly octets: Buffer;
  readonly kind: string;
}

const HEADER_OCTETS = 12;
const ROOT = Buffer.of(0);

/** Offsets that a compression pointer may be led to: the header, the question, itself, far behind the end. */
const POINTER_TARGETS = [0, 2, 11, 12, 13, 14, 25, 28, 40, 200, 0x3fff];

/** What may be wrong with a part of a message while the others are right. */
const STRUCTURAL: Readonly<Record<string, (parts: Parts, dice: Dice, zone: string) => void>> = {
  counts(parts, dice) {
    parts.counts[dice.below(4)] = dice.pick([0, 1, 2, 3, 255, 256, 0x7fff, 0xffff, dice.below(0x10000)]);
  },
  opcode(parts, dice) {
    parts.flags = (parts.flags & 0x87ff) | (dice.below(16) << 11);
  },
  response(parts) {
    parts.flags |= 0x8000;
  },
  flags(parts, dice) {
    parts.flags = dice.below(0x10000);
  },
  class(parts, dice) {
    parts.class = dice.pick([0, 2, 3, 4, 254, 255, 0xffff, dice.below(0x10000)]);
  },
  type(parts, dice) {
    parts.type = dice.pick([0, OPT, 249, 250, 251, 252, 253, 254, 255, 256, 0xffff, dice.below(0x10000)]);
  },
  "pointer in the question"(parts, dice) {
    const pointer = words(0xc000 | dice.pick(POINTER_TARGETS));
    const kept = parts.name.subarray(0, labelStart(parts.name, dice));
    parts.name = Buffer.concat(dice.once(2) ? [kept, pointer] : [kept, pointer, pointer, ROOT]);
  },
  "label's length"(parts, dice) {
    parts.name = Buffer.from(parts.name);
    parts.name[labelStart(parts.name, dice)] = dice.pick([0, 1, 62, 63, 64, 0x7f, 0x80, 0xbf, 0xc0, 0xff]);
  },
  "overlong name"(parts, dice, zone) {
    const tail = wireName(zone);
    const total = dice.pick([254, 255, 256, 257, 258, 300, 511, 1000]);
    parts.name = Buffer.concat([filler(total - tail.length, dice), tail]);
  },
  "foreign octets"(parts, dice) {
    parts.name = Buffer.from(parts.name);
    for (const [at, length] of labelsOf(parts.name)) {
      if (length > 0 && dice.once(2)) parts.name[at + 1 + dice.below(length)] = dice.pick([0, 0x2e, 0x5c, 0xe9, 0xff]);
    }
  },
  "base32 that is none"(parts, dice, zone) {
    const digits = "abcdefghijklmnopqrstuvwxyz234567ABCDEFGHIJKLMNOPQRSTUVWXYZ0189_-";
    const label = (length: number) => Array.from({ length }, () => dice.pick([...digits])).join("");
    parts.name = wireName([63, 63, dice.pick([62, 63])].map(label).join(".").concat(".", zone));
  },
  "several OPT"(parts, dice) {
    const more = dice.between(1, 4);
    for (let i = 0; i < more; i++) parts.records.push(makeRecord(ROOT, OPT, Buffer.alloc(0)));
    parts.counts[3] = dice.once(4) ? 1 : parts.records.length;
  },
  "OPT out of place"(parts, dice, zone) {
    const owner = dice.pick([wireName(zone), words(0xc00c), words(0xc000 | dice.pick(POINTER_TARGETS)), ROOT]);
    parts.records = [makeRecord(owner, OPT, Buffer.alloc(0))];
    parts.counts = [1, 0, 0, 0];
    parts.counts[dice.pick([1, 2, 3] as const)] = 1;
  },
  "EDNS version and flags"(parts, dice) {
    parts.records = [Buffer.concat([ROOT, words(OPT, dice.below(0x10000)), dice.octets(4), words(0)])];
    parts.counts = [1, 0, 0, 1];
  },
  "cut option"(parts, dice) {
    const data = dice.octets(dice.between(0, 30));
    const option = makeOption(
      dice.pick([3, 8, 10, 12, 65_001]),
      data,
      data.length + dice.pick([1, 2, 100, 65_000, -1]),
    );
    parts.records = [makeRecord(ROOT, OPT, Buffer.concat([option, dice.octets(dice.below(4))]))];
    parts.counts = [1, 0, 0, 1];
  },
  "record's length"(parts, dice) {
    const data = dice.octets(dice.below(20));
    const length = dice.pick([0, data.length + 1, 512, 0x7fff, 0xffff]);
    parts.records.push(makeRecord(ROOT, dice.pick([OPT, 1, 250]), data, length));
    parts.counts[dice.pick([1, 2, 3] as const)] += 1;
  },
  "other records"(parts, dice) {
    const more = dice.pick([1, 2, 10, 60]);
    const owners = [ROOT, words(0xc00c), words(0xc000 | dice.pick(POINTER_TARGETS)), filler(dice.between(2, 80), dice)];
    for (let i = 0; i < more; i++) {
      const owner = dice.pick(owners);
      const whole = owner.length === 2 || owner.at(-1) === 0 ? owner : Buffer.concat([owner, ROOT]);
      parts.records.push(makeRecord(whole, dice.pick([1, 2, 5, 6, 16, 24, 250, 65_280]), dice.octets(dice.below(9))));
    }
    parts.counts = [1, dice.pick([0, more]), 0, parts.records.length];
    parts.counts[3] -= parts.counts[1];
  },
};

/** What may be done to a message's octets, whatever they mean. */
const BLIND: Readonly<Record<string, (octets: Buffer, dice: Dice) => Buffer>> = {
  "bits flipped"(octets, dice) {
    for (let left = dice.pick([1, 1, 2, 4, 8, 32]); left > 0 && octets.length > 0; left--) {
      const at = dice.below(octets.length);
      octets[at] = (octets[at] as number) ^ (1 << dice.below(8));
    }
    return octets;
  },
  "octets appended": (octets, dice) => Buffer.concat([octets, dice.octets(dice.between(1, 64))]),
  "octets inserted"(octets, dice) {
    const at = dice.below(octets.length + 1);
    return Buffer.concat([octets.subarray(0, at), dice.octets(dice.between(1, 16)), octets.subarray(at)]);
  },
  "octets left out"(octets, dice) {
    const at = dice.below(octets.length + 1);
    return Buffer.concat([octets.subarray(0, at), octets.subarray(at + dice.between(1, 16))]);
  },
  "octets repeated"(octets, dice) {
    const at = dice.below(octets.length + 1);
    return Buffer.concat([octets.subarray(0, at + dice.between(1, 80)), octets.subarray(at)]);
  },
  "octets overwritten"(octets, dice) {
    const at = dice.below(octets.length + 1);
    octets.subarray(at, at + dice.between(1, 40)).fill(dice.pick([0, 0xff, 0xc0, 0x3f, 0x40]));
    return octets;
  },
};

/** Makes hostile messages without end, the same ones for the same dice, report names of the present week apart. */
export class Mutator {
  readonly #dice: Dice;
  readonly #zone: string;
  readonly #maxOctets: number;
  /** Lengths at which messages are cut, in turn: none is left to chance. */
  #cut = 0;

  /** @param maxOctets what the transport carries in one message. */
  constructor(dice: Dice, zone: string, maxOctets: number) {
    this.#dice = dice;
    this.#zone = zone;
    this.#maxOctets = maxOctets;
  }

  next(): HostileMessage {
    const { octets, kind } = this.#make();
    return { octets: octets.subarray(0, this.#maxOctets), kind };
  }

  #make(): HostileMessage {
    const dice = this.#dice;
    if (dice.once(40)) return this.#noise();
    const kinds: string[] = [];
    const parts = validQuestion(dice, this.#zone, this.#maxOctets);
    for (let left = dice.pick([0, 1, 1, 1, 2]); left > 0; left--) {
      const [kind, mutate] = dice.pick(Object.entries(STRUCTURAL));
      mutate(parts, dice, this.#zone);
      kinds.push(kind);
    }
    let octets = encodeParts(parts);
    if (dice.once(8)) {
      octets = octets.subarray(0, this.#cut++ % (octets.length + 1));
      kinds.push(`cut at ${octets.length}`);
    }
    if (dice.once(3)) {
      const [kind, mutate] = dice.pick(Object.entries(BLIND));
      octets = mutate(octets, dice);
      kinds.push(kind);
    }
    return { octets, kind: kinds.join(", ") || "valid" };
  }

  /** Octets that were never a message: none at all, some, or some behind a header that could be one. */
  #noise(): HostileMessage {
    const dice = this.#dice;
    const octets = dice.octets(dice.pick([0, 1, 11, 12, 13, dice.below(600), dice.below(600)]));
    if (octets.length < HEADER_OCTETS || dice.once(2)) return { octets, kind: "random octets" };
    octets.set(words(0x0100, 1, 0, 0, dice.below(2)), 2);
    return { octets, kind: "random octets behind a header" };
  }
}

/** Whether the protocol (section 11.3) owes a message an answer; to others silence is the answer. */
export function deservesAnswer(octets: Buffer): boolean {
  return octets.length >= HEADER_OCTETS && ((octets[2] as number) & 0x80) === 0;
}

/** Where the labels of a name begin, and their lengths; of a name that was made wrong, as far as it can be read. */
function labelsOf(name: Buffer): [at: number, length: number][] {
  const labels: [number, number][] = [];
  for (let at = 0; at < name.length; at += 1 + (name[at] as number)) labels.push([at, name[at] as number]);
  return labels.filter(([at, length]) => at + length < name.length);
}

function labelStart(name: Buffer, dice: Dice): number {
  return dice.pick(labelsOf(name))?.[0] ?? 0;
}

/** Labels of 1 to 63 octets that take `length` octets in all. */
function filler(length: number, dice: Dice): Buffer {
  const pieces: Buffer[] = [];
  for (let left = length; left > 1; ) {
    let label = Math.min(left - 1, dice.pick([1, 10, 63, 63]));
    if (left - 1 - label === 1) label = label > 1 ? label - 1 : 2;
    pieces.push(Buffer.of(label), Buffer.alloc(label, "x"));
    left -= 1 + label;
  }
  return Buffer.concat(pieces);
}
