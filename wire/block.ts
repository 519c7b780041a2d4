import { BlockError, FrameError } from "./errors.ts";
import { type RandomSource, systemRandom } from "./random.ts";
import { MAX_TEXT_OCTETS, parseText } from "./text.ts";

/** Octets of a block, what a box seals: `kind u8 | day u16be | body`. */
export const BLOCK_OCTETS = 66;

/** Octets of a block's body. */
export const BODY_OCTETS = 63;

/** Octets of text in one part. */
export const CHUNK_OCTETS = 54;

/** A message has at most this many parts. */
export const MAX_PARTS = 16;

const KIND_WHOLE = 1;
const KIND_PART = 2;
const MESSAGE_ID_OCTETS = 8;

/** A block as it opens, before its body is read: every 66 octets are one. */
export interface Block {
  /** 1 whole, 2 part; anything else is unknown to this version and counted as such. */
  readonly kind: number;
  /** Days since 1970-01-01 UTC on which it was sealed. */
  readonly day: number;
  /** 63 octets. */
  readonly body: Uint8Array;
}

/** One part of a message that did not fit a single block. */
export interface Part {
  readonly type: "part";
  /** 8 octets, the same in all parts of the message. */
  readonly messageId: Uint8Array;
  /** 0 to `count - 1`. */
  readonly index: number;
  /** 2 to 16. */
  readonly count: number;
  /** 54 octets, fewer in the last part only. */
  readonly chunk: Uint8Array;
}

/** What a block's body says. */
export type Body = { readonly type: "whole"; readonly text: Uint8Array } | Part | { readonly type: "unknown" };

/**
 * Reads the outer fields of a block.
 *
 * @param octets exactly 66.
 */
export function readBlock(octets: Uint8Array): Block {
  const [kind = 0, high = 0, low = 0] = octets;
  return { kind, day: (high << 8) | low, body: octets.subarray(3, BLOCK_OCTETS) };
}

/**
 * Reads a block's body. A whole's text is only cut from its padding here: {@link parseText} checks it.
 *
 * @throws BlockError `SOTTO_BLOCK_PADDING` or `SOTTO_BLOCK_PART`: the block is malformed by itself.
 */
export function readBody(block: Block): Body {
  if (block.kind === KIND_WHOLE) return { type: "whole", text: withoutPadding(block.body) };
  if (block.kind === KIND_PART) return readPart(block.body);
  return { type: "unknown" };
}

/**
 * Cuts a report's text into blocks: one whole block for at most 63 octets, else exactly ceil(octets / 54) parts.
 *
 * @param text 2 to 864 octets that {@link parseText} accepts.
 * @param day 0 to 65,535.
 * @returns blocks of 66 octets in part order.
 * @throws TextError when the text is not allowed, FrameError `SOTTO_DAY_RANGE`.
 */
export function makeBlocks(text: Uint8Array, day: number, random: RandomSource = systemRandom): Uint8Array[] {
  if (!Number.isInteger(day) || day < 0 || day > 0xffff) {
    throw new FrameError("SOTTO_DAY_RANGE", `a day is 0 to 65535 since 1970-01-01, not ${day}`);
  }
  parseText(text);
  if (text.length <= BODY_OCTETS) return [makeBlock(KIND_WHOLE, day, text)];
  const count = Math.ceil(text.length / CHUNK_OCTETS);
  const messageId = random(MESSAGE_ID_OCTETS);
  return Array.from({ length: count }, (_, index) => {
    const body = new Uint8Array(BODY_OCTETS);
    body.set(messageId);
    body[MESSAGE_ID_OCTETS] = (index << 4) | (count - 1);
    body.set(text.subarray(index * CHUNK_OCTETS, (index + 1) * CHUNK_OCTETS), MESSAGE_ID_OCTETS + 1);
    return makeBlock(KIND_PART, day, body);
  });
}

/**
 * Joins the chunks of a complete message. Octets are joined before UTF-8 is read, so a character may span two parts.
 *
 * @param chunks in part order.
 * @returns the text, which {@link parseText} is still to check.
 * @throws BlockError `SOTTO_BLOCK_PART` when the text would have fitted a whole block: then it had to be one.
 */
export function joinChunks(chunks: readonly Uint8Array[]): Uint8Array {
  const text = Buffer.concat(chunks);
  if (text.length <= BODY_OCTETS || text.length > MAX_TEXT_OCTETS) {
    throw new BlockError("SOTTO_BLOCK_PART", `a text of ${text.length} octets does not go in parts`);
  }
  return text;
}

function makeBlock(kind: number, day: number, body: Uint8Array): Uint8Array {
  const octets = new Uint8Array(BLOCK_OCTETS);
  octets.set([kind, day >> 8, day & 0xff]);
  octets.set(body, 3);
  return octets;
}

function readPart(body: Uint8Array): Part {
  const position = body[MESSAGE_ID_OCTETS] as number;
  const index = position >> 4;
  const count = (position & 0x0f) + 1;
  if (count < 2 || index >= count) throw new BlockError("SOTTO_BLOCK_PART", `part ${index} of ${count} cannot be`);
  const chunk = withoutPadding(body.subarray(MESSAGE_ID_OCTETS + 1));
  if (chunk.length === 0 || (index < count - 1 && chunk.length < CHUNK_OCTETS)) {
    throw new BlockError("SOTTO_BLOCK_PART", "only the last part may be short, and none may be empty");
  }
  return { type: "part", messageId: body.subarray(0, MESSAGE_ID_OCTETS), index, count, chunk };
}

/** The octets before the first NUL; every later octet has to be NUL too. */
function withoutPadding(octets: Uint8Array): Uint8Array {
  const end = octets.indexOf(0);
  if (end < 0) return octets;
  if (octets.subarray(end).some((octet) => octet !== 0)) {
    throw new BlockError("SOTTO_BLOCK_PADDING", "an octet follows the first NUL");
  }
  return octets.subarray(0, end);
}
