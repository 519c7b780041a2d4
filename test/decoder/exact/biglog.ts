// Over 300 lines: one log whose totals are known, which is only known where all that goes into it is in sight.
import { createCipheriv } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { EpochSecret } from "@sotto/decoder";
import {
  DAY_SECONDS,
  dayOf,
  encodeSegment,
  FRAME_OCTETS,
  headWeekOf,
  keyOfDay,
  makeFrame,
  type Span,
  weekOf,
} from "@sotto/wire";
import sodium from "sodium-native";
import { Dice } from "../../e2e/dice.ts";
import { seededOctets } from "../../e2e/frames.ts";
import { partBlock } from "../sealing.ts";

/** 2026-10-05, a Monday. */
export const FIRST_DAY = 20_731;

/** The log's length; the project has keys for the weeks before the last one. */
export const WEEKS = 6;

/** The week whose secret is kept elsewhere at first, counted from the log's first. */
export const ABSENT_WEEK = 3;

/** Days after its own on which most frames arrive; a client gives up after 14. */
const SOON: readonly [number, number] = [0, 10];

/** What must come of a log, by the way in which it was made. */
export interface Expected {
  frames: number;
  foreign: number;
  pending: number;
  "no-key": number;
  duplicate: number;
  malformed: number;
  late: number;
  future: number;
  unknown: number;
  taken: number;
  record: number;
  rejected: number;
  incomplete: number;
  void: number;
}

/** Totals of a scan without the secret of {@link ABSENT_WEEK}, and of one with all. */
export interface Truth {
  readonly without: Expected;
  readonly all: Expected;
}

type FrameReason = "duplicate" | "malformed" | "late" | "future" | "unknown" | "taken";
type MessageReason = "record" | "rejected" | "incomplete" | "void";

/** What a number of every hundred messages of the project is like. */
type Kind = (maker: MessageMaker) => void;

/**
 * Writes a log of several weeks in segments of equal length, one in a hundred of whose frames is the project's: reports
 * whole and in parts, copies, re-salted copies, parts without their others, contradicting parts, what the definition does
 * not allow, what is no report at all, what is too late or too early. libsodium seals; what has to come of it is written
 * down as it is made.
 *
 * @param keys of the weeks before the last one.
 */
export async function writeBigLog(
  folder: string,
  { frames, segments, keys, seed }: { frames: number; segments: number; keys: readonly EpochSecret[]; seed: string },
  written: (frames: number) => void = () => {},
): Promise<Truth> {
  await mkdir(folder, { recursive: true });
  const log = new BigLog(segments, keys, seed);
  while (log.ownFrames < frames / 100) log.addMessage();
  for (let index = 0; index < segments; index++) {
    const size = Math.floor((frames * (index + 1)) / segments) - Math.floor((frames * index) / segments);
    const content = log.segment(index, size);
    const header = { zone: "r.example.net", ...log.span(index), count: size };
    const path = join(folder, `${String(index).padStart(4, "0")}.seg`);
    await pipeline(Readable.from(encodeSegment(header, [content])), createWriteStream(path));
    written(size);
  }
  return log.truth();
}

class BigLog {
  readonly #segments: number;
  readonly #keys: readonly EpochSecret[];
  readonly #dice: Dice;
  readonly #noise: (length: number) => Buffer;
  readonly #own: Uint8Array[][];
  readonly #truth: Truth = { without: nothing(), all: nothing() };
  #messages = 0;
  ownFrames = 0;

  constructor(segments: number, keys: readonly EpochSecret[], seed: string) {
    this.#segments = segments;
    this.#keys = keys;
    this.#dice = new Dice(seed);
    const stream = createCipheriv("aes-128-ctr", seededOctets(seed, 16), Buffer.alloc(16));
    this.#noise = (length) => stream.update(Buffer.alloc(length));
    this.#own = Array.from({ length: segments }, () => []);
  }

  span(index: number): Span {
    const at = (i: number) => FIRST_DAY * DAY_SECONDS + Math.round((i * WEEKS * 7 * DAY_SECONDS) / this.#segments);
    return { start: at(index), end: at(index + 1) };
  }

  /** Adds the next message of the project. */
  addMessage(): void {
    const kind = KINDS[this.#messages % KINDS.length] as Kind;
    // Late ones need a log that goes on for three weeks, early ones one that began before.
    const day = FIRST_DAY + 3 + this.#dice.below(this.#messages % KINDS.length === LATE ? 10 : (WEEKS - 1) * 7 - 3);
    const number = this.#messages++;
    const key = keyOfDay(this.#keys, day);
    if (key === null) throw new Error(`no key for day ${day}`);
    const isAbsent = weekOf(day) === weekOf(FIRST_DAY) + ABSENT_WEEK;
    kind({
      number,
      day,
      seal: (block, { after = SOON, salt = 0 } = {}) => {
        const box = Buffer.alloc(block.length + sodium.crypto_box_SEALBYTES);
        sodium.crypto_box_seal(box, Buffer.from(block), Buffer.from(key.publicKey));
        return { box, place: () => this.#place(box, day, after, salt) };
      },
      frame: (reason) => this.#count(reason, isAbsent),
      message: (reason) => {
        this.#truth.all[reason]++;
        if (!isAbsent) this.#truth.without[reason]++;
      },
    });
  }

  /** A segment's frames, sorted. */
  segment(index: number, size: number): Buffer {
    const own = this.#own[index] as Uint8Array[];
    const { start, end } = this.span(index);
    const octets = this.#noise((size - own.length) * FRAME_OCTETS);
    const frames: Uint8Array[] = [...own];
    for (let at = 0; at < octets.length; at += FRAME_OCTETS) {
      const frame = octets.subarray(at, at + FRAME_OCTETS);
      const day = dayOf(start) - 3 + this.#dice.below(dayOf(end - 1) - dayOf(start) + 4);
      frame[0] = headWeekOf(day);
      this.#countForeign(weekOf(day));
      frames.push(frame);
    }
    return Buffer.concat(frames.sort(Buffer.compare));
  }

  truth(): Truth {
    return this.#truth;
  }

  #place(box: Uint8Array, day: number, [least, most]: readonly [number, number], salt: number): void {
    const fits = this.#segmentsBetween(day + least, day + most);
    const index = this.#dice.pick(fits);
    this.#own[index]?.push(makeFrame(headWeekOf(day), this.#dice.below(2 ** 16) * 256 + salt, box));
    this.ownFrames++;
  }

  /** Segments that lie within days. */
  #segmentsBetween(first: number, last: number): number[] {
    const indexes = Array.from({ length: this.#segments }, (_, index) => index);
    const fits = indexes.filter((index) => {
      const { start, end } = this.span(index);
      return dayOf(start) >= first && dayOf(end - 1) <= last;
    });
    if (fits.length === 0) throw new Error(`no segment lies between days ${first} and ${last}`);
    return fits;
  }

  #count(reason: FrameReason, isAbsent: boolean): void {
    this.#truth.all.frames++;
    this.#truth.without.frames++;
    this.#truth.all[reason]++;
    this.#truth.without[isAbsent ? "pending" : reason]++;
  }

  #countForeign(week: number): void {
    const number = week - weekOf(FIRST_DAY);
    const reason = number < 0 || number >= WEEKS - 1 ? "no-key" : "foreign";
    this.#truth.all.frames++;
    this.#truth.without.frames++;
    this.#truth.all[reason]++;
    this.#truth.without[number === ABSENT_WEEK ? "pending" : reason]++;
  }
}

/** What a kind of message is made with. */
interface MessageMaker {
  readonly number: number;
  readonly day: number;
  /** Seals a block; each `place` puts a frame with the box into some segment so many days after its day. */
  seal(
    block: Uint8Array,
    where?: { readonly after?: readonly [number, number]; readonly salt?: number },
  ): { readonly box: Uint8Array; place(): void };
  /** Says what has to come of a frame. */
  frame(reason: FrameReason): void;
  /** Says what has to come of the message. */
  message(reason: MessageReason): void;
}

function nothing(): Expected {
  return {
    ...{ frames: 0, foreign: 0, pending: 0, "no-key": 0, duplicate: 0, malformed: 0, late: 0, future: 0 },
    ...{ unknown: 0, taken: 0, record: 0, rejected: 0, incomplete: 0, void: 0 },
  };
}

function wholeBlock(text: string, day: number, kind = 1): Buffer {
  const block = Buffer.alloc(66);
  block[0] = kind;
  block.writeUInt16BE(day, 1);
  block.write(text, 3, "latin1");
  return block;
}

/** A report that the definition allows, each with another version, so that none is another's copy. */
function reportText(number: number): string {
  return `{"v":"1.${number}.0","r":"terminal","a":${1 + (number % 4)}}`;
}

function whole({ number, day, seal, frame, message }: MessageMaker): void {
  seal(wholeBlock(reportText(number), day)).place();
  frame("taken");
  message("record");
}

function copied(maker: MessageMaker): void {
  const { number, day, seal, frame, message } = maker;
  const { place } = seal(wholeBlock(reportText(number), day));
  for (const reason of ["taken", "duplicate", "duplicate"] as const) {
    // Another salt each time: a resolver's copy and a re-salted one look alike to the decoder.
    place();
    frame(reason);
  }
  message("record");
}

/** The parts of a text longer than a block. */
function partsOf(number: number, day: number): Uint8Array[] {
  const text = `{"v":"1.${number}.0","p":"linux-x64","r":"terminal","a":2,"c":"space"}`.padEnd(70, " ");
  return [text.slice(0, 54), text.slice(54)].map((chunk, index) => partBlock(`m${number}`, index, 2, chunk, day));
}

function inParts({ number, day, seal, frame, message }: MessageMaker): void {
  for (const block of partsOf(number, day)) {
    seal(block).place();
    frame("taken");
  }
  message("record");
}

function withoutItsOtherPart({ number, day, seal, frame, message }: MessageMaker): void {
  seal(partsOf(number, day)[number % 2] as Uint8Array).place();
  frame("taken");
  message("incomplete");
}

function contradicting({ number, day, seal, frame, message }: MessageMaker): void {
  const [first, second] = partsOf(number, day) as [Uint8Array, Uint8Array];
  const [other] = partsOf(number + 1, day) as [Uint8Array];
  const forged = Buffer.from(other);
  forged.set(Buffer.from(first).subarray(3, 12), 3);
  for (const block of [first, second, forged]) {
    seal(block).place();
    frame("taken");
  }
  message("void");
}

function notAllowed({ number, day, seal, frame, message }: MessageMaker): void {
  seal(wholeBlock(`{"v":"1.${number}.0","zz":1}`, day)).place();
  frame("taken");
  message("rejected");
}

function broken({ number, day, seal, frame }: MessageMaker): void {
  const block = wholeBlock(number % 2 === 0 ? `{"v":"1.${number}` : "{}", day);
  // An octet behind the first NUL breaks the padding of those whose text is in order.
  if (number % 2 === 1) block[60] = 1;
  seal(block).place();
  frame("malformed");
}

function ofUnknownKind({ number, day, seal, frame }: MessageMaker): void {
  seal(wholeBlock(`{"n":${number}}`, day, 9)).place();
  frame("unknown");
}

function tooLate({ number, day, seal, frame }: MessageMaker): void {
  seal(wholeBlock(reportText(number), day), { after: [22, 28] }).place();
  frame("late");
}

function tooEarly({ number, day, seal, frame }: MessageMaker): void {
  seal(wholeBlock(reportText(number), day), { after: [-3, -2] }).place();
  frame("future");
}

/** The place of the late ones among the kinds. */
const LATE = 97;

/** A hundred messages. */
const KINDS: readonly Kind[] = [
  ...Array<Kind>(68).fill(whole),
  ...Array<Kind>(12).fill(inParts),
  ...Array<Kind>(6).fill(copied),
  ...Array<Kind>(3).fill(withoutItsOtherPart),
  ...Array<Kind>(2).fill(contradicting),
  ...Array<Kind>(3).fill(notAllowed),
  ...Array<Kind>(2).fill(broken),
  ofUnknownKind,
  tooLate,
  tooEarly,
  whole,
];
