import { encodeReceipt, parseReceipt, provesSealing } from "@sotto/wire";
import type { Entry } from "./entry.ts";
import { sealAgain } from "./proof.ts";

/** Receipts to give out, and what none can be given for. */
export interface Receipts<E extends Entry = Entry> {
  /** Lines of docs/protocol.md section 14, one a frame, without line ends. Each holds a secret. */
  readonly lines: readonly string[];
  /** Entries that were changed or damaged: a decoder would refuse receipts of at least one of their frames. */
  readonly unproved: readonly E[];
}

/**
 * Writes the receipts of entries. Each is checked as a decoder checks it before it is given out: against the frame,
 * sealed again. Pure, and never throws.
 */
export function receiptsOf<E extends Entry>(entries: Iterable<E>): Receipts<E> {
  const lines: string[] = [];
  const unproved: E[] = [];
  for (const entry of entries) {
    const proved = entry.frames.flatMap((_, part) => receiptOf(entry, part) ?? []);
    lines.push(...proved);
    if (proved.length < entry.frames.length) unproved.push(entry);
  }
  return { lines, unproved };
}

function receiptOf(entry: Entry, part: number): string | null {
  try {
    const frame = sealAgain(entry, part);
    const secret = entry.frames[part]?.ephemeralSecret;
    if (frame === null || secret === undefined) return null;
    const line = encodeReceipt(frame, secret);
    return provesSealing(parseReceipt(line), frame) ? line : null;
  } catch {
    return null;
  }
}
