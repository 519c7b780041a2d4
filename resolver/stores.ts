import type { FrameLog, FrameSink, SinkTarget } from "./log/contract.ts";
import { JournalFolder } from "./log/journal.ts";
import { Log, type LogOptions } from "./log/log.ts";
import type { ZoneSettings } from "./settings.ts";

/** Opens the log of a zone where its settings say that it is kept. */
export async function openLog(zone: ZoneSettings, options: LogOptions): Promise<FrameLog> {
  return await Log.open(zone.data, zone.zone, zone, options);
}

/** Opens what an intake stores to. */
export async function openSink(target: SinkTarget): Promise<FrameSink> {
  return new JournalFolder(target.folder);
}
