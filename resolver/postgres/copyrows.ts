import { FRAME_OCTETS } from "@sotto/wire";

/** "PGCOPY\n\377\r\n\0", no flags, no extension (PostgreSQL's manual, COPY, "Binary Format"). */
const HEADER = Buffer.from("5047434f50590aff0d0a000000000000000000", "hex");

/** The number of fields, an integer with its length, and the length of what follows. */
const BEFORE_FRAME = 2 + 4 + 4 + 4;

const ROW_OCTETS = BEFORE_FRAME + FRAME_OCTETS;

const TRAILER_OCTETS = 2;

/**
 * Rows of a bucket's number and a frame, as COPY takes them in its binary format.
 *
 * @param order of the frames in it: indexes into `frames`, each once.
 */
export function copyRows(bucket: number, frames: readonly Uint8Array[], order: Uint16Array): Buffer {
  const octets = Buffer.allocUnsafe(HEADER.length + frames.length * ROW_OCTETS + TRAILER_OCTETS);
  HEADER.copy(octets);
  let at = HEADER.length;
  for (const index of order) {
    octets.writeUInt16BE(2, at);
    octets.writeUInt32BE(4, at + 2);
    octets.writeUInt32BE(bucket, at + 6);
    octets.writeUInt32BE(FRAME_OCTETS, at + 10);
    octets.set(frames[index] as Uint8Array, at + BEFORE_FRAME);
    at += ROW_OCTETS;
  }
  octets.writeInt16BE(-1, at);
  return octets;
}
