import { encodeSegment, headWeekOf, type KeyPair, makeFrame, type Span, seal, sealBox } from "@sotto/wire";
import { seededOctets } from "../e2e/frames.ts";

/** Sealing needs no secret. */
type Recipient = Pick<KeyPair, "publicKey">;

/** 2026-11-16, a Monday. */
export const DAY = 20_773;

/** The noon hour of that day. */
export const SEGMENT: Span = { start: DAY * 86_400 + 43_200, end: DAY * 86_400 + 46_800 };

/** Frames of a report, sealed with octets that depend on the seed alone. */
export function sealed(text: string, keyPair: Recipient, seed: string, day = DAY): Uint8Array[] {
  let drawn = 0;
  const random = (length: number) => seededOctets(`${seed} ${drawn++}`, length);
  return seal(text, keyPair.publicKey, { day, bits: 0, random }).map(({ frame }) => frame);
}

/** A frame over a block of any content, for what `seal` would not make. */
export function sealedBlock(block: Uint8Array, keyPair: Recipient, seed: string, headDay: number): Uint8Array {
  return makeFrame(headWeekOf(headDay), 0, sealBox(block, keyPair.publicKey, seededOctets(seed, 32)));
}

/** A part of a message as a block. */
export function partBlock(messageId: string, index: number, count: number, chunk: string, day = DAY): Uint8Array {
  const block = Buffer.alloc(66);
  block[0] = 2;
  block.writeUInt16BE(day, 1);
  block.write(messageId.padEnd(8, "-"), 3, "latin1");
  block[11] = (index << 4) | (count - 1);
  block.write(chunk, 12, "latin1");
  return block;
}

/** A segment file of frames in any order. */
export async function segmentFile(frames: readonly Uint8Array[], span: Span = SEGMENT): Promise<Buffer> {
  const sorted = [...frames].sort(Buffer.compare);
  const header = { zone: "r.example.net", ...span, count: sorted.length };
  const pieces: Uint8Array[] = [];
  for await (const piece of encodeSegment(header, sorted)) pieces.push(piece);
  return Buffer.concat(pieces);
}
