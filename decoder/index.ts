export { engineOf } from "./engine/choice.ts";
export type { Engine, EngineName, Hit } from "./engine/engine.ts";
export { EngineError, SourceError } from "./errors.ts";
export { type KeySources, withKeys } from "./keysources.ts";
export type { PendingKey } from "./pending.ts";
export { formatRecord, type ReportRecord } from "./record.ts";
export { Scan, type ScanCounters } from "./scan.ts";
export { type EpochSecret, ScanKeys } from "./scankeys.ts";
export { listSegments, type Segment } from "./source.ts";
