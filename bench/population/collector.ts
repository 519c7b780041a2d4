import { admit, collectorAcceptsWeek, dayOf, frameId, readHead, toHex } from "@sotto/wire";
import { windowOf } from "../../client/report/window.ts";
import type { Arrival } from "./installation.ts";
import type { Content } from "./program.ts";
import type { ReportName } from "./reports.ts";

/** A bucket of the collector; how long it is matters little beside 21 days. */
const BUCKET_SECONDS = 3600;

/** A report that a decoder counted. */
export interface Counted {
  readonly report: ReportName;
  /** For which it counts: that of its day minus `w`. */
  readonly window: number;
  /** Whether it arrived after the week in which it was sealed. */
  readonly isLate: boolean;
}

/**
 * Counts what arrived as collector and decoder do (protocol.md section 7): a week that is too old is not stored, a frame
 * that is too late is not counted, and a box counts once however often it arrives.
 *
 * @param arrivals in the order of time.
 * @param contentOf what is inside a box, by its hash.
 */
export function countArrivals(
  arrivals: readonly Arrival[],
  contentOf: (hash: string) => Content | undefined,
): readonly Counted[] {
  const known = new Set<string>();
  return arrivals.flatMap(({ frame, at }): Counted[] => {
    const hash = toHex(frameId(frame));
    const content = contentOf(hash);
    if (content === undefined || !collectorAcceptsWeek(readHead(frame).week, dayOf(at))) return [];
    const start = Math.floor(at / BUCKET_SECONDS) * BUCKET_SECONDS;
    const block = { kind: 1, day: content.day, body: new Uint8Array() };
    if (admit(frame, block, { start, end: start + BUCKET_SECONDS }) !== "admitted" || known.has(hash)) return [];
    known.add(hash);
    const sealedIn = windowOf("week", content.day);
    return [
      { report: content.report, window: sealedIn - content.back, isLate: windowOf("week", dayOf(at)) > sealedIn },
    ];
  });
}
