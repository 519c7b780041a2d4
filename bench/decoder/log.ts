import { createCipheriv, createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  DAY_SECONDS,
  encodeSegment,
  FRAME_OCTETS,
  generateKeyPair,
  headWeekOf,
  type KeyPair,
  type RandomSource,
  SEGMENT_HEADER_OCTETS,
  type SealedFrame,
  type Span,
  seal,
} from "@sotto/wire";

/** 2026-11-16, a Monday. */
export const DAY = 20_773;

export const HOUR_SECONDS = 3600;

/** One frame in this many is the project's. */
const OWN_EVERY = 100;

/** A segment on disk, of which a hundredth is a project's own frames. */
export interface BenchLog {
  readonly path: string;
  readonly span: Span;
  /** Its frames as they are in the file. */
  readonly frames: Uint8Array;
  readonly count: number;
  /** How many are sealed for `own`. */
  readonly ownCount: number;
  readonly own: KeyPair;
}

/**
 * Writes a segment that depends on its size alone. What is not ours is random octets: before a key opens it, nobody can
 * tell it from a frame, and trying it costs the same.
 */
export async function writeLog(folder: string, count: number): Promise<BenchLog> {
  const random = seededRandom("bench log");
  const own = generateKeyPair(random);
  const span = { start: DAY * DAY_SECONDS, end: (DAY + 1) * DAY_SECONDS };
  return await writeSegment(join(folder, "bench.seg"), { random, own, span, count });
}

/** Writes as many segments, of an hour each. */
export async function writeSegments(folder: string, segments: number, count: number): Promise<readonly BenchLog[]> {
  const random = seededRandom("bench segments");
  const own = generateKeyPair(random);
  const logs: BenchLog[] = [];
  for (let hour = 0; hour < segments; hour++) {
    const start = DAY * DAY_SECONDS + hour * HOUR_SECONDS;
    const path = join(folder, `${String(hour).padStart(4, "0")}.seg`);
    logs.push(await writeSegment(path, { random, own, span: { start, end: start + HOUR_SECONDS }, count }));
  }
  return logs;
}

interface SegmentParts {
  readonly random: RandomSource;
  readonly own: KeyPair;
  readonly span: Span;
  readonly count: number;
}

async function writeSegment(path: string, { random, own, span, count }: SegmentParts): Promise<BenchLog> {
  const ownCount = Math.floor(count / OWN_EVERY);
  const frames = Array.from({ length: count }, (_, i) => {
    if (i < ownCount) return (seal(`{"n":${i}}`, own.publicKey, { day: DAY, bits: 0, random })[0] as SealedFrame).frame;
    const frame = random(FRAME_OCTETS);
    frame[0] = headWeekOf(DAY);
    return frame;
  });
  const pieces: Uint8Array[] = [];
  const header = { zone: "r.example.net", ...span, count };
  for await (const piece of encodeSegment(header, frames.sort(Buffer.compare))) pieces.push(piece);
  const file = Buffer.concat(pieces);
  await writeFile(path, file);
  const end = SEGMENT_HEADER_OCTETS + count * FRAME_OCTETS;
  return { path, span, frames: file.subarray(SEGMENT_HEADER_OCTETS, end), count, ownCount, own };
}

/** Octets that depend on a seed alone, 100 MB of them a second: AES in counter mode over zeros. */
export function seededRandom(seed: string): RandomSource {
  const cipher = createCipheriv("aes-256-ctr", createHash("sha256").update(seed).digest(), Buffer.alloc(16));
  return (length) => new Uint8Array(cipher.update(new Uint8Array(length)));
}
