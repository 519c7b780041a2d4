import type { SegmentEntry } from "@sotto/wire";
import type { PublishedZone, ZoneFacts } from "../../../resolver/publication/publishedzone.ts";
import { NOON } from "../../e2e/scene.ts";

const HOUR = 3600;

/** A zone's facts; everything that matters to a test is given by it. */
export function zoneFacts(changes: Partial<ZoneFacts> = {}): ZoneFacts {
  return {
    zone: "r.example.net",
    contact: "hostmaster@example.net",
    url: "https://counting.example.net/policy",
    text: "Run by the Example Foundation for free software projects. We hold no project’s key.",
    bits: 18,
    bucket: HOUR,
    minBatch: 100,
    publishAfter: HOUR,
    retention: 168 * HOUR,
    ...changes,
  };
}

/** The entry of a segment of one hour, `hours` after noon. */
export function hourEntry(hours: number, count: number): SegmentEntry {
  const start = NOON + hours * HOUR;
  const end = start + HOUR;
  const id = `${start}-${end}-${count.toString(16).padStart(16, "0")}`;
  return { id, start, end, count, bytes: 160 + 118 * count, sha256: "ab".repeat(32) };
}

/** A zone with segments of which no file exists. */
export function zoneOf(entries: readonly SegmentEntry[], changes: Partial<PublishedZone> = {}): PublishedZone {
  return { facts: zoneFacts(), list: () => entries, open: async () => null, ...changes };
}
