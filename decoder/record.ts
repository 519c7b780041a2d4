import type { Span } from "@sotto/wire";

/** One report of the project, as `scan` prints it. */
export interface ReportRecord {
  /** Days since 1970-01-01 UTC on which it was sealed. */
  readonly day: number;
  /** The segment it was found in; for a message of many parts, the one that completed it. */
  readonly segment: Span;
  /** The report's text as it was sealed. */
  readonly text: string;
  /** SHA-256 of each box in part order, hexadecimal. */
  readonly frames: readonly string[];
  /** First 8 hexadecimal digits of SHA-256 of the public key that it was sealed for. */
  readonly key: string;
}

/**
 * Writes a record as one line of NDJSON. The report's text goes in as it came, so that no number is rounded and no key
 * moved; only line ends, which in JSON can stand between tokens alone, become blanks.
 */
export function formatRecord({ day, segment, text, frames, key }: ReportRecord): string {
  const report = text.replace(/[\r\n]/g, " ");
  const { start, end } = segment;
  return `{"day":${day},"start":${start},"end":${end},"report":${report},"frames":${JSON.stringify(frames)},"key":"${key}"}`;
}
