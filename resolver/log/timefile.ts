import { readFile } from "node:fs/promises";
import type { Span } from "@sotto/wire";
import type { Aged } from "./bucket.ts";
import type { Timeline } from "./timeline.ts";

const VERSION = 1;

/** A timeline as text. Its reading of the clock is kept only as precisely as a bucket. */
export function encodeTimeline({ seen, ...rest }: Timeline, bucketLength: number): string {
  const coarse = Math.floor(seen / bucketLength) * bucketLength;
  return `${JSON.stringify({ version: VERSION, seen: coarse, ...rest })}\n`;
}

/** Reads a timeline; null when there is none, or none that can be read: the files' own names say enough to begin anew. */
export async function readTimeline(path: string): Promise<Timeline | null> {
  try {
    return parseTimeline(await readFile(path, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** A timeline as {@link encodeTimeline} wrote it; null when it is none. */
export function parseTimeline(text: string): Timeline | null {
  try {
    return checked(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function checked(value: unknown): Timeline | null {
  if (typeof value !== "object" || value === null) return null;
  const { version, seen, ahead, closed, open, left }: Partial<Record<string, unknown>> = { ...value };
  if (version !== VERSION || !isTime(seen) || !isTime(ahead)) return null;
  if (!isListOf(closed, isSpan) || !isListOf(left, isAged)) return null;
  if (open !== null && !isAged(open)) return null;
  return { seen, ahead, closed, open, left };
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function isSpan(value: unknown): value is Span {
  if (typeof value !== "object" || value === null) return false;
  const { start, end }: { start?: unknown; end?: unknown } = value;
  return isTime(start) && isTime(end) && start < end;
}

function isAged(value: unknown): value is Aged {
  return isSpan(value) && "since" in value && isTime(value.since);
}

function isListOf<T>(value: unknown, is: (item: unknown) => item is T): value is T[] {
  return Array.isArray(value) && value.every(is);
}
