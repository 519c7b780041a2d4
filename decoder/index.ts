export { bestEngine, type Engine, sodiumEngine, tweetnaclEngine } from "./engine.ts";
export { SourceError } from "./errors.ts";
export { type KeySources, withKeys } from "./keysources.ts";
export type { PendingKey } from "./pending.ts";
export { formatRecord, type ReportRecord } from "./record.ts";
export { Scan, type ScanCounters } from "./scan.ts";
export { type EpochSecret, ScanKeys } from "./scankeys.ts";
export type { CheckedSegment, Segment } from "./source/segment.ts";
export { listSegments } from "./source/source.ts";
