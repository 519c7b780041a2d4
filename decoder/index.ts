export { bestEngine, type Engine, sodiumEngine, tweetnaclEngine } from "./engine.ts";
export { SourceError } from "./errors.ts";
export { formatRecord, type ReportRecord } from "./record.ts";
export { Scan, type ScanCounters } from "./scan.ts";
export { listSegments, type Segment } from "./source.ts";
