import {
  type Body,
  boxOf,
  frameId,
  headWeekOf,
  makeBlocks,
  makeFrame,
  openBoxAsSender,
  readBlock,
  readBody,
  type SealedFrame,
  sealBox,
  toHex,
} from "@sotto/wire";
import { type Entry, encodeEntry, parseEntry } from "./entry.ts";

/** What a message was sealed from. */
export interface Sealing extends Pick<Entry, "project" | "report" | "day" | "text" | "zone" | "publicKey"> {
  /** What wire's `seal` made of it, in part order. */
  readonly sealed: readonly SealedFrame[];
}

/**
 * Makes the entry of a message that was just sealed, after opening every frame: what is remembered is what left. It has
 * octets of its own, so the sealer may overwrite its secrets.
 *
 * @returns null when a value is outside its range, or the frames do not hold this text of this day for this key.
 */
export function entryOf({ sealed, ...sealing }: Sealing): Entry | null {
  try {
    const frames = sealed.map(({ frame, ephemeralSecret }) => ({ box: toHex(frameId(frame)), ephemeralSecret }));
    const body = sealed[0] === undefined ? null : bodyOf(sealed[0], sealing.publicKey);
    const messageId = body?.type === "part" ? body.messageId : null;
    // By way of its file's content: whatever is made can be read again.
    const reading = parseEntry(encodeEntry({ ...sealing, messageId, frames }));
    if (reading.type === "damaged") return null;
    const { entry } = reading;
    return sealed.every(({ frame }, part) => provePart(entry, part, boxOf(frame)) !== null) ? entry : null;
  } catch {
    return null;
  }
}

function bodyOf({ frame, ephemeralSecret }: SealedFrame, publicKey: Uint8Array): Body | null {
  const block = openBoxAsSender(boxOf(frame), ephemeralSecret, publicKey);
  return block === null ? null : readBody(readBlock(block));
}

/**
 * Opens a frame's box with the entry's ephemeral secret and holds what is inside against the entry's text.
 *
 * @param part 0 to the number of frames - 1.
 * @param box 114 octets.
 * @returns the octets of text in this part, or null when this entry does not prove what the box holds.
 */
export function provePart(entry: Entry, part: number, box: Uint8Array): Uint8Array | null {
  const secret = entry.frames[part]?.ephemeralSecret;
  const expected = blocksOf(entry)[part];
  if (secret === undefined || expected === undefined) return null;
  const block = openBoxAsSender(box, secret, entry.publicKey);
  if (block === null || Buffer.compare(block, expected) !== 0) return null;
  const body = readBody(readBlock(block));
  if (body.type === "unknown") return null;
  return body.type === "whole" ? body.text : body.chunk;
}

/**
 * Seals a part again as it was sealed: the same text, day, key and secret give the same box. That is why no box needs
 * to be kept.
 *
 * @param part 0 to the number of frames - 1.
 * @returns a frame with this box and salt 0 (the one that was sent had another), or null when the box is not the one
 *   that the entry names: it was changed or damaged.
 */
export function sealAgain(entry: Entry, part: number): Uint8Array | null {
  const { box: id, ephemeralSecret } = entry.frames[part] ?? {};
  const block = blocksOf(entry)[part];
  if (id === undefined || ephemeralSecret === undefined || block === undefined) return null;
  const frame = makeFrame(headWeekOf(entry.day), 0, sealBox(block, entry.publicKey, ephemeralSecret));
  return toHex(frameId(frame)) === id ? frame : null;
}

function blocksOf({ text, day, messageId }: Entry): Uint8Array[] {
  // The message's id is the one thing in a block that was drawn.
  return makeBlocks(new TextEncoder().encode(text), day, (length) => messageId ?? new Uint8Array(length));
}
