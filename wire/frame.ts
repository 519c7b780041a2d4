import { sha256 } from "./digest.ts";
import { FrameError } from "./errors.ts";

/** Octets of a frame: head and box. Every frame of every project has this size. */
export const FRAME_OCTETS = 118;

/** Octets of a head: version, week and salt. */
export const HEAD_OCTETS = 4;

/** Octets of a sealed box over a block: ephemeral public key, authenticator, 66 octets of ciphertext. */
export const BOX_OCTETS = 114;

/** The salt has 24 bits. */
export const SALT_SPACE = 2 ** 24;

/** The only version of the frame so far. */
export const FRAME_VERSION = 0;

/** What lies outside the seal: `version u2 | week u6 | salt u24`, big-endian. */
export interface Head {
  /** 0; other versions are for the future. */
  readonly version: number;
  /** Absolute week of sealing modulo 64. */
  readonly week: number;
  /** 0 to 2^24 - 1, what the puzzle was solved with. */
  readonly salt: number;
}

/**
 * Reads a frame's head.
 *
 * @param frame at least 4 octets.
 */
export function readHead(frame: Uint8Array): Head {
  const [first = 0, high = 0, middle = 0, low = 0] = frame;
  return { version: first >> 6, week: first & 0x3f, salt: (high << 16) | (middle << 8) | low };
}

/**
 * Puts a frame together.
 *
 * @param week absolute week modulo 64, 0 to 63.
 * @param salt 0 to 2^24 - 1.
 * @param box 114 octets.
 * @throws FrameError `SOTTO_FRAME_RANGE` when a part is out of its range.
 */
export function makeFrame(week: number, salt: number, box: Uint8Array): Uint8Array {
  const fits = (value: number, limit: number) => Number.isInteger(value) && value >= 0 && value < limit;
  if (!fits(week, 64) || !fits(salt, SALT_SPACE) || box.length !== BOX_OCTETS) {
    throw new FrameError(
      "SOTTO_FRAME_RANGE",
      "a frame needs a week below 64, a salt below 2^24 and a box of 114 octets",
    );
  }
  const frame = new Uint8Array(FRAME_OCTETS);
  frame.set([(FRAME_VERSION << 6) | week, salt >> 16, (salt >> 8) & 0xff, salt & 0xff]);
  frame.set(box, HEAD_OCTETS);
  return frame;
}

/** The box of a frame, a view of its last 114 octets. */
export function boxOf(frame: Uint8Array): Uint8Array {
  return frame.subarray(HEAD_OCTETS, FRAME_OCTETS);
}

/**
 * The identity of a frame: SHA-256 of its box. The head lies outside the seal, so anyone can put another salt before a
 * copied box; a hash over the whole frame would let such copies be counted twice.
 *
 * @returns 32 octets.
 */
export function frameId(frame: Uint8Array): Uint8Array {
  return sha256(boxOf(frame));
}
