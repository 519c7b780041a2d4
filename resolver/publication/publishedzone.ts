import type { SegmentEntry } from "@sotto/wire";
import type { OpenSegment } from "../log/contract.ts";
import type { ZoneSettings } from "../settings.ts";

/** What publication tells of a zone; nothing of where its log lies. */
export type ZoneFacts = Pick<
  ZoneSettings,
  "zone" | "contact" | "url" | "text" | "bits" | "bucket" | "minBatch" | "publishAfter" | "retention"
>;

/** What publication needs of one zone. */
export interface PublishedZone {
  /** Read at every request, so that a reread configuration shows; the zone's name must stay. */
  readonly facts: ZoneFacts;
  /** Segments to be seen now, sorted as a segment list is. */
  list(): readonly SegmentEntry[];
  /** Opens a listed segment; null when it is not there any more, or not as it is listed. */
  open(entry: SegmentEntry): Promise<OpenSegment | null>;
  /** Detached signature, in minisign's format, of the segment list as it is served; left out: unsigned. */
  readonly signature?: (list: string) => string;
  /** The key to verify that signature with: a minisign public key file or its last line; shown on the page. */
  readonly signatureKey?: string;
}
