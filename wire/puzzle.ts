import { sha256Latin1 } from "./digest.ts";
import { FrameError } from "./errors.ts";
import { makeFrame, SALT_SPACE } from "./frame.ts";

/** What a zone asks for unless it says otherwise: 0.1-0.4 s of one core at the client. */
export const DEFAULT_BITS = 18;

/** The most that a zone may ask for: with as many, one search in 55 finds no salt and has to seal again. */
export const MAX_BITS = 22;

/**
 * Whether a frame's puzzle is solved: SHA-256 of the whole frame begins with at least `bits` zero bits, counted from
 * the most significant bit of its first octet.
 *
 * @param frame 118 octets.
 * @param bits 0 to 22.
 */
export function verify(frame: Uint8Array, bits: number): boolean {
  return leadingZeroBits(puzzleDigest(frame)) >= bits;
}

/**
 * Searches the salt that solves the puzzle, upwards from `start` modulo 2^24.
 *
 * @param week absolute week modulo 64.
 * @param box 114 octets.
 * @param bits 0 to 22.
 * @param start where to begin; uniformly random, since a search from zero would tell implementations apart.
 * @returns the frame, or null when no salt fits: then seal again.
 * @throws FrameError `SOTTO_FRAME_RANGE`, `SOTTO_PUZZLE_BITS`.
 */
export function solve(week: number, box: Uint8Array, bits: number, start: number): Uint8Array | null {
  if (!Number.isInteger(bits) || bits < 0 || bits > MAX_BITS) {
    throw new FrameError("SOTTO_PUZZLE_BITS", `a puzzle has 0 to ${MAX_BITS} bits, not ${bits}`);
  }
  const frame = makeFrame(week, start, box);
  for (let tried = 0; tried < SALT_SPACE; tried++) {
    if (verify(frame, bits)) return frame;
    nextSalt(frame);
  }
  return null;
}

/** Adds one to the salt, octets 1 to 3, modulo 2^24. */
function nextSalt(frame: Uint8Array): void {
  for (let i = 3; i > 0; i--) {
    const octet = ((frame[i] as number) + 1) & 0xff;
    frame[i] = octet;
    if (octet !== 0) return;
  }
}

/**
 * The hash that a frame's puzzle is about: SHA-256 of all of it.
 *
 * @returns 32 characters of latin1, one an octet.
 */
export function puzzleDigest(frame: Uint8Array): string {
  return sha256Latin1(frame);
}

/** Zero bits at the beginning of a {@link puzzleDigest}, from the most significant bit of its first octet. */
export function leadingZeroBits(digest: string): number {
  for (let i = 0; i < digest.length; i++) {
    const octet = digest.charCodeAt(i);
    if (octet !== 0) return 8 * i + Math.clz32(octet) - 24;
  }
  return 8 * digest.length;
}
